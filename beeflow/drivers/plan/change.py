"""One change to a recipe, and how it reads."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from beeflow.types import format_duration, parse_duration

_SHORT: Final = 40
_LONG: Final = 160


class Change(msgspec.Struct, frozen=True):
    """What is different at one place of a recipe.

    `where` is the place as a reader counts (`step 2`, `condition 1`, `throttle`), `title` what
    stands there (`wait`, `slack.post`). `what` is the key that differs, empty for all of it.
    `note` says what it means.
    """

    kind: Literal["added", "removed", "changed", "moved"]
    where: str
    title: str = ""
    what: str = ""
    before: str | None = None
    after: str | None = None
    note: str = ""

    @property
    def text(self) -> str:
        """Return the change as a sentence."""
        return _SENTENCES[self.kind](self) + (f" ({self.note})" if self.note else "")


def _place(change: Change) -> str:
    return f"{change.where} `{change.title}`" if change.title else change.where


def _added(change: Change) -> str:
    return f"new {_place(change)}" + (f": {_cut(change.after)}" if change.after else "")


def _removed(change: Change) -> str:
    said = f", which was: {_cut(change.before)}" if change.before else ""
    return f"{_place(change)} is gone{said}"


def _moved(change: Change) -> str:
    return f"{_place(change)} has moved: it is {change.after} now"


def _changed(change: Change) -> str:
    place = _place(change)
    what = "" if change.what in {"", change.title} else f", `{change.what.removeprefix('with.')}`"
    if change.before is None:
        return f"{place}{what}: now {_quoted(change.after)}"
    if change.after is None:
        return f"{place}{what}: no longer {_quoted(change.before)}"
    if _is_short(change.before) and _is_short(change.after):
        return f"{place}{what}: {change.before} → {change.after}"
    return f"{place}{what}: was {_quoted(change.before)}, is {_quoted(change.after)}"


_SENTENCES: Final = {
    "added": _added,
    "removed": _removed,
    "changed": _changed,
    "moved": _moved,
}


def _is_short(text: str) -> bool:
    return 0 < len(text) <= _SHORT and "\n" not in text


def _quoted(text: str | None) -> str:
    return f"`{_cut(text)}`" if text else "empty"


def _cut(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= _LONG else line[: _LONG - 1] + "…"


def shift(before: str, after: str) -> str:
    """Return what a changed wait means for what comes after it; empty where nobody knows yet."""
    try:
        seconds = parse_duration(after) - parse_duration(before)
    except ValueError:
        return ""
    if not seconds:
        return ""
    when = "later" if seconds > 0 else "earlier"
    return f"what follows happens {format_duration(abs(seconds))} {when}"
