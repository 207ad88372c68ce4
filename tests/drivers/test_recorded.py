from __future__ import annotations

from drivers.rehearsing import ACTIONS

from beeflow.config import Secrets
from beeflow.drivers.recorded import Recorded
from beeflow.engine import commands as c
from beeflow.engine.journal.records import Record
from beeflow.errors import Failure
from beeflow.recipe.templates import Unknown

NOT_THERE = Failure("http", "not found", 404)


def record(status: str = "done", kind: str = "call", ref: str = "E1", **more: object) -> Record:
    given = {"action": "events.get", "args": {"event_ref": ref}}
    return Record("fetch/e#1", kind, status, 0.0, 0.0, given, **more)  # type: ignore[arg-type]  # as told


def call(ref: object = "E1") -> c.Call:
    return c.Call("fetch/e#1", "events.get", {"event_ref": ref}, "read", 1, 30.0)  # type: ignore[dict-item]  # may be unknown


def recorded(*records: Record) -> Recorded:
    found = Recorded(ACTIONS, Secrets({}))
    found.add(records)
    return found


def test_the_same_question_has_the_same_answer() -> None:
    found = recorded(record(output={"event_title": "Launch"}))
    assert found.answer(call()) == c.Answer({"event_title": "Launch"})
    assert found.answer(call("E2")) is None


def test_of_several_answers_the_last_counts() -> None:
    found = recorded(record("failed", failure=NOT_THERE), record(output=1))
    assert found.answer(call()) == c.Answer(1)
    assert recorded(record("failed", failure=NOT_THERE)).answer(call()) == c.Failed(NOT_THERE)


def test_what_was_not_answered_is_on_no_record() -> None:
    assert recorded().answer(call()) is None
    assert recorded(record("open")).answer(call()) is None
    assert recorded(record(kind="look", output=1)).answer(call()) is None


def test_arguments_that_are_not_known_are_on_no_record() -> None:
    assert recorded(record(output=1)).answer(call(Unknown("x"))) is None
