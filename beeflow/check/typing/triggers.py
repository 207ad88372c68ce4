"""What `trigger` may be in a recipe: one alternative for each way a run can begin.

A webhook is as its schema says; a list of types, or several triggers, are alternatives, and what
a recipe reads must be in all of them. Every recipe can also be started by hand or by another
recipe: those alternatives have all fields, of no type, so that nothing is ever said of them.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from beeflow.check.typing.matching import matched
from beeflow.recipe.model import (
    EventStartTrigger,
    RunTrigger,
    ScheduleTrigger,
    Trigger,
    WatchTrigger,
    WebhookTrigger,
)
from beeflow.recipe.typing import (
    ANYTHING,
    NEVER,
    NULL,
    TEXT,
    TIME,
    WHOLE,
    ListOf,
    Record,
    Text,
    Type,
    field_of,
    literal,
    members,
    payload_type,
    type_of_schema,
    union,
)
from beeflow.recipe.typing.access import without_null

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from beeflow.check.facts import Facts
    from beeflow.recipe.model import Match, Recipe

OUTCOMES: Final = frozenset({"succeeded", "failed", "cancelled", "unknown", "skipped"})
"""The outcomes of a run."""

FAILURES: Final = frozenset(
    {"http", "timeout", "connection", "template", "unknown", "limit", "stopped", "action"}
)
"""What `error.kind` may be."""

ERROR: Final = Record(
    {
        "kind": Text(FAILURES),
        "message": TEXT,
        "status": union(WHOLE, NULL),
        "step": TEXT,
        "action": union(TEXT, NULL),
    },
    required=frozenset({"kind", "message", "status", "step", "action"}),
)
"""`error` in a handler, and in the data of a `run` trigger."""

_HAND: Final = tuple(
    Record({"kind": literal(kind), "type": literal(kind)}, "open", NEVER)
    for kind in ("manual", "run")
)


def trigger_type(recipe: Recipe, facts: Facts, items: Mapping[int, Type]) -> Type:
    """Return the type of `trigger`. `items` are those of watches, by the number of the trigger."""
    ways: list[Type] = []
    for number, trigger in enumerate(recipe.triggers):
        ways.extend(_ways(trigger, facts, items.get(number, ANYTHING)))
    if not ways:
        return Record({"kind": Text(frozenset({"manual", "run"}))}, "open")
    if recipe.batch is not None:
        listed = ListOf(union(*ways))
        ways = [_with(way, {"items": listed}) for way in ways]
    return union(*ways, *_HAND)


def _with(way: Type, fields: Mapping[str, Type]) -> Type:
    if not isinstance(way, Record):
        return way
    return Record({**way.fields, **fields}, way.extent, way.rest, way.required, way.title)


def webhook_types(types: Sequence[str], facts: Facts) -> tuple[str, ...]:
    """Return the webhook types that types and patterns mean."""
    return _meant(tuple(types), tuple(facts.webhooks))


@lru_cache(maxsize=256)
def _meant(types: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in known if any(fnmatchcase(name, one) for one in types))


def webhook_type(types: Sequence[str], match: Match, facts: Facts) -> list[Type]:
    """Return what a webhook may be, an alternative for each type; those that match at all."""
    payloads = [
        payload for one in webhook_types(types, facts) for payload in _payload(one, match, facts)
    ]
    return payloads or [ANYTHING]


def _payload(name: str, match: Match, facts: Facts) -> Iterator[Type]:
    payload = payload_type(facts.webhooks[name].schema)
    if not isinstance(payload, Record):
        yield ANYTHING
        return
    if not match:
        yield _any_of(payload, name)
        return
    seen = matched(payload, match)
    if seen is not None:
        yield _envelope(seen, name)


def _envelope(payload: Record, name: str) -> Record:
    """Return a webhook as recipes see it: what else the payload carries stands beside `data`."""
    stamp = field_of(payload, "timestamp").type
    required = "timestamp" in payload.required
    own: dict[str, Type] = {
        "kind": literal("webhook"),
        "name": NULL,
        "type": literal(name),
        "id": TEXT,
        "timestamp": stamp if required else union(WHOLE, NULL),
        "received_at": TIME,
    }
    known = frozenset({*payload.required, *own})
    return Record({**payload.fields, **own}, "documented", ANYTHING, known, name)


_any_of: Final = lru_cache(maxsize=256)(_envelope)
"""What a webhook is of which nothing is asked, made once for each type."""


# --- the kinds of triggers -------------------------------------------------------------------


def _ways(trigger: Trigger, facts: Facts, item: Type) -> list[Type]:
    """Return the ways in which a trigger begins a run; each kind has its own, below."""
    return _KINDS[type(trigger)](trigger, facts, item)


def _webhook(trigger: WebhookTrigger, facts: Facts, _item: Type) -> list[Type]:
    name = literal(trigger.name)
    return [_with(one, {"name": name}) for one in webhook_type(trigger.types, trigger.match, facts)]


def _inner(kind: str, trigger: Trigger, more: Mapping[str, Type]) -> list[Type]:
    fields: dict[str, Type] = {
        "kind": literal(kind),
        "name": literal(trigger.name),
        "type": literal(kind),
        "id": TEXT,
        "timestamp": NULL,
        "received_at": TIME,
        **more,
    }
    return [Record(fields, required=frozenset(fields), title=_TITLES[kind])]


_TITLES: Final[Mapping[str, str]] = {
    "schedule": "the schedule",
    "event_start": "the event start",
    "watch": "the watch",
    "run": "the end of a run",
}


def _schedule(trigger: ScheduleTrigger, _facts: Facts, _item: Type) -> list[Type]:
    more: dict[str, Type] = {
        "data": Record(title="the schedule"),
        "scheduled_for": TIME,
        "fired_at": TIME,
    }
    return _inner("schedule", trigger, more)


def _event_start(trigger: EventStartTrigger, facts: Facts, _item: Type) -> list[Type]:
    event = event_type(facts)
    if isinstance(event, Record):
        starts = {"event_date": without_null(field_of(event, "event_date").type)}
        event = _with(event, starts)
    return _inner(
        "event_start",
        trigger,
        {"data": _about_event(), "event": event, "scheduled_for": TIME, "fired_at": TIME},
    )


def _about_event() -> Record:
    return Record({"event_ref": TEXT}, required=frozenset({"event_ref"}))


def _watch(trigger: WatchTrigger, facts: Facts, item: Type) -> list[Type]:
    more: dict[str, Type] = {"data": Record(title=_TITLES["watch"]), "fired_at": TIME}
    if trigger.for_events is not None:
        more |= {"data": _about_event(), "event": event_type(facts)}
    if trigger.fires == "each":
        more["item"] = item
    return _inner("watch", trigger, more)


def _run(trigger: RunTrigger, _facts: Facts, _item: Type) -> list[Type]:
    data = Record(
        {
            "recipe": TEXT,
            "run_id": TEXT,
            "outcome": Text(frozenset(trigger.outcomes)),
            "error": ERROR if "succeeded" not in trigger.outcomes else union(ERROR, NULL),
            "event_ref": TEXT,
        },
        required=frozenset({"recipe", "run_id", "outcome", "error"}),
    )
    return _inner("run", trigger, {"data": data})


_KINDS: Final[Mapping[type, Callable[[Any, Facts, Type], list[Type]]]] = {
    WebhookTrigger: _webhook,
    ScheduleTrigger: _schedule,
    EventStartTrigger: _event_start,
    WatchTrigger: _watch,
    RunTrigger: _run,
}


def watching(trigger: WatchTrigger, facts: Facts) -> Type:
    """Return what `trigger` is within a watch, while it looks."""
    fields: dict[str, Type] = {"kind": literal("watch"), "name": literal(trigger.name)}
    fields |= {"data": Record(), "event": NULL}
    if trigger.for_events is not None:
        fields |= {"data": _about_event(), "event": event_type(facts)}
    return Record(fields, required=frozenset(fields))


def event_type(facts: Facts) -> Type:
    """Return an event as triggers have it: as the API lists it, or as a webhook told of it."""
    fields: dict[str, Type] = {}
    created = facts.webhooks.get("event.created")
    listed = facts.actions.get("events.get")
    if created is None or listed is None:
        return ANYTHING
    told = field_of(payload_type(created.schema), "data").type
    for known in (told, type_of_schema(listed.answer)):
        for record in members(known):
            if isinstance(record, Record):
                fields |= record.fields
    fields["event_ref"] = TEXT
    return Record(fields, "documented", ANYTHING, frozenset({"event_ref"}), "an event")
