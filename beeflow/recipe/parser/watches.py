"""A `watch` trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode
from beeflow.recipe.model import Expr, Value, WatchTrigger
from beeflow.recipe.parser.calls import fetches
from beeflow.recipe.parser.fields import Fields, open_fields
from beeflow.recipe.parser.known import known_node
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.scalars import duration, word
from beeflow.recipe.parser.scope import Scope
from beeflow.recipe.parser.texts import expression
from beeflow.recipe.parser.vocabulary import WATCH_BODY
from beeflow.recipe.parser.words import FIRES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.recipe.parser.place import Place


def watch(reading: Reading, fields: Fields, name: str | None) -> WatchTrigger | None:
    """Read a `watch` trigger. The names of its `fetch` are seen only within it."""
    place = fields.get("watch")
    body = open_fields(reading, place, WATCH_BODY) if place else None
    if body is None:
        return None
    pace, hold, how = (body.get(key) for key in ("every", "for", "fires"))
    every = duration(reading, pace, least=limits.SHORTEST_EVERY) if pace else None
    held = duration(reading, hold) if hold else None
    fires = word(reading, how, FIRES) if how else FIRES[0]
    reads = body.get("fetch")
    fetch = fetches(reading, reads, Scope()) if reads else ()
    events = body.get("for_events")
    when, items, key = (_expression(reading, body, part) for part in ("when", "items", "key"))
    if every is None or fires is None or not _fits(reading, body, fires):
        return None
    return WatchTrigger(
        every=every,
        fetch=fetch,
        for_events=_filters(reading, events) if events else None,
        when=when,
        hold=held or 0.0,
        fires=fires,
        items=items,
        key=key,
        name=name,
    )


def _expression(reading: Reading, body: Fields, key: str) -> Expr | None:
    place = body.get(key)
    return expression(reading, place) if place else None


def _filters(reading: Reading, place: Place) -> Mapping[str, Value]:
    if place.is_null:
        return {}
    if not isinstance(place.node, MappingNode):
        reading.wrong_type(place, "a mapping of filters on events", "{status: live}")
        return {}
    node = known_node(reading, place)
    read = node.plain()
    return dict(read) if isinstance(read, dict) else {}


def _fits(reading: Reading, body: Fields, fires: Literal["once", "each"]) -> bool:
    """Check that the keys are those that `fires` takes."""
    needed = ("when",) if fires == "once" else ("items", "key")
    foreign = ("items", "key") if fires == "once" else ("when", "for")
    fits = True
    for key in foreign:
        if body.has(key):
            message = f"`{key}` does not go with `fires: {fires}`"
            other = "each" if fires == "once" else "once"
            help_ = f"write `fires: {other}`, or remove `{key}`"
            reading.report(body.key(key), Finding("conflicting-keys", message, help_))
            fits = False
    missing = [key for key in needed if not body.has(key)]
    if missing and fits:
        message = f"a `watch` with `fires: {fires}` needs `{missing[0]}`"
        help_ = f"add `{missing[0]}`: {WATCH_BODY.keys[missing[0]]}"
        reading.report(body.place, Finding("missing-key", message, help_))
        fits = False
    return fits
