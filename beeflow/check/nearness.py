"""The nearest name, and how it is offered; and what is a slip of the hand."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection


def nearest(word: str, known: Collection[str], alike: float = 0.6) -> tuple[str, ...]:
    """Return the names that `word` was most likely meant to be, best first.

    `alike` is how much of them must agree, of 1.
    """
    by_folded = {_folded(name): name for name in known}
    close = get_close_matches(_folded(word)[:100], by_folded, n=3, cutoff=alike)
    return tuple(by_folded[name] for name in close)


def did_you_mean(
    suggestions: Collection[str], known: Collection[str] = (), has: str = "has"
) -> str | None:
    """Return a help text: the nearest name, and what there is; None when there is nothing."""
    listed = f"{has}: {', '.join(sorted(known))}" if known else ""
    if suggestions:
        mean = f"did you mean `{next(iter(suggestions))}`?"
        return f"{mean} ({listed})" if listed else mean
    return listed or None


def slip_of(name: str, known: Collection[str]) -> str | None:
    """Return the name that was mistyped as `name`; None where it may well be meant as it is.

    A slip is in one word of a name, or leaves its first word out, or puts one in: `event_titel`
    and `title` are slips of `event_title`, and `event_note` is none of `event_date`. Where there
    is doubt, a name is taken as it is: see `nearest` for the rest.
    """
    return next((one for one in known if _is_slip(name, one)), None)


_SHORT: Final = 4
"""Letters of a word up to which two words that differ in one of them are taken as two words."""

_LONG: Final = 6
"""Letters of a word from which two slips are taken for one word."""


def _is_slip(name: str, known: str) -> bool:
    if _folded(name) == _folded(known):
        return True
    mine, theirs = name.lower().split("_"), known.lower().split("_")
    if mine == theirs[1:] or theirs == mine[1:]:
        return True
    if len(mine) != len(theirs):
        return _steps(_folded(name), _folded(known)) <= 1
    other = [(one, two) for one, two in zip(mine, theirs, strict=True) if one != two]
    return len(other) == 1 and _mistyped(*other[0])


def _mistyped(one: str, two: str) -> bool:
    longest = max(len(one), len(two))
    if longest < 3 or not (one + two).isalpha():  # noqa: PLR2004 - of two letters one is half
        return False
    if longest <= _SHORT and len(one) == len(two):
        return sorted(one) == sorted(two) and _steps(one, two) == 1
    return _steps(one, two) <= (2 if longest >= _LONG else 1)


def _steps(one: str, two: str) -> int:
    """Count the letters to change, leave out, put in or swap to get from one word to another."""
    if abs(len(one) - len(two)) > _FAR:
        return _FAR
    above: list[int] = []
    row = list(range(len(two) + 1))
    for at, letter in enumerate(one, 1):
        above, former, row = row, above, [at]
        for to, other in enumerate(two, 1):
            best = min(above[to] + 1, row[to - 1] + 1, above[to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == two[to - 2] and one[at - 2] == other:
                best = min(best, former[to - 2] + 1)
            row.append(best)
    return row[-1]


_FAR: Final = 3
"""More than any slip takes."""


def _folded(name: str) -> str:
    return name.lower().replace("_", "")
