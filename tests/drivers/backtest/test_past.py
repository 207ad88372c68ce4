from __future__ import annotations

import pytest
from drivers.backtest.recording import CREATED, past_of, recorded

from beeflow.drivers.backtest.past import PastReader

EVENT = {
    "event": {
        "id": "e-1",
        "source": "main",
        "type": "event.created",
        "received_at": "2026-01-01T00:00:10.500Z",
        "payload_id": "p",
        "event_ref": "E1",
        "payload": {"type": "event.created"},
    }
}


RUN = {"id": "r-1", "event": "e-1", "recipe": "r", "trigger": 0, "status": "done", "outcome": "x"}
CALL = {
    "kind": "call",
    "action": "a",
    "effect": "once",
    "path": "p",
    "status": "done",
    "started_at": "2026-01-01T00:00:10Z",
}


def read(*lines: object) -> PastReader:
    reader = PastReader()
    for line in lines:
        reader.add(line)
    return reader


async def test_the_lines_of_an_export_are_read() -> None:
    text = CREATED + (
        "conditions: [trigger.data.a]\n"
        "actions:\n- {action: events.get, with: {event_ref: x}}\n"
        "- {action: log.write, with: {message: m}}\n"
    )
    events = [(60.0, "event.created", {"a": 1}), (60.0, "event.created", {"a": 0})]
    first, second = past_of(await recorded({"r": text}, events))
    assert (first.event.id, first.event.type, first.event.payload["data"]) == (
        "e-1",
        "event.created",
        {"a": 1},
    )
    (run,) = first.runs
    assert (run.recipe, run.outcome, run.done, run.because) == ("r", "succeeded", True, "")
    assert [(call.action, call.effect) for call in run.calls] == [
        ("events.get", "read"),
        ("log.write", "idempotent"),
    ]
    assert run.calls[1].args == {"message": "m"}
    assert second.runs[0].because == "trigger.data.a"


@pytest.mark.parametrize(
    "line",
    [
        None,
        7,
        [],
        {},
        {"something": 1},
        {"event": None},
        {"event": {**EVENT["event"], "payload": None}},
        {"event": {**EVENT["event"], "received_at": "soon"}},
        {"run": {}},
        {"run": {"event": "e-1"}},
        {"run": RUN, "calls": [CALL | {"args": [1]}]},
        {"run": RUN | {"inputs": 7}},
        {"run": RUN, "calls": 7},
    ],
)
def test_what_is_no_line_of_an_export_is_passed_over(line: object) -> None:
    reader = read(EVENT, line, EVENT)
    assert (reader.passed_over, reader.first) == (1, 2)
    assert [past.event.id for past in reader.in_order()] == ["e-1"]


def test_a_run_of_an_event_that_is_not_there_is_left_out() -> None:
    reader = read({"run": {"event": "e-9"}})
    assert reader.passed_over == 0
    assert reader.in_order() == []


def test_events_come_in_the_order_of_their_times() -> None:
    later = {"event": {**EVENT["event"], "id": "e-0", "received_at": "2026-01-02T00:00:00Z"}}
    assert [past.event.id for past in read(later, EVENT).in_order()] == ["e-1", "e-0"]


def test_a_call_that_was_refused_was_not_made() -> None:
    made: dict[str, object] = {**CALL, "args": {}}
    run: dict[str, object] = {**RUN, "created_at": "2026-01-01T00:00:10Z"}
    calls = [{**made, "refused": True}, made]
    reader = read(EVENT, {"run": run, "calls": calls, "steps": []})
    ((told,),) = [past.runs for past in reader.in_order()]
    assert len(told.calls) == 1
