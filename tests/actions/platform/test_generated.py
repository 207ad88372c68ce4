from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from actions.platform.fake_client import FakeClient

from beeflow.actions.platform.generated import PlatformAction
from beeflow.beestreamed.catalog import load_catalog
from beeflow.errors import ActionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.types import Json

CATALOG = load_catalog()


def action(name: str, client: FakeClient) -> PlatformAction:
    return PlatformAction(CATALOG.operations[name], CATALOG, client)


@pytest.mark.parametrize("name", sorted(CATALOG.operations))
def test_every_operation_is_an_action(name: str) -> None:
    made = action(name, FakeClient())
    assert made.name == name
    assert made.sample == CATALOG.operations[name].sample
    assert made.definition.summary
    for parameter in made.definition.parameters:
        assert parameter.description


async def test_a_call_reaches_the_client(make_context: Callable[..., Any]) -> None:
    client = FakeClient()
    client.says("signups.list", [])
    await action("signups.list", client).call({"event_ref": "e"}, make_context(pages="all"))
    assert client.calls == [("signups.list", {"event_ref": "e"})]
    assert client.pages == ["all"]


def test_arguments_are_checked_as_the_description_says() -> None:
    polls = action("polls.create", FakeClient())
    assert polls.check({"event_ref": "e", "question": "?", "options": ["a", "b"]}) == []
    (problem,) = polls.check({"event_ref": "e", "question": "?", "optins": ["a"]})[:1]
    assert "options" in problem
    assert polls.definition.check({"event_ref": "e"}, {"question", "options"}) == []


def test_effects_follow_the_arguments() -> None:
    update = action("polls.update", FakeClient())
    assert update.effect({"state": True}) == "idempotent"
    assert update.effect({"vote": True, "option_index": 0}) == "once"


def test_what_is_secret_in_arguments_and_answers_is_named() -> None:
    assert "key" in action("events.rtmp", FakeClient()).secret_fields
    assert "session_key" in action("user.connections", FakeClient()).secret_fields


async def test_a_guarded_action_looks_by_what_it_made(context: Any) -> None:
    client = FakeClient()
    polls: Json = [
        {"poll_ref": "p1", "poll_question": "?", "poll_options": ["a", "b"]},
        {"poll_ref": "p2", "poll_question": "other", "poll_options": ["a", "b"]},
    ]
    client.says("polls.list", polls)
    found = await action("polls.create", client).look(
        {"event_ref": "e", "question": "?", "options": ["a", "b"]}, context
    )
    assert list(found) == ["p1"]
    answer = found["p1"]
    assert isinstance(answer, dict)
    assert answer["poll_ref"] == "p1"
    assert client.calls == [("polls.list", {"event_ref": "e"})]
    assert client.pages == [5]


async def test_where_nothing_can_be_matched_all_is_read(context: Any) -> None:
    client = FakeClient()
    client.says("events.list", [{"event_ref": "e1"}, {"event_ref": "e2"}])
    found = await action("events.create", client).look({}, context)
    assert list(found) == ["e1", "e2"]
    assert client.pages == ["all"]


async def test_a_list_without_pages_is_read_once(context: Any) -> None:
    client = FakeClient()
    client.says("events.stream", {"simulcast_targets": []})
    args: dict[str, Json] = {"event_ref": "e", "url": "u", "passthrough": "p", "stream_key": "k"}
    assert await action("events.create_simulcast", client).look(args, context) == {}
    assert client.pages == [None]


async def test_only_guarded_actions_look(context: Any) -> None:
    with pytest.raises(ActionError, match="is not guarded"):
        await action("events.get", FakeClient()).look({"event_ref": "e"}, context)
