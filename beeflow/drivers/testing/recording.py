"""Recording: a run in the journal as a test that plays the same again, its secrets masked.

What the run was started by and waited for becomes the test's entries, what its calls were answered
its mocks, and the writes it made what is expected. Only what differs from the documented samples is
written down.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from beeflow.drivers.testing.reasons import reason_of
from beeflow.drivers.testing.verdict import fault_of
from beeflow.drivers.testing.writing import WIDTH, block, call_lines, entries, flow
from beeflow.engine.hiding import Hider
from beeflow.engine.scope import kind_of
from beeflow.errors import Failure, NothingFound, UsageError
from beeflow.types import Json, format_duration, iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.drivers.testing.reading.known import Known
    from beeflow.engine.event import Event
    from beeflow.engine.hiding import Masking
    from beeflow.engine.journal.records import OpenRun, Record
    from beeflow.recipe.model import Recipe

_EVENT_ID: Final = re.compile(r"\be-\d+\b")

_BEFORE: Final = 60.0
"""Seconds before a moment on the clock at which the test of it begins."""

FindEvent = Callable[[str], Awaitable["Event | None"]]
"""Returns an event of the journal by its id."""


class Tape(msgspec.Struct, frozen=True):
    """A run as it is on record. `recipe` is the one it was pinned to, where that still is there."""

    opened: OpenRun
    event: FindEvent
    masking: Masking
    recipe: Recipe | None


async def record(tape: Tape, known: Known) -> dict[str, Json]:
    """Return a test, as plain data, that does what the run did.

    Raises `UsageError` for a run that has not ended, and for one whose start is not on record.
    """
    run = tape.opened.run
    if run.status != "done":
        raise UsageError(f"{run.id} has not ended yet: a test is made of a run that has")
    recorder = _Recorder(tape, known)
    began, entries = await recorder.entries()
    test: dict[str, Json] = {
        "name": f"as {run.id} did on {iso(run.created_at)[:16].replace('T', ' at ')}",
        "now": iso(began),
        "events": entries,
    }
    given: dict[str, Json] = {"state": recorder.state(), "mocks": recorder.mocks()}
    test |= {key: value for key, value in given.items() if value}
    test["expect"] = recorder.expected(began)
    return test


def as_item(test: Mapping[str, Json]) -> str:
    """Return a test as an item of `tests`, indented by two columns."""
    return "".join(f"{line}\n" for line in _lines(test))


def _lines(test: Mapping[str, Json]) -> Iterator[str]:
    """Yield the lines of a test: a line for each entry, mock and call, as people write it."""
    lead = "  - "
    for key, value in test.items():
        if key == "expect" and isinstance(value, dict):
            yield f"{lead}expect:"
            yield from _expect_lines(value)
        elif key in {"events", "mocks"} and value:
            yield f"{lead}{key}:"
            yield from _parts(value)
        else:
            yield f"{lead}{key}: {flow(value)}"
        lead = "    "


def _parts(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield from entries(value, 6)
    elif isinstance(value, list):
        for item in value:
            line = f"      - {flow(item)}"
            yield from [line] if len(line) <= WIDTH else block([item], 6)


def _expect_lines(expect: Mapping[str, Any]) -> Iterator[str]:
    for key, value in expect.items():
        if key != "calls" or not value:
            yield f"      {key}: {flow(value)}"
            continue
        yield "      calls:"
        for call in value:
            (action, args), *more = call.items()
            yield from call_lines(action, args, dict(more), 8)


class _Recorder:
    def __init__(self, tape: Tape, known: Known) -> None:
        self._tape = tape
        self._known = known
        self._hide = Hider(tape.masking, tape.opened)
        self._run = tape.opened.run
        self._records = sorted(tape.opened.records.values(), key=lambda one: one.started_at)

    # --- what happened -----------------------------------------------------------------------

    async def entries(self) -> tuple[float, list[Json]]:
        """Return when the test begins, and what happens in it."""
        first = self._tape.opened.events[0]
        began, entries = self._start(first)
        place = first.received_at
        later = [*self._tape.opened.events[1:], *await self._met()]
        for event in sorted(later, key=lambda one: one.received_at):
            after = max(0.0, event.received_at - place)
            entry = {"after": format_duration(after)} if after else {}
            entries.append({**entry, **self._webhook(event)})
            place = event.received_at
        return began, entries

    def _start(self, event: Event) -> tuple[float, list[Json]]:
        kind = kind_of(event)
        at = event.received_at
        if kind == "webhook" or self._known.samples.webhook(_type(event)) is not None:
            return at, [self._webhook(event)]
        if kind == "manual" or (kind == "run" and self._run.trigger < 0):
            return at, [{"manual": self._inputs()}]
        passing: dict[str, Json] = {"after": format_duration(_BEFORE)}
        if kind == "schedule":
            return at - _BEFORE, [passing]
        if kind == "event_start":
            told: Any = event.payload.get("event")
            sample = self._sampled("event.created", "data", self._hide(told))
            return at - _BEFORE, [{"webhook": "event.created", "data": sample}, passing]
        raise UsageError(
            f"{self._run.id} was started by a {kind}: what that saw is not in the journal, "
            "so no test can be made of it"
        )

    def _inputs(self) -> Json:
        declared = self._tape.recipe.inputs if self._tape.recipe else {}
        given = {
            name: value
            for name, value in self._run.inputs.items()
            if name not in declared or declared[name].value != value
        }
        return self._hide(given)

    async def _met(self) -> list[Event]:
        """Return the webhooks that the run waited for, and the one that cancelled it."""
        ids = [
            str(one.output["event"])
            for one in self._records
            if one.kind == "wait_for" and isinstance(one.output, Mapping) and "event" in one.output
        ]
        if self._run.outcome == "cancelled":
            ids += _EVENT_ID.findall(self._run.reason)
        found = [await self._tape.event(name) for name in ids]
        missing = [name for name, event in zip(ids, found, strict=True) if event is None]
        if missing:
            raise NothingFound(f"the event {missing[0]} is no longer in the journal")
        return [event for event in found if event is not None]

    def _webhook(self, event: Event) -> dict[str, Json]:
        """Return a webhook as an entry: what differs from its documented sample."""
        payload: Any = self._hide(self._tape.masking.payload(event))
        kind = _type(event)
        entry: dict[str, Json] = {"webhook": kind}
        data = self._sampled(kind, "data", payload.get("data"))
        if data:
            entry["data"] = data
        sample = self._known.samples.webhook(kind) or {}
        for key, value in payload.items():
            if key in sample and key not in {"type", "id", "timestamp", "data"}:
                entry |= {key: value} if value != sample[key] else {}
        return entry

    def _sampled(self, kind: str, key: str, value: Json) -> Json:
        sample = self._known.samples.webhook(kind) or {}
        differs = difference(sample.get(key), value)
        return {} if differs is SAME else differs

    # --- what was answered -------------------------------------------------------------------

    def state(self) -> Json:
        """Return what the recipe had kept when the run first asked."""
        first = next((one for one in self._records if one.kind == "state"), None)
        return None if first is None else self._hide(first.output)

    def mocks(self) -> dict[str, Json]:
        """Return what actions answered, where it is not their sample."""
        answers: dict[str, list[Json]] = {}
        for one in self._records:
            given: Any = one.input
            if one.kind == "call" and one.status != "open" and not given.get("refused"):
                answers.setdefault(given["action"], []).append(self._answer(given["action"], one))
        told = {name: _sequence(listed, self._sample(name)) for name, listed in answers.items()}
        return {name: value for name, value in told.items() if value is not SAME}

    def _sample(self, name: str) -> Json:
        action = self._known.actions.get(name)
        return None if action is None else action.sample

    def _answer(self, name: str, record: Record) -> Any:
        if record.failure is not None:
            return {"error": _fault(record.failure)}
        about = self._known.facts.actions.get(name)
        schema = about.answer if about is not None else {}
        answer = documented(self._hide(self._tape.masking.output(record)), schema)
        return difference(self._sample(name), answer)

    # --- what came of it ---------------------------------------------------------------------

    def expected(self, began: float) -> dict[str, Json]:
        """Return what the test expects: the outcome, the error, the calls."""
        if self._run.outcome == "skipped":
            why = reason_of(self._tape.opened, self._tape.recipe)
            return {"runs": 0, "because": str(self._hide(why)), "calls": []}
        expect: dict[str, Json] = {"outcome": self._run.outcome}
        fault = fault_of(self._tape.opened)
        if fault is not None:
            expect["error"] = {"step": fault["step"], "kind": fault["failure"]["kind"]}
        expect["calls"] = list(self._calls(began))
        return expect

    def _calls(self, began: float) -> Iterator[Json]:
        for one in self._records:
            given: Any = one.input
            if one.kind not in {"call", "would"} or given["effect"] == "read":
                continue
            if given.get("refused"):  # its arguments were wrong: it was never made
                continue
            args = self._hide(given["args"])
            call: dict[str, Json] = {given["action"]: args or None}
            after = round(one.started_at - began)
            yield {**call, "at": format_duration(after)} if after else call


def _type(event: Event) -> str:
    """Return the type of a webhook, also of one that a person started a recipe with."""
    return str(event.payload.get("type", event.type))


# --- what differs ----------------------------------------------------------------------------

SAME: Final[Any] = object()
"""What a difference is where there is none."""


def difference(sample: Any, value: Json) -> Any:
    """Return what must be laid over a sample so that it becomes the value; `SAME` for nothing."""
    if isinstance(value, dict) and isinstance(sample, dict):
        parts = {key: difference(sample.get(key, SAME), item) for key, item in value.items()}
        told = {key: part for key, part in parts.items() if part is not SAME}
        return told or SAME
    if value == sample and isinstance(value, bool) == isinstance(sample, bool):
        return SAME
    if isinstance(value, list):
        items = sample if isinstance(sample, list) else []
        first = items[0] if items and isinstance(items[0], dict) else {}
        return [_item(first, item) for item in value]
    return value


def _item(first: Json, value: Json) -> Any:
    differs = difference(first, value) if isinstance(value, dict) else value
    return {} if differs is SAME else differs


def documented(value: Json, schema: Mapping[str, Any]) -> Json:
    """Return an answer without the fields that are not documented: no mock may have them."""
    if isinstance(value, dict) and schema.get("properties"):
        fields, rest = schema["properties"], schema.get("additionalProperties", False)
        return {
            key: documented(item, fields.get(key, {}))
            for key, item in value.items()
            if key in fields or rest is not False
        }
    if isinstance(value, list):
        return [documented(item, schema.get("items", {})) for item in value]
    return value


def _sequence(answers: Sequence[Any], sample: Json) -> Any:
    """Return answers as a mock: one where they are alike, else in turn."""
    if all(one is SAME for one in answers):
        return SAME
    nothing: Any = {} if isinstance(sample, dict) else sample
    told = [nothing if one is SAME else one for one in answers]
    while len(told) > 1 and told[-1] == told[-2]:
        told.pop()
    return told[0] if len(told) == 1 and not isinstance(told[0], list) else told


def _fault(failure: Failure) -> dict[str, Json]:
    """Return a failure as a mock answers it."""
    if failure.status is not None:
        told: dict[str, Json] = {"status": failure.status}
        if failure.retry_after is not None:
            told["headers"] = {"Retry-After": round(failure.retry_after)}
        return told
    if failure.kind == "timeout":
        return {"kind": "timeout"}
    return {"kind": "reset" if failure.open else "refused"}
