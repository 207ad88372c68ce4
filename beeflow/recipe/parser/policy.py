"""Run policy: `concurrency`, `throttle`, `debounce`, `batch`, `cancel_on`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.recipe import limits
from beeflow.recipe.document import SequenceNode
from beeflow.recipe.model import Batch, CancelOn, Concurrency, Debounce, Expr, Throttle
from beeflow.recipe.parser import words
from beeflow.recipe.parser.fields import Fields, items, open_fields
from beeflow.recipe.parser.matches import webhooks
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.scalars import duration, integer, word
from beeflow.recipe.parser.texts import expression
from beeflow.recipe.parser.vocabulary import BATCH, CANCEL_ON, CONCURRENCY, DEBOUNCE, THROTTLE

if TYPE_CHECKING:
    from beeflow.recipe.parser.place import Place

_UNTOLD: Final = 60.0
"""Stands in the place of a time that cannot be read, which was told: what is beside it is read."""


def concurrency(reading: Reading, place: Place) -> Concurrency | None:
    """Read `concurrency`."""
    fields = open_fields(reading, place, CONCURRENCY)
    if fields is None:
        return None
    how, most = fields.get("mode"), fields.get("max")
    mode = word(reading, how, words.CONCURRENCY) if how else None
    count = integer(reading, most, 1, limits.CONCURRENT_RUNS) if most else None
    return Concurrency(_key(reading, fields, "group"), mode or "queue", count)


def throttle(reading: Reading, place: Place) -> Throttle | None:
    """Read `throttle`."""
    fields = open_fields(reading, place, THROTTLE)
    if fields is None:
        return None
    key = _key(reading, fields)
    within = _duration(reading, fields, "once_within")
    return Throttle(_UNTOLD if within is None else within, key)


def debounce(reading: Reading, place: Place) -> Debounce | None:
    """Read `debounce`."""
    fields = open_fields(reading, place, DEBOUNCE)
    if fields is None:
        return None
    key, quiet, most = (
        _key(reading, fields),
        _duration(reading, fields, "quiet"),
        _duration(reading, fields, "max"),
    )
    if quiet is not None and most is not None and most < quiet:
        message = "`max` is shorter than `quiet`, so that it never becomes quiet"
        help_ = "make `max` the longer of the two"
        reading.report(fields.key("max"), Finding("bad-value", message, help_))
    return Debounce(_UNTOLD if quiet is None else quiet, key, most)


def batch(reading: Reading, place: Place) -> Batch | None:
    """Read `batch`."""
    fields = open_fields(reading, place, BATCH)
    if fields is None:
        return None
    most = fields.get("max")
    count = integer(reading, most, 1, limits.BATCH) if most else None
    key, window = _key(reading, fields), _duration(reading, fields, "window")
    return Batch(_UNTOLD if window is None else window, key, count or 500)


def cancel_on(reading: Reading, place: Place) -> tuple[CancelOn, ...]:
    """Read `cancel_on`: one webhook, or a list of which any cancels."""
    if isinstance(place.node, SequenceNode):
        if len(place.node.items) > limits.TRIGGERS:
            reading.over_limit(place, limits.TRIGGERS, "webhooks")
        places = items(reading, place, "webhooks", "[{webhook: event.deleted}]")
        read = [_cancel(reading, item) for item in places]
        return tuple(one for one in read if one is not None)
    one = _cancel(reading, place)
    return (one,) if one else ()


def _cancel(reading: Reading, place: Place) -> CancelOn | None:
    fields = open_fields(reading, place, CANCEL_ON)
    if fields is None:
        return None
    wanted = webhooks(reading, fields)
    return CancelOn(wanted.types, wanted.match, wanted.any_event) if wanted.types else None


def _key(reading: Reading, fields: Fields, name: str = "key") -> Expr | None:
    place = fields.get(name)
    return expression(reading, place) if place else None


def _duration(reading: Reading, fields: Fields, name: str) -> float | None:
    place = fields.get(name)
    return duration(reading, place, least=0.001) if place else None
