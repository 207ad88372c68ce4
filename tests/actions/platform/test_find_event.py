from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from actions.platform.fake_client import FakeClient

from beeflow.actions.platform import find_event
from beeflow.actions.platform.find_event import FindEvent
from beeflow.beestreamed.catalog import load_catalog
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json

GONE = Failure("http", "not found", status=404)


def signups(*refs: str) -> list[Json]:
    return [{"signup_ref": ref, "signup_data": {"name": ref}} for ref in refs]


@pytest.fixture
def table() -> dict[str, list[Json]]:
    return {"new": signups("s3"), "old": signups("s1", "s2"), "past": signups("s0")}


@pytest.fixture
def client(table: dict[str, list[Json]]) -> FakeClient:
    client = FakeClient()
    events: Json = [
        {"event_ref": "new", "event_status": "idle"},
        {"event_ref": "past", "event_status": "done"},
        {"event_ref": "old", "event_status": "live"},
        {"odd": 1},
        "odd",
    ]
    client.says("events.list", events)
    client.says("signups.list", lambda args: table[str(args["event_ref"])])
    client.says("signups.get", {"signup_ref": "s1", "signup_visited": 1})
    return client


@pytest.fixture
def find(client: FakeClient) -> FindEvent:
    return FindEvent(load_catalog(), client)


async def test_the_event_is_found_newest_first(
    find: FindEvent, client: FakeClient, context: Any
) -> None:
    answer = await find.call({"signup_ref": "s2"}, context)
    assert answer == {"event_ref": "old", "signup": signups("s2")[0]}
    assert [args.get("event_ref") for _, args in client.calls] == [None, "new", "old"]
    assert find.effect({}) == "read"


async def test_what_was_seen_is_remembered_and_read_anew(
    find: FindEvent, client: FakeClient, context: Any
) -> None:
    await find.call({"signup_ref": "s2"}, context)
    client.calls.clear()
    answer = await find.call({"signup_ref": "s1"}, context)
    assert answer == {"event_ref": "old", "signup": {"signup_ref": "s1", "signup_visited": 1}}
    assert client.calls == [("signups.get", {"event_ref": "old", "signup_ref": "s1"})]


async def test_what_is_gone_is_forgotten(
    find: FindEvent, client: FakeClient, table: dict[str, list[Json]], context: Any
) -> None:
    await find.call({"signup_ref": "s2"}, context)
    client.says("signups.get", GONE)
    table["old"] = []
    table["new"] = signups("s2")
    answer = await find.call({"signup_ref": "s2"}, context)
    assert isinstance(answer, dict)
    assert answer["event_ref"] == "new"


async def test_another_failure_of_the_read_is_passed_on(
    find: FindEvent, client: FakeClient, context: Any
) -> None:
    await find.call({"signup_ref": "s2"}, context)
    client.says("signups.get", Failure("http", "busy", status=503, retryable=True))
    with pytest.raises(ActionError, match="busy"):
        await find.call({"signup_ref": "s1"}, context)


async def test_older_signups_are_looked_through_after_the_newest_of_all(
    find: FindEvent, client: FakeClient, table: dict[str, list[Json]], context: Any
) -> None:
    full = signups(*(f"n{number}" for number in range(100)))
    table["new"] = full

    def pages(args: Mapping[str, Json]) -> Json:
        everything = client.pages[-1] == "all"
        return [*full, *signups("deep")] if everything else table[str(args["event_ref"])]

    client.says("signups.list", pages)
    answer = await find.call({"signup_ref": "deep"}, context)
    assert isinstance(answer, dict)
    assert answer["event_ref"] == "new"
    assert client.pages == [5, 1, 1, "all"]
    client.says("signups.list", full)
    with pytest.raises(ActionError):
        await find.call({"signup_ref": "nowhere"}, context)


async def test_a_signup_of_no_current_event_is_a_clear_failure(
    find: FindEvent, context: Any
) -> None:
    with pytest.raises(ActionError) as caught:
        await find.call({"signup_ref": "s0"}, context)
    failure = caught.value.failure
    assert "none of the 2 current events has the signup s0" in failure.message
    assert (failure.kind, failure.open, failure.retryable) == ("action", False, True)


async def test_what_is_remembered_is_bounded(
    find: FindEvent, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_event, "_REMEMBERED", 2)
    await find.call({"signup_ref": "s2"}, context)
    assert list(find._events) == ["s1", "s2"]


def test_the_reference_is_needed(find: FindEvent) -> None:
    assert "`signup_ref` is missing" in find.check({})[0]
    assert isinstance(find.sample, dict)
    assert set(find.sample) == {"event_ref", "signup"}
