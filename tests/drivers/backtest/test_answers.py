from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from drivers.rehearsing import ACTIONS
from msgspec.structs import replace

from beeflow.drivers.backtest.answers import Answers, Record
from beeflow.drivers.backtest.past import Past, PastCall, PastRun
from beeflow.drivers.occasion import as_event
from beeflow.engine.ports import CallContext
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from beeflow.types import Json

CONTEXT = CallContext("r", "r", "p", 30.0)
DOWN = Failure("http", "down", 503, retryable=True)


def read(at: float, answer: Json, **more: object) -> PastCall:
    one = PastCall("events.get", {"event_ref": "E1"}, "read", "p#1", at, answer=answer)
    return replace(one, **more)


def write(at: float, answer: Json, text: str = "hi", failure: Failure | None = None) -> PastCall:
    args: dict[str, Json] = {"text": text}
    return PastCall("slack.post", args, "once", "p#1", at, answer=answer, failure=failure)


def answers(*calls: PastCall, now: float = 0.0) -> Answers:
    run = PastRun("r-1", "r", 0, True, "succeeded", "", "", {}, calls)
    record = Record()
    record.add([Past(as_event({}, "event.created", 0.0), [run])])
    return Answers(ACTIONS, record, lambda: now)


async def asked(found: Answers, name: str, **args: Json) -> Json:
    action = found.get(name)
    assert action is not None
    return await action.call(args, CONTEXT)


@pytest.mark.parametrize(("now", "answer"), [(0.0, "a"), (10.0, "a"), (15.0, "a"), (99.0, "b")])
async def test_a_read_is_answered_as_it_was_at_the_time(now: float, answer: str) -> None:
    found = answers(read(20.0, "b"), read(10.0, "a"), now=now)
    assert await asked(found, "events.get", event_ref="E1") == answer
    assert (found.recorded, found.sampled) == (1, {})


async def test_what_is_on_no_record_is_the_sample_about_what_was_asked() -> None:
    found = answers(read(0.0, "a", would=True))
    answer = await asked(found, "events.get", event_ref="E9")
    assert isinstance(answer, dict)
    assert answer["event_ref"] == "E9"
    assert "event_title" in answer
    assert (found.recorded, found.sampled) == (0, {"events.get": 1})


async def test_a_write_comes_to_what_it_came_to() -> None:
    found = answers(write(0.0, "first"), write(9.0, "second", "other"), now=8.0)
    assert await asked(found, "slack.post", text="hi") == "first"
    assert await asked(found, "slack.post", text="new") == "second"
    assert found.sampled == {}


async def test_what_failed_fails_for_good() -> None:
    found = answers(write(0.0, None, failure=DOWN))
    with pytest.raises(ActionError) as failed:
        await asked(found, "slack.post", text="hi")
    assert failed.value.failure == replace(DOWN, retryable=False)
    again = answers(write(0.0, None, failure=DOWN), write(1.0, "done"))
    assert await asked(again, "slack.post", text="hi") == "done"


async def test_the_definitions_are_the_real_ones() -> None:
    found = answers()
    action = found.get("slack.post")
    assert action is not None
    assert found.get("slack.post") is action
    assert found.get("no.such") is None
    assert action.effect({}) == "once"
    assert action.check({}) != []
    assert "text" in action.escapes
    assert await action.look({}, CONTEXT) == {}
    assert "slack.post" in found.names()
