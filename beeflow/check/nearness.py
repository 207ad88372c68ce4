"""The nearest name, and how it is offered."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

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


def _folded(name: str) -> str:
    return name.lower().replace("_", "")
