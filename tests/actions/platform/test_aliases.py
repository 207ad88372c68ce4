from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from actions.platform.fake_client import FakeClient

from beeflow.actions.platform.aliases import ALIASES, AliasAction
from beeflow.beestreamed.catalog import load_catalog

if TYPE_CHECKING:
    from beeflow.types import Effect, Json

CATALOG = load_catalog()


def action(name: str, client: FakeClient | None = None) -> AliasAction:
    alias = next(alias for alias in ALIASES if alias.name == name)
    return AliasAction(alias, CATALOG.operations[alias.operation], client or FakeClient())


@pytest.mark.parametrize(
    ("name", "args", "operation", "sent", "effect"),
    [
        (
            "events.set_status",
            {"event_ref": "e", "status": "live"},
            "events.update",
            {"event_ref": "e", "status": "live"},
            "idempotent",
        ),
        (
            "polls.set_state",
            {"event_ref": "e", "poll_ref": "p", "state": True},
            "polls.update",
            {"event_ref": "e", "poll_ref": "p", "state": True},
            "idempotent",
        ),
        (
            "polls.vote",
            {"event_ref": "e", "poll_ref": "p", "option_index": 1, "email": "a@b.example"},
            "polls.update",
            {
                "event_ref": "e",
                "poll_ref": "p",
                "option_index": 1,
                "email": "a@b.example",
                "vote": True,
            },
            "once",
        ),
        (
            "chat.moderate",
            {"event_ref": "e", "chat_ref": "c", "status": "hidden"},
            "chat.update",
            {"event_ref": "e", "chat_ref": "c", "status": "hidden"},
            "idempotent",
        ),
    ],
)
async def test_a_friendly_name_calls_its_operation(
    context: Any,
    name: str,
    args: dict[str, Json],
    operation: str,
    sent: dict[str, Json],
    effect: Effect,
) -> None:
    client = FakeClient()
    client.says(operation, {"message": "done"})
    made = action(name, client)
    assert made.check(args) == []
    assert made.effect(args) == effect
    assert await made.call(args, context) == {"message": "done"}
    assert client.calls == [(operation, sent)]


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("polls.set_state", {"event_ref": "e", "poll_ref": "p"}, "`state` is missing"),
        ("polls.set_state", {"event_ref": "e", "poll_ref": "p", "state": "x"}, "polls.set_state: "),
        ("polls.vote", {"event_ref": "e", "poll_ref": "p"}, "`option_index` is missing"),
        ("polls.vote", {"event_ref": "e", "poll_ref": "p", "state": True}, "no parameter `state`"),
        (
            "polls.vote",
            {"event_ref": "e", "poll_ref": "p", "option_index": -1},
            "polls.vote: `option_index` is -1",
        ),
        ("events.set_status", {"event_ref": "e", "status": "lvie"}, "did you mean `live`?"),
        ("chat.moderate", {"event_ref": "e", "status": "hidden"}, "`chat_ref` is missing"),
    ],
)
def test_wrong_arguments_are_told_in_its_own_name(
    name: str, args: dict[str, Json], expected: str
) -> None:
    assert expected in "; ".join(action(name).check(args))


def test_what_is_not_known_yet_is_not_judged() -> None:
    definition = action("polls.vote").definition
    assert definition.check({"event_ref": "e"}, {"poll_ref", "option_index"}) == []


def test_the_sample_is_that_of_its_use() -> None:
    vote = action("polls.vote").sample
    assert isinstance(vote, dict)
    assert vote["updated_rows"] == 1
    assert action("events.set_status").sample == CATALOG.operations["events.update"].sample
