"""The occasion of a dry run: the event that starts it, from a file, a sample or the clock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import structs
from msgspec.structs import replace

from beeflow.drivers.account import Decided, Step
from beeflow.drivers.fitting import fitted
from beeflow.engine.commands import Clause
from beeflow.engine.event import Event
from beeflow.engine.scope import event_ref_of
from beeflow.errors import UsageError
from beeflow.recipe.model import (
    EventStartTrigger,
    Recipe,
    RunTrigger,
    ScheduleTrigger,
    Trigger,
    WatchTrigger,
    WebhookTrigger,
)
from beeflow.recipe.patterns import compile_pattern, type_matches
from beeflow.recipe.schedules import Schedule
from beeflow.recipe.templates import Unknown
from beeflow.types import Json, format_duration, instant, parse_datetime, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

NOT_THERE: Final = "(not there)"
"""What stands in the place of a value that an event does not have."""

_LOCAL_TIME: Final = "%Y-%m-%d %H:%M:%S"
"""How the platform writes `event_date` in its API (page "Get event details")."""


class Samples(msgspec.Struct, frozen=True):
    """The documented samples: `webhook` by type (None where there is none), and an event."""

    webhook: Callable[[str], Mapping[str, Json] | None]
    event: Mapping[str, Json]
    types: Callable[[str], Sequence[str]]
    """The documented types that a type or a `*` pattern means."""


class Occasion(msgspec.Struct, frozen=True):
    """An event that starts a dry run.

    `trigger` is the index of the trigger that wants it, -1 for none: started by hand. `origin`
    tells a reader where it comes from. `steps` tell whether the trigger wanted it (`matches`).
    """

    event: Event
    trigger: int
    at: float
    origin: str
    steps: tuple[Step, ...] = ()
    matches: bool = True


def by_hand(now: float) -> Occasion:
    """Return the occasion of a recipe that is started by hand."""
    return Occasion(_event("manual", "manual", {}, now), -1, now, "started by hand")


def from_payload(recipe: Recipe, payload: Mapping[str, Json], origin: str, at: float) -> Occasion:
    """Return the occasion of a webhook that was given; raises `UsageError` where it is none."""
    kind = payload.get("type")
    if not isinstance(kind, str):
        raise UsageError(f"{origin} has no `type`: a webhook is a mapping with `type` and `data`")
    return _judged(recipe, _event("dry-run", kind, payload, at), origin)


def as_event(payload: Mapping[str, Json], kind: str, at: float) -> Event:
    """Return a webhook's payload as an event that came in at the instant `at`."""
    return structs.replace(_event("webhook", kind, payload, at), id="")


def sent_at(payload: Mapping[str, Json], now: float) -> float:
    """Return when a webhook was sent; `now` for one that does not say (the billing ones)."""
    stamp = payload.get("timestamp")
    return float(stamp) if isinstance(stamp, int) and not isinstance(stamp, bool) else now


def _judged(recipe: Recipe, event: Event, origin: str) -> Occasion:
    """Ask the recipe's triggers: the first that wants the event, else the first that could."""
    judged = [
        (index, ask_trigger(trigger, event))
        for index, trigger in enumerate(recipe.triggers)
        if isinstance(trigger, WebhookTrigger)
    ]
    if not judged:
        raise UsageError(f"`{recipe.id}` is not started by webhooks: leave out the event")
    index, decided = next((one for one in judged if one[1].value is True), judged[0])
    file, line = _place(recipe)
    step = Step(f"trigger/{index}", decided, event.received_at, None, file, line)
    matches = decided.value is True
    return Occasion(event, index, event.received_at, origin, (step,), matches)


def ask_trigger(trigger: WebhookTrigger, event: Event) -> Decided:
    """Ask one trigger whether it wants an event, clause by clause."""
    named = any(type_matches(kind, event.type) for kind in trigger.types)
    wanted = " or ".join(trigger.types)
    clauses = [Clause(f"webhook: {wanted}", named, (("type", event.type),))]
    for clause in compile_pattern(trigger.match).explain(event.payload):
        there: Any = clause.actual if clause.present else NOT_THERE
        text = f"{clause.path}: {json.dumps(clause.expected, ensure_ascii=False)}"
        clauses.append(Clause(text, clause.holds, ((clause.path, there),)))
    return Decided("trigger", all(one.value for one in clauses), tuple(clauses))


def _place(recipe: Recipe) -> tuple[str, int | None]:
    """Return the file and line of `trigger:`; the model keeps no places of triggers."""
    for name, text in recipe.bundle.files:
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith("trigger"):
                return name, number
    return recipe.bundle.main, None


# --- from the documented samples -------------------------------------------------------------


def from_sample(
    recipe: Recipe, samples: Samples, now: float, kind: str | None = None, at: float | None = None
) -> Occasion:
    """Return the occasion of a documented sample.

    `kind` names a webhook; without it the recipe's first trigger says what it is. `at` is the
    instant it happens, `now` the real time.
    """
    if kind is not None:
        return _sampled(recipe, samples, _Moment(now, at), kind, _trigger_for(recipe, kind))
    if not recipe.triggers:
        return by_hand(now if at is None else at)
    trigger = recipe.triggers[0]
    if isinstance(trigger, WebhookTrigger):
        return _sampled(recipe, samples, _Moment(now, at), _types(trigger, samples)[0], 0)
    return _of_the_clock(recipe, 0, samples, now, at)


def occasions(recipe: Recipe, index: int, samples: Samples, now: float) -> Iterator[Occasion]:
    """Yield the occasions of one trigger: of webhooks, each documented type."""
    trigger = recipe.triggers[index]
    if isinstance(trigger, WebhookTrigger):
        for kind in _types(trigger, samples):
            yield _sampled(recipe, samples, _Moment(now, None), kind, index)
    else:
        yield _of_the_clock(recipe, index, samples, now, None)


