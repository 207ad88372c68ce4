from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING, ClassVar

import pytest

from beeflow.actions.offered import may_be_offered

if TYPE_CHECKING:
    from pathlib import Path

GROUP = "acme.offers"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder there is on the path."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    return tmp_path


@pytest.mark.parametrize(
    "about", ["acme-1.0.dist-info", "acme-1.0.egg-info", "Acme-1.0.DIST-INFO", "EGG-INFO"]
)
def test_a_package_that_offers_something_is_found(folder: Path, about: str) -> None:
    (folder / about).mkdir()
    (folder / about / "entry_points.txt").write_text(f"[{GROUP}]\ncrm = acme:offer\n")
    assert may_be_offered(GROUP)
    assert not may_be_offered("acme.other")


def test_a_package_without_entry_points_offers_nothing(folder: Path) -> None:
    (folder / "acme-1.0.dist-info").mkdir()
    (folder / "acme-2.0.egg-info").touch()
    (folder / "acme").mkdir()
    (folder / "acme" / "entry_points.txt").write_text(GROUP)
    assert not may_be_offered(GROUP)


def test_a_folder_of_the_path_that_is_not_there_holds_nothing(folder: Path) -> None:
    sys.path.append(str(folder / "gone"))
    assert not may_be_offered(GROUP)


def test_what_is_in_an_archive_only_the_library_can_tell(folder: Path) -> None:
    archive = folder / "all.zip"
    zipfile.ZipFile(archive, "w").close()
    sys.path.append(str(archive))
    assert may_be_offered(GROUP)


def test_what_another_finder_finds_only_the_library_can_tell(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Elsewhere:
        find_distributions: ClassVar = ()

    del folder
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Elsewhere])
    assert may_be_offered(GROUP)


def test_the_folder_one_is_in_is_a_folder_as_well(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "acme-1.0.dist-info").mkdir()
    (folder / "acme-1.0.dist-info" / "entry_points.txt").write_text(f"[{GROUP}]\n")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [""])
    assert may_be_offered(GROUP)
