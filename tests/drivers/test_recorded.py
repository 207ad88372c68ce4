from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.rehearsing import ACTIONS

from beeflow.drivers.recorded import Recorded
from beeflow.engine import commands as c
from beeflow.engine.journal.records import Record
from beeflow.errors import Failure
from beeflow.recipe.templates import Unknown

if TYPE_CHECKING:
    from beeflow.types import Json

NOT_THERE = Failure("http", "not found", 404)


def record(status: str = "done", kind: str = "call", ref: str = "E1", **more: object) -> Record:
    given = {"action": "events.get", "args": {"event_ref": ref}}
    return Record("fetch/e#1", kind, status, 0.0, 0.0, given, **more)  # type: ignore[arg-type]  # as told


def call(ref: object = "E1") -> c.Call:
    return c.Call("fetch/e#1", "events.get", {"event_ref": ref}, "read", 1, 30.0)  # type: ignore[dict-item]  # may be unknown


def as_it_is(value: Json) -> Json:
    return value


def recorded(*records: Record) -> Recorded:
    found = Recorded(ACTIONS)
    found.add(records)
    return found


def test_the_same_question_has_the_same_answer() -> None:
    found = recorded(record(output={"event_title": "Launch"}))
    assert found.answer(call(), as_it_is) == c.Answer({"event_title": "Launch"})
    assert found.answer(call("E2"), as_it_is) is None


def test_of_several_answers_the_last_counts() -> None:
    found = recorded(record("failed", failure=NOT_THERE), record(output=1))
    assert found.answer(call(), as_it_is) == c.Answer(1)
    assert recorded(record("failed", failure=NOT_THERE)).answer(call(), as_it_is) == c.Failed(
        NOT_THERE
    )


def test_what_was_not_answered_is_on_no_record() -> None:
    assert recorded().answer(call(), as_it_is) is None
    assert recorded(record("open")).answer(call(), as_it_is) is None
    assert recorded(record(kind="look", output=1)).answer(call(), as_it_is) is None


def test_arguments_that_are_not_known_are_on_no_record() -> None:
    assert recorded(record(output=1)).answer(call(Unknown("x")), as_it_is) is None
