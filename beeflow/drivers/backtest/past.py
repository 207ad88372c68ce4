"""What was recorded, as a backtest needs it: read from the lines of a journal's export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from beeflow.drivers.backtest.deeds import failing_clause
from beeflow.engine.event import Event
from beeflow.errors import Failure
from beeflow.types import Json, parse_datetime

_FAILURE: Final = frozenset(Failure.__struct_fields__)


class PastCall(msgspec.Struct, frozen=True):
    """A call that was made (or, `would`, recorded by a shadow recipe), and what came of it.

    `at` is Unix seconds; `path` is that of its step with the attempt. `failure` is None where it
    was answered, with `answer`.
    """

    action: str
    args: Mapping[str, Json]
    effect: str
    path: str
    at: float
    would: bool = False
    answer: Json = None
    failure: Failure | None = None


class PastRun(msgspec.Struct, frozen=True):
    """A run as it was recorded.

    `because` is the condition that did not hold, where one did not; `cause` the run that began it.
    """

    id: str
    recipe: str
    trigger: int
    done: bool
    outcome: str
    reason: str
    because: str
    inputs: Mapping[str, Json]
    calls: tuple[PastCall, ...]
    cause: str | None = None


class Past(msgspec.Struct):
    """An event that was recorded, and the runs that it began."""

    event: Event
    runs: list[PastRun] = msgspec.field(default_factory=list)


class PastReader(msgspec.Struct):
    """Takes the lines of an export, one decoded object after the other.

    `passed_over` counts what is none of its lines; events whose payload is gone are among them.
    """

    events: dict[str, Past] = msgspec.field(default_factory=dict)
    passed_over: int = 0
    first: int | None = None
    _lines: int = 0

    def add(self, line: object) -> None:
        """Take a line; None for one that is no JSON."""
        self._lines += 1
        if not self._taken(line):
            self.passed_over += 1
            self.first = self._lines if self.first is None else self.first

    def _taken(self, line: object) -> bool:
        if not isinstance(line, Mapping):
            return False
        try:
            if "event" in line:
                event = _event(line["event"])
                self.events[event.id] = Past(event)
            elif "run" in line:
                self._add_run(line)
            else:
                return "journal" in line
        except (KeyError, TypeError, ValueError, AttributeError):
            return False
        return True

    def _add_run(self, line: Mapping[str, Any]) -> None:
        past = self.events.get(str(line["run"]["event"]))
        if past is not None:
            past.runs.append(_run(line))

    def in_order(self) -> list[Past]:
        """Return the events in the order in which they came."""
        return sorted(self.events.values(), key=lambda past: past.event.received_at)


def _event(told: Mapping[str, Any]) -> Event:
    payload = told["payload"]
    if not isinstance(payload, Mapping):
        raise TypeError("the payload is gone")
    return Event(
        id=str(told["id"]),
        key="",
        source=str(told["source"]),
        type=str(told["type"]),
        received_at=_instant(told["received_at"]),
        payload=payload,
        payload_id=_text(told.get("payload_id")),
        event_ref=_text(told.get("event_ref")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _instant(text: str) -> float:
    return parse_datetime(text).timestamp()


def _run(line: Mapping[str, Any]) -> PastRun:
    run = line["run"]
    decisions = [one for one in line.get("steps", ()) if one["path"] == "conditions"]
    return PastRun(
        id=str(run["id"]),
        recipe=str(run["recipe"]),
        trigger=int(run["trigger"]),
        done=run["status"] == "done",
        outcome=str(run["outcome"]),
        reason=str(run.get("reason") or ""),
        because=failing_clause(decisions[0]["input"]) if decisions else "",
        inputs=_mapping(run.get("inputs")),
        calls=tuple(_call(one) for one in line.get("calls", ()) if _was_made(one)),
        cause=_text(run.get("cause")),
    )


def _mapping(value: object) -> Mapping[str, Json]:
    """Return a mapping, an empty one for null; raises `TypeError` for anything else."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError("this is no mapping")
    return value


def _was_made(told: Mapping[str, Any]) -> bool:
    """Whether a call left the house: not one whose arguments were refused, and no look."""
    return told["kind"] != "look" and not told.get("refused")


def _call(told: Mapping[str, Any]) -> PastCall:
    failure = None
    if told["status"] != "done":
        given: dict[str, Any] = told.get("error") or {"kind": "unknown", "message": "open"}
        failure = Failure(**{name: value for name, value in given.items() if name in _FAILURE})
    return PastCall(
        action=str(told["action"]),
        args=_mapping(told["args"]),
        effect=str(told["effect"]),
        path=str(told["path"]),
        at=_instant(told["started_at"]),
        would=told["kind"] == "would",
        answer=told.get("output"),
        failure=failure,
    )
