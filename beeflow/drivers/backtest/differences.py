"""Where two sides differ: the decision on an event, or the calls, and that in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.drivers.plan.alignment import align
from beeflow.drivers.wording.values import value_text
from beeflow.types import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.drivers.backtest.deeds import Deed, Made
    from beeflow.engine.event import Event

_SLACK: Final = 2.0
"""Seconds by which a recorded call may be later than a played one: real calls take time."""

_LONG: Final = 100


class Difference(msgspec.Struct, frozen=True):
    """One event and one recipe for which the sides differ; `texts` say how."""

    event: Event
    recipe: str
    before: tuple[Deed, ...]
    after: tuple[Deed, ...]
    texts: tuple[str, ...]


def difference(
    event: Event, recipe: str, before: Sequence[Deed], after: Sequence[Deed]
) -> Difference | None:
    """Return how two sides differ, None where they do not. What had not ended is not compared."""
    if not all(deed.done for deed in (*before, *after)):
        return None
    texts = tuple(_texts(before, after))
    return Difference(event, recipe, tuple(before), tuple(after), texts) if texts else None


def _texts(before: Sequence[Deed], after: Sequence[Deed]) -> Iterator[str]:
    was, now = decision(before), decision(after)
    if was != now:
        yield f"{was} → {now}"
    calls = [call for deed in before for call in deed.calls]
    others = [call for deed in after for call in deed.calls]
    for one, other in pairs(calls, others):
        yield from _call(one, other)


def decision(deeds: Sequence[Deed]) -> str:
    """Return what was decided, for a reader: `not wanted`, `skipped: …`, `succeeded`."""
    if not deeds:
        return "does not start"
    told = [f"{one.outcome}: {one.why}" if one.why else one.outcome for one in deeds]
    return ", ".join(told)


def pairs(calls: Sequence[Made], others: Sequence[Made]) -> list[tuple[Made | None, Made | None]]:
    """Return the calls of both sides, each beside the one that it became."""
    found = align(calls, others, _content, _likeness)
    return [
        (
            None if pair.before is None else calls[pair.before],
            None if pair.after is None else others[pair.after],
        )
        for pair in found
    ]


def _content(call: Made) -> tuple[str, str]:
    return call.action, value_text(call.args)


def _likeness(one: Made, other: Made) -> float:
    if one.action != other.action:
        return 0.0
    same = sum(other.args.get(name) == value for name, value in one.args.items())
    return 0.1 + same / max(len(one.args), len(other.args), 1)


def _call(one: Made | None, other: Made | None) -> Iterator[str]:
    if one is None and other is not None:
        yield f"new: {call_text(other)}"
    elif other is None and one is not None:
        yield f"no longer: {call_text(one)}"
    elif one is not None and other is not None:
        yield from _changed(one, other)


def _changed(one: Made, other: Made) -> Iterator[str]:
    if abs(one.after - other.after) > _SLACK:
        when = "later" if other.after > one.after else "earlier"
        shift = format_duration(abs(round(other.after) - round(one.after)))
        moved = f"{after_text(one)} → {after_text(other)} ({shift} {when})"
        yield f"{one.action}: {moved}"
    if one.would != other.would:
        yield f"{one.action}: {'made' if one.would else 'only recorded (shadow)'} now"
    for name in dict.fromkeys((*one.args, *other.args)):
        if one.args.get(name) != other.args.get(name):
            was, now = (_shown(call, name) for call in (one, other))
            yield f"{one.action}, `{name}`: {was} → {now}"


def _shown(call: Made, name: str) -> str:
    if name not in call.args:
        return "(not given)"
    return cut(value_text(call.args[name]))


def after_text(call: Made) -> str:
    """Return when a call is made: `10m after the event`."""
    seconds = round(call.after)
    return f"{format_duration(seconds)} after the event" if seconds > 0 else "at once"


def call_text(call: Made) -> str:
    """Return a call on one line: action, time, arguments."""
    args = ", ".join(f"{name}: {cut(value_text(value))}" for name, value in call.args.items())
    would = "would " if call.would else ""
    return f"{would}{call.action} {after_text(call)}" + (f" ({args})" if args else "")


def cut(text: str) -> str:
    """Return text on one line, with `…` where it goes on."""
    line = " ".join(text.split())
    return line if len(line) <= _LONG else line[: _LONG - 1] + "…"
