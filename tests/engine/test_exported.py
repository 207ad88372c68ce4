"""The lines of an export."""

from __future__ import annotations

from msgspec.structs import replace

from beeflow.engine.event import Event
from beeflow.engine.exported import event_line, heading, run_line
from beeflow.engine.hiding import only
from beeflow.engine.journal.records import OpenRun, Record, Run

PLAIN = only(lambda value: value)
HIDING = replace(PLAIN, payload=lambda _event: {"data": "hidden"}, output=lambda _record: "hidden")

EVENT = Event("e-1", "k", "main", "poll.created", 100.0, {"data": {"a": 1}}, "p-1", "E1")
RUN = Run("r-1", "greet", "0" * 64, "e-1", "done", outcome="succeeded", created_at=100.0)
CALL = Record(
    "actions/0#1",
    "call",
    "done",
    101.0,
    102.0,
    {"action": "a.b", "effect": "read", "args": {"x": 1}},
    [7],
)
DECISION = Record(
    "conditions", "decide", "done", 100.5, 100.5, {"value": True, "clauses": []}, True
)


def test_the_first_line_says_what_it_is() -> None:
    assert heading("1.2", 0.0, masked=True) == {
        "journal": {
            "format": 1,
            "beeflow": "1.2",
            "exported_at": "1970-01-01T00:00:00.000Z",
            "masked": True,
        }
    }


def test_an_event_has_its_payload() -> None:
    assert event_line(EVENT, PLAIN) == {
        "event": {
            "id": "e-1",
            "source": "main",
            "type": "poll.created",
            "received_at": "1970-01-01T00:01:40.000Z",
            "payload_id": "p-1",
            "event_ref": "E1",
            "payload": {"data": {"a": 1}},
        }
    }
    assert "hidden" in str(event_line(EVENT, HIDING))


def test_a_run_has_its_calls_apart_from_its_other_steps() -> None:
    line = run_line(OpenRun(RUN, (EVENT,), {"c": DECISION, "a": CALL}), PLAIN)

    assert isinstance(line["run"], dict)
    assert line["run"]["events"] == ["e-1"]
    assert line["calls"] == [
        {
            "path": "actions/0#1",
            "kind": "call",
            "status": "done",
            "started_at": "1970-01-01T00:01:41.000Z",
            "ended_at": "1970-01-01T00:01:42.000Z",
            "seconds": 1.0,
            "output": [7],
            "error": None,
            "action": "a.b",
            "effect": "read",
            "args": {"x": 1},
            "refused": False,
        }
    ]
    assert [step["path"] for step in line["steps"]] == ["conditions"]  # type: ignore[index, union-attr, call-overload]


def test_a_call_whose_answer_is_secret_is_masked() -> None:
    line = run_line(OpenRun(RUN, (EVENT,), {"a": CALL}), HIDING)

    assert "[7]" not in str(line)
