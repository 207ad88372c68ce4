from __future__ import annotations

import subprocess
import sys

import pytest

from beeflow.beestreamed import catalog as catalog_module
from beeflow.beestreamed.catalog import load_catalog, read_catalog
from beeflow.resources import data_folder

CATALOG = load_catalog()


def test_it_is_read_once() -> None:
    assert load_catalog() is CATALOG


def test_it_tells_the_address_of_the_api() -> None:
    assert CATALOG.server == "https://api.beestreamed.com"


@pytest.mark.parametrize(
    ("pattern", "types"),
    [
        ("event.updated.status", ("event.updated.status",)),
        ("event.updated", ("event.updated",)),
        ("poll.*", ("poll.created", "poll.deleted")),
        (
            "video.upload.*",
            (
                "video.upload.created",
                "video.upload.done",
                "video.upload.new",
                "video.upload.pending",
            ),
        ),
        ("*.deleted", ("event.deleted", "poll.deleted")),
        ("event.update", ()),
        ("nothing.*", ()),
        ("[e]vent.deleted*", ()),
        ("event.delete?*", ()),
        ("", ()),
    ],
)
def test_a_pattern_means_types(pattern: str, types: tuple[str, ...]) -> None:
    assert CATALOG.match_types(pattern) == types


def test_a_star_means_all_twenty() -> None:
    assert len(CATALOG.match_types("*")) == 20


def test_unknown_names_are_missing_as_in_any_mapping() -> None:
    assert "polls.create" in CATALOG.operations
    assert "polls.creat" not in CATALOG.operations
    assert CATALOG.operations.get("polls.creat") is None
    with pytest.raises(KeyError):
        CATALOG.webhooks["poll.updated"]


def test_what_is_not_asked_for_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = read_catalog(data_folder("schemas"))
    assert catalog.operations["polls.create"].sample
    monkeypatch.setattr(catalog_module, "read_operation", None)
    assert catalog.operations["polls.create"].sample
    with pytest.raises(TypeError):
        catalog.operations["polls.delete"]


def test_it_needs_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; from beeflow.beestreamed.catalog import load_catalog;"
        "load_catalog().operations['polls.create'].check({});"
        "print(sorted({'aiohttp', 'jsonschema', 'asyncio'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