def _trigger_for(recipe: Recipe, kind: str) -> int:
    for index, trigger in enumerate(recipe.triggers):
        types = trigger.types if isinstance(trigger, WebhookTrigger) else ()
        if any(type_matches(wanted, kind) for wanted in types):
            return index
    return -1


def _types(trigger: WebhookTrigger, samples: Samples) -> list[str]:
    """Return the documented types that a trigger is for, each once."""
    kinds = (kind for wanted in trigger.types for kind in samples.types(wanted))
    found = list(dict.fromkeys(kinds))
    if found:
        return found
    raise UsageError(
        f"there is no documented sample of {' or '.join(trigger.types)}: "
        "give an event of your own with --event"
    )


class _Moment(msgspec.Struct, frozen=True):
    """The real time, and when the event is to happen (None: when it says itself)."""

    now: float
    at: float | None

    def of(self, payload: Mapping[str, Json]) -> float:
        return sent_at(payload, self.now) if self.at is None else self.at


def _sampled(recipe: Recipe, samples: Samples, moment: _Moment, kind: str, index: int) -> Occasion:
    sample = samples.webhook(kind)
    if sample is None:
        raise UsageError(f"there is no documented sample of `{kind}`")
    origin = f"the documented sample of {kind}"
    if index < 0:
        return from_payload(recipe, sample, origin, moment.of(sample))
    trigger = recipe.triggers[index]
    match = trigger.match if isinstance(trigger, WebhookTrigger) else {}
    payload, changed = fitted(sample, match)
    if changed:
        said = ", ".join(f"{path}: {_short(value)}" for path, value in changed)
        origin += f", with {said} so that it matches"
    return from_payload(recipe, payload, origin, moment.of(payload))


def _short(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# --- from the clock and the inside -----------------------------------------------------------


def _of_the_clock(
    recipe: Recipe, index: int, samples: Samples, now: float, at: float | None
) -> Occasion:
    found = _timed(recipe, recipe.triggers[index], samples, now, at)
    return replace(found, trigger=index)


def _timed(
    recipe: Recipe, trigger: Trigger, samples: Samples, now: float, at: float | None
) -> Occasion:
    match trigger:
        case ScheduleTrigger():
            return _scheduled(trigger, now, at)
        case EventStartTrigger():
            return _event_start(recipe, trigger, samples, at)
        case WatchTrigger():
            return _watched(trigger, samples, now if at is None else at)
        case RunTrigger():
            return _run_ended(trigger, now if at is None else at)
    raise UsageError(f"`{recipe.id}` starts in a way that a dry run does not know")


def _scheduled(trigger: ScheduleTrigger, now: float, at: float | None) -> Occasion:
    if at is None:
        at = Schedule.from_trigger(trigger, now).next_after(now)
        if at is None:
            raise UsageError("the schedule never fires again: say when, with --at")
        origin = "the next time of its schedule"
    else:
        origin = "its schedule, at the time given"
    payload: dict[str, Json] = {"data": {}, "scheduled_for": at, "fired_at": at}
    return Occasion(_event("schedule", "schedule", payload, at), 0, at, origin)


def _event_start(
    recipe: Recipe, trigger: EventStartTrigger, samples: Samples, at: float | None
) -> Occasion:
    event = dict(samples.event)
    home = zone(str(event.get("event_timezone") or recipe.timezone))
    if at is None:
        start = parse_datetime(str(event["event_date"]), home).timestamp()
        at = start + trigger.offset
    else:
        start = at - trigger.offset
        event["event_date"] = instant(start).astimezone(home).strftime(_LOCAL_TIME)
    side = "before" if trigger.offset < 0 else "after"
    origin = f"{format_duration(abs(trigger.offset))} {side} the start of the documented event"
    data: dict[str, Json] = {"event_ref": event.get("event_ref")}
    payload: dict[str, Json] = {"data": data, "event": event, "scheduled_for": at, "fired_at": at}
    return Occasion(_event("event_start", "event_start", payload, at), 0, at, origin)


def _watched(trigger: WatchTrigger, samples: Samples, at: float) -> Occasion:
    payload: dict[str, Any] = {"data": {}, "fired_at": at}
    if trigger.for_events is not None:
        payload["data"] = {"event_ref": samples.event.get("event_ref")}
        payload["event"] = dict(samples.event)
    origin = "its watch, supposing that `when` turned true"
    if trigger.fires == "each":
        payload["item"] = Unknown("trigger.item")
        origin = "its watch, supposing that there is a new item"
    return Occasion(_event("watch", "watch", payload, at), 0, at, origin)


def _run_ended(trigger: RunTrigger, at: float) -> Occasion:
    outcome = trigger.outcomes[0]
    recipe = "another-recipe" if "*" in trigger.recipe else trigger.recipe
    data: dict[str, Any] = {
        "recipe": recipe,
        "run_id": Unknown("trigger.data.run_id"),
        "outcome": outcome,
        "error": Unknown("trigger.data.error"),
    }
    origin = f"a run of `{recipe}` that ended {outcome}"
    return Occasion(_event("run", "run", {"data": data}, at), 0, at, origin)


def _event(source: str, kind: str, payload: Mapping[str, Any], at: float) -> Event:
    ref = payload.get("id")
    return Event(
        id="evt_dry",
        key="dry-run",
        source=source,
        type=kind,
        received_at=at,
        payload=payload,
        payload_id=ref if isinstance(ref, str) else None,
        event_ref=event_ref_of(payload),
    )
