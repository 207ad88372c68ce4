"""What a step sends the platform's webhooks about, and what these are then known to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.check.causes.knowledge import Knowledge
from beeflow.check.causes.walking import Deed, Doubt, Doubts
from beeflow.recipe.model import (
    EventStartTrigger,
    RunTrigger,
    ScheduleTrigger,
    WatchTrigger,
    WebhookTrigger,
)
from beeflow.recipe.patterns import compile_pattern, type_matches
from beeflow.recipe.patterns.operators import Equals
from beeflow.recipe.patterns.pattern import PatternError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.beestreamed.announced import Announced
    from beeflow.check.facts import Action
    from beeflow.recipe.model import ActionCall, Trigger
    from beeflow.recipe.patterns.pattern import Line
    from beeflow.types import Effect, Json


class Sent(msgspec.Struct, frozen=True):
    """A webhook that a step causes. `known` is what a recipe that it starts knows of it.

    `changes` holds the fields that the call sets, each with its value as the only item of a tuple,
    or None where that is not known. `anew`: the same call again makes another thing, and so sends
    another webhook, where a change that is made already sends none.
    """

    type: str
    known: Knowledge
    changes: Mapping[str, tuple[Json] | None]
    anew: bool


def sent(deed: Deed, call: ActionCall, action: Action) -> tuple[Sent, ...]:
    """Return the webhooks that an action causes when it is called so."""
    return tuple(
        _sent(one, call, deed.known, action.effect)
        for one in action.announces
        if one.sent_with(call.args)
    )


def _sent(announced: Announced, call: ActionCall, known: Knowledge, effect: Effect) -> Sent:
    told: dict[str, Json] = {}
    changes: dict[str, tuple[Json] | None] = {}
    for path, parameter in {**announced.about, **announced.shows}.items():
        if parameter not in call.args:
            continue
        value = known.value(call.args[parameter])
        if value is not None:
            told[path] = value[0]
        if path in announced.shows:
            changes[_last(path)] = value
    fields = {_last(path): value for path, value in told.items()}
    if announced.keys is not None:
        told[announced.keys] = list(changes)
    paths = {("trigger", *path.split(".")): value for path, value in told.items()}
    paths |= {("trigger", "type"): announced.type, ("trigger", "kind"): "webhook"}
    return Sent(announced.type, Knowledge(paths, fields), changes, effect in {"guarded", "once"})


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def listens(trigger: WebhookTrigger, type_: str) -> bool:
    """Return whether a trigger is for webhooks of a type."""
    return any(type_matches(glob, type_) for glob in trigger.types)


def heard(trigger: WebhookTrigger, known: Knowledge) -> tuple[Knowledge, Doubts] | None:
    """Return what is known once a webhook has matched, and what is in doubt; None: it does not."""
    matched: dict[tuple[str, ...], Json] = {("trigger", "name"): trigger.name}
    doubts: Doubts = ()
    for written, line in _lines(trigger):
        path = ("trigger", *line.path)
        value = known.paths.get(path, _NOTHING)
        if value is not _NOTHING:
            if not line.test.holds(value):
                return None
            continue
        if isinstance(line.test, Equals):
            matched[path] = line.test.expected
        doubts += (Doubt("match", written, frozenset({path})),)
    return known.with_paths(matched), doubts


_NOTHING: Final = object()


def _lines(trigger: WebhookTrigger) -> tuple[tuple[str, Line], ...]:
    """Return the lines of a trigger's pattern with their paths; none where it is broken."""
    try:
        return tuple(zip(trigger.match, compile_pattern(trigger.match).lines, strict=True))
    except PatternError:
        return ()


def begins(trigger: WebhookTrigger) -> Knowledge:
    """Return what is known of whatever starts a run by a trigger."""
    known: dict[tuple[str, ...], Json] = {("trigger", "kind"): "webhook"}
    if len(trigger.types) == 1 and "*" not in trigger.types[0]:
        known["trigger", "type"] = trigger.types[0]
    found = heard(trigger, Knowledge(known))
    return Knowledge(known) if found is None else found[0]


_KINDS: Final[Mapping[type, str]] = {
    ScheduleTrigger: "schedule",
    EventStartTrigger: "event_start",
    WatchTrigger: "watch",
    RunTrigger: "run",
}
"""What `trigger.kind` is, by the kind of trigger."""


def started(trigger: Trigger) -> Knowledge:
    """Return what is known of whatever starts a run by a trigger of any kind."""
    if isinstance(trigger, WebhookTrigger):
        return begins(trigger)
    return Knowledge(
        {("trigger", "kind"): _KINDS[type(trigger)], ("trigger", "name"): trigger.name}
    )
