"""Looking at API data for a watch: the same fetches and expressions as in a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from beeflow.engine.interpreter.calls import fetch, ledger_key
from beeflow.engine.interpreter.frame import Frame, Place, plain

if TYPE_CHECKING:
    from beeflow.engine.commands import Steps
    from beeflow.recipe.model import WatchTrigger
    from beeflow.types import Json


class Look(msgspec.Struct, frozen=True):
    """What a look came to: whether `when` holds, or the items by their key."""

    holds: bool
    items: Mapping[str, Json]


def look(frame: Frame, watch: WatchTrigger) -> Steps:
    """Make the watch's fetches and evaluate it; returns a `Look`."""
    for wanted in watch.fetch:
        yield from fetch(frame, wanted)
    if watch.fires == "each":
        return Look(holds=False, items=(yield from _items(frame, watch)))
    if watch.when is None:
        return Look(holds=False, items={})
    value = yield from frame.evaluate(Place("watch/when"), watch.when)
    return Look(holds=bool(value), items={})


def _items(frame: Frame, watch: WatchTrigger) -> Steps:
    if watch.items is None or watch.key is None:
        return {}
    listed = yield from frame.evaluate(Place("watch/items"), watch.items)
    found: dict[str, Any] = {}
    sequence = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ()
    for index, item in enumerate(sequence):
        inner = frame.inner()
        inner.names["item"] = item
        key = yield from inner.evaluate(Place(f"watch/key#{index}"), watch.key)
        found.setdefault(ledger_key(key), plain(item))
    return found
