from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs
from msgspec.structs import replace

from beeflow.engine.event import Event
from beeflow.engine.hiding import only
from beeflow.engine.journal.records import Counts, OpenRun, Record, Run
from beeflow.engine.listing import (
    counts_row,
    event_detail,
    event_row,
    open_paths,
    run_detail,
    run_row,
    since_of,
)
from beeflow.errors import Failure

if TYPE_CHECKING:
    from beeflow.types import Json

NOW = 1_750_000_000.0
EVENT = Event("ev-1", "k", "main", "event.created", NOW, {"data": {"key": "quiet"}}, "p1", "E1")
RUN = Run(
    "run-1", "go-live", "hash", "ev-1", "done", outcome="failed", reason="it was quiet",
    created_at=NOW, ended_at=NOW + 1.5, inputs={"word": "quiet"},
)  # fmt: skip


def secrets(value: Json) -> Json:
    if isinstance(value, str):
        return value.replace("quiet", "***")
    if isinstance(value, dict):
        return {name: secrets(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [secrets(inner) for inner in value]
    return value


MASKING = only(secrets)


def call(path: str, status: str = "done", at: float = NOW, **more: object) -> Record:
    return Record(path, "call", status, at, **more)  # type: ignore[arg-type]  # names of Record


def test_an_event_in_a_list_has_the_promised_fields() -> None:
    assert event_row(EVENT, 2) == {
        "id": "ev-1",
        "source": "main",
        "type": "event.created",
        "received_at": "2025-06-15T15:06:40.000Z",
        "runs": 2,
        "payload_id": "p1",
        "event_ref": "E1",
    }


def test_a_run_in_a_list_has_the_promised_fields() -> None:
    assert run_row(RUN, MASKING) == {
        "id": "run-1",
        "recipe": "go-live",
        "status": "done",
        "outcome": "failed",
        "event": "ev-1",
        "created_at": "2025-06-15T15:06:40.000Z",
        "ended_at": "2025-06-15T15:06:41.500Z",
        "reason": "it was ***",
    }
    assert run_row(structs.replace(RUN, ended_at=None), MASKING)["ended_at"] is None


def test_an_event_shows_its_payload_masked_and_what_it_started() -> None:
    shown = event_detail(EVENT, [RUN], MASKING)
    assert shown["payload"] == {"data": {"key": "***"}}
    assert shown["runs"] == 1
    assert shown["started"] == [run_row(RUN, MASKING)]


def test_the_payloads_own_mask_comes_before_that_of_secrets() -> None:
    masking = replace(MASKING, payload=lambda _event: "quiet and short")
    assert event_detail(EVENT, [], masking)["payload"] == "*** and short"


def test_a_run_tells_its_steps_in_the_order_in_which_they_began() -> None:
    failure = Failure("http", "no quiet", 500, detail={"body": "quiet"})
    records = (
        call("b#1", "failed", NOW + 2, ended_at=NOW + 2.25, failure=failure),
        call("a#1", at=NOW + 1, ended_at=NOW + 1.5, input={"with": "quiet"}, output=["quiet"]),
        Record("w", "wait", "open", NOW + 3, until=NOW + 60),
    )
    opened = OpenRun(RUN, (EVENT,), {record.path: record for record in records})
    shown = run_detail(opened, MASKING)
    steps = shown["steps"]
    assert steps == [
        {
            "path": "a#1", "kind": "call", "status": "done",
            "started_at": "2025-06-15T15:06:41.000Z", "ended_at": "2025-06-15T15:06:41.500Z",
            "seconds": 0.5, "until": None,
            "input": {"with": "***"}, "output": ["***"], "error": None,
        },
        {
            "path": "b#1", "kind": "call", "status": "failed",
            "started_at": "2025-06-15T15:06:42.000Z", "ended_at": "2025-06-15T15:06:42.250Z",
            "seconds": 0.25, "until": None, "input": None, "output": None,
            "error": {
                "kind": "http", "message": "no ***", "status": 500, "open": False,
                "retryable": False, "detail": {"body": "***"},
            },
        },
        {
            "path": "w", "kind": "wait", "status": "open",
            "started_at": "2025-06-15T15:06:43.000Z", "ended_at": None, "seconds": None,
            "until": "2025-06-15T15:07:40.000Z", "input": None, "output": None, "error": None,
        },
    ]  # fmt: skip


def test_nothing_of_a_run_leaves_unmasked() -> None:
    ending: dict[str, Json] = {"fault": {"expression": "x == 'quiet'"}, "result": {"a": "quiet"}}
    opened = OpenRun(structs.replace(RUN, ending=ending), (EVENT,), {})
    assert "quiet" not in str(run_detail(opened, MASKING))


def test_the_output_is_masked_by_its_record() -> None:
    masking = replace(MASKING, output=lambda record: f"hidden {record.kind}")
    opened = OpenRun(RUN, (EVENT,), {"a": call("a", output="key")})
    steps = run_detail(opened, masking)["steps"]
    assert isinstance(steps, list)
    assert isinstance(steps[0], dict)
    assert steps[0]["output"] == "hidden call"


# --- what can be resolved --------------------------------------------------------------------

OPEN_FAILURE = Failure("unknown", "cut", open=True)


def unknown(*records: Record, path: str | None = None) -> OpenRun:
    ending: dict[str, Json] = {"fault": None if path is None else {"path": path}}
    run = structs.replace(RUN, outcome="unknown", ending=ending)
    return OpenRun(run, (EVENT,), {record.path: record for record in records})


def test_what_is_open_is_what_may_have_taken_effect() -> None:
    opened = unknown(
        call("a#1"),
        call("b#1", "failed", failure=OPEN_FAILURE),
        call("c#1", "failed", failure=Failure("http", "no", 400)),
        call("d#1", "open"),
        Record("w", "wait", "open", NOW),
    )
    assert open_paths(opened) == ("b#1", "d#1")


def test_it_is_the_last_attempt_of_the_step_at_fault() -> None:
    opened = unknown(
        call("a#2", "failed", NOW + 1, failure=OPEN_FAILURE),
        call("a#1", "failed", NOW, failure=OPEN_FAILURE),
        call("ab#1", "failed", NOW + 2, failure=OPEN_FAILURE),
        path="a",
    )
    assert open_paths(opened) == ("a#2",)


def test_a_run_that_did_not_end_unknown_has_nothing_open() -> None:
    opened = OpenRun(RUN, (EVENT,), {"a": call("a", "open")})
    assert open_paths(opened) == ()


# --- the rest --------------------------------------------------------------------------------


def test_counts_are_plain_data() -> None:
    counts = Counts(3, {"done": 2}, {"failed": 1})
    assert counts_row(counts) == {"events": 3, "runs": {"done": 2}, "outcomes": {"failed": 1}}


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("7d", NOW - 7 * 86400),
        ("1h30m", NOW - 5400),
        ("1.5h", NOW - 5400),
        ("2025-06-15", NOW - 15 * 3600 - 400),
        ("2025-06-15T15:06:40Z", NOW),
        ("2025-06-15 17:06:40 +02:00", NOW),
    ],
)
def test_since_is_a_duration_or_a_time(text: str, instant: float) -> None:
    assert since_of(text, NOW) == instant


@pytest.mark.parametrize("text", ["", "soon", "-7d", "2025-13-01", "7"])
def test_any_other_since_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="write 7d, 90m, 2026-12-01"):
        since_of(text, NOW)
