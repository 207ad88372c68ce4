"""`trigger`: one or several ways to start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode, SequenceNode
from beeflow.recipe.model import EventStartTrigger, RunTrigger, Trigger, WebhookTrigger
from beeflow.recipe.parser.fields import Fields, items, open_fields
from beeflow.recipe.parser.kinds import kind_of, with_kind
from beeflow.recipe.parser.known import known
from beeflow.recipe.parser.matches import webhooks
from beeflow.recipe.parser.scalars import duration, text, word
from beeflow.recipe.parser.times import schedule
from beeflow.recipe.parser.vocabulary import TRIGGERS
from beeflow.recipe.parser.watches import watch
from beeflow.recipe.parser.words import IF_PAST, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.parser.reading import Reading


def triggers(reading: Reading, place: Place) -> tuple[Trigger, ...]:
    """Read one trigger or a list of them."""
    if not isinstance(place.node, SequenceNode):
        one = _trigger(reading, place)
        return (one,) if one else ()
    if len(place.node.items) > limits.TRIGGERS:
        reading.over_limit(place, limits.TRIGGERS, "triggers")
    places = items(reading, place, "triggers", "[{webhook: event.created}]")
    read = [_trigger(reading, item) for item in places]
    return tuple(one for one in read if one is not None)


def _trigger(reading: Reading, place: Place) -> Trigger | None:
    if not isinstance(place.node, MappingNode):
        reading.wrong_type(place, "a mapping", "{webhook: event.created}")
        return None
    node = with_kind(reading, place, place.node)
    if node is None:
        return None
    place = replace(place, node=node)
    kind = kind_of(reading, place, node)
    fields = open_fields(reading, place, TRIGGERS[kind]) if kind else None
    if fields is None:
        return None
    name = fields.get("name")
    called = text(reading, name, most=limits.TEXT) if name else None
    return _READERS[kind](reading, fields, called)


def _webhook(reading: Reading, fields: Fields, name: str | None) -> WebhookTrigger | None:
    wanted = webhooks(reading, fields)
    return WebhookTrigger(wanted.types, wanted.match, name) if wanted.types else None


def _event_start(reading: Reading, fields: Fields, name: str | None) -> EventStartTrigger | None:
    place, past, again = (fields.get(key) for key in ("event_start", "if_past", "reconcile"))
    if_past = word(reading, past, IF_PAST) if past else None
    reconcile = duration(reading, again, least=limits.SHORTEST_EVERY) if again else None
    offset = duration(reading, place, signed=True) if place else None
    if offset is None:
        return None
    return EventStartTrigger(
        offset, if_past or "skip", 600.0 if reconcile is None else reconcile, name
    )


def _run(reading: Reading, fields: Fields, name: str | None) -> RunTrigger | None:
    place, other = fields.get("run"), fields.get("recipe")
    recipe = text(reading, other) if other else "*"
    if place is None:
        return None
    if isinstance(place.node, SequenceNode):
        listed = items(reading, place, "outcomes", "[failed, unknown]")
        outcomes = [word(reading, item, OUTCOMES) for item in listed]
    elif known(reading, place) is None:
        return None
    else:
        outcomes = [word(reading, place, OUTCOMES)]
    wanted = tuple(dict.fromkeys(outcome for outcome in outcomes if outcome))
    return RunTrigger(wanted, recipe or "*", name) if wanted else None


_READERS: Final[Mapping[str, Callable[[Reading, Fields, str | None], Trigger | None]]] = {
    "webhook": _webhook,
    "schedule": schedule,
    "event_start": _event_start,
    "watch": watch,
    "run": _run,
}
