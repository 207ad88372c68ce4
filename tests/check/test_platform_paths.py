from __future__ import annotations

import pytest

from beeflow.beestreamed.catalog import load_catalog
from beeflow.check.platform_paths import doers

API = "https://api.beestreamed.com"


@pytest.mark.parametrize("name", list(load_catalog().operations))
def test_each_request_is_known_by_its_path(name: str) -> None:
    one = load_catalog().operations[name]
    path = one.path.replace("{", "{{ trigger.data.").replace("}", " }}")
    kin = {"events.update", "polls.set_state", "chat.moderate"}
    assert {name, *kin} & set(doers(f"{API}{path}?limit=3", one.method.lower()))


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("POST", "/events/{{ x }}/polls", ("polls.create",)),
        ("GET", "/events/abc/polls/{{ a }}/entries", ("polls.entries",)),
        ("POST", "/events/abc/signup", ("signups.create",)),
        ("PATCH", "/polls/a/b", ("polls.set_state", "polls.vote")),
        ("POST", "/videos/upload", ("videos.create_upload",)),
        ("PUT", "/events/a", ("events.update",)),
        (None, "/events", ("events.create", "events.list")),
        ("GET", "/nonsense", ()),
        ("POST", "/events/abc", ()),
    ],
)
def test_what_makes_a_request(method: str | None, path: str, names: tuple[str, ...]) -> None:
    assert doers(API + path, method) == names


@pytest.mark.parametrize(
    "url", ["https://example.com/events", "https://manage.beestreamed.com/events", "{{ secrets.URL }}/events", ""]
)  # fmt: skip
def test_other_addresses(url: str) -> None:
    assert doers(url, "GET") == ()
