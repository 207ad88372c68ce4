"""`unknown-trigger-field`: what is read from the trigger is not documented to be in it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, TypeAlias

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.recipe.model import (
    EventStartTrigger,
    RunTrigger,
    ScheduleTrigger,
    WatchTrigger,
    WebhookTrigger,
)
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beeflow.check.facts import Facts, Webhook
    from beeflow.check.subject import Subject
    from beeflow.recipe.model import Recipe, Trigger
    from beeflow.recipe.templates import Reference

_Known: TypeAlias = "frozenset[str] | None"
"""The fields there may be; None: any."""

_LISTED: Final = 15
"""Names that a message lists at most."""

_ALWAYS: Final = frozenset(
    {"kind", "name", "type", "id", "timestamp", "received_at", "data", "items"}
)
_BESIDE: Final[Mapping[type, frozenset[str]]] = {
    ScheduleTrigger: frozenset({"scheduled_for", "fired_at"}),
    EventStartTrigger: frozenset({"event", "scheduled_for", "fired_at"}),
    WatchTrigger: frozenset({"item", "event", "fired_at"}),
    RunTrigger: frozenset(),
}
_DATA: Final[Mapping[type, frozenset[str]]] = {
    ScheduleTrigger: frozenset(),
    EventStartTrigger: frozenset({"event_ref"}),
    WatchTrigger: frozenset({"event_ref"}),
    RunTrigger: frozenset({"recipe", "run_id", "outcome", "error", "event_ref"}),
}


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find `trigger.NAME` and `trigger.data.NAME` that no trigger of the recipe documents.

    A warning only: the platform may send more than it documents.
    """
    beside, data = _documented(subject.recipe, facts)
    for use, one in subject.reads:
        wrong = None if one.path[0] != "trigger" or one.guarded else _wrong(one, beside, data)
        if wrong is None:
            continue
        at, known = wrong
        offset, length = one.places[at]
        span, path = subject.within(use.text, offset, length)
        near = nearest(one.path[at], known)
        yield Problem(
            "unknown-trigger-field",
            f"`{'.'.join(one.path[:at])}` has no documented field `{one.path[at]}`",
            span,
            severity="warning",
            help=did_you_mean(near, known if len(known) <= _LISTED else (), "has"),
            suggestions=near,
            path=path,
        )


def _wrong(one: Reference, beside: _Known, data: _Known) -> tuple[int, tuple[str, ...]] | None:
    """Return which part of a path is not documented, and what there is in its place."""
    if beside is not None and len(one.path) > 1 and one.path[1] not in beside:
        return 1, tuple(sorted(beside))
    in_data = len(one.path) > 2 and one.path[1] == "data"  # noqa: PLR2004 - trigger, data, field
    if data is not None and in_data and one.path[2] not in data:
        return 2, tuple(sorted(data))
    return None


def _documented(recipe: Recipe, facts: Facts) -> tuple[_Known, _Known]:
    """Return what `trigger` and `trigger.data` may have; None where anything may be there."""
    if not recipe.triggers:
        return None, None
    beside, data = set(_ALWAYS), set[str]()
    is_open = False
    for trigger in recipe.triggers:
        if not isinstance(trigger, WebhookTrigger):
            beside |= _BESIDE[type(trigger)]
            data |= _DATA[type(trigger)]
            continue
        for webhook in _webhooks(trigger, facts):
            beside |= _fields(webhook.schema)
            fields = _fields(webhook.schema.get("properties", {}).get("data", {}))
            is_open = is_open or not fields
            data |= fields
        is_open = is_open or not _webhooks(trigger, facts)
    return frozenset(beside), None if is_open else frozenset(data)


def _webhooks(trigger: Trigger, facts: Facts) -> list[Webhook]:
    types = trigger.types if isinstance(trigger, WebhookTrigger) else ()
    return [
        webhook
        for name, webhook in facts.webhooks.items()
        if any(fnmatchcase(name, pattern) for pattern in types)
    ]


def _fields(schema: Mapping[str, object]) -> frozenset[str]:
    properties = schema.get("properties")
    return frozenset(properties) if isinstance(properties, dict) else frozenset()


RULE = Rule(
    "unknown-trigger-field",
    "A field is read from `trigger` or `trigger.data` that the recipe's triggers are not "
    "documented to have. `beeflow webhooks TYPE` shows what a webhook carries.",
    "trigger: {webhook: event.updated.status}\nconditions:\n  - trigger.data.statuss == 'live'",
    "trigger: {webhook: event.updated.status}\nconditions:\n  - trigger.data.status == 'live'",
    look,
    "warning",
)
