"""Findings that only follow from others: one for each cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.recipe.parser import Parsed
    from beeflow.recipe.problem import Problem

_USERS: Final = frozenset(
    {
        "expression",
        "missing-key",
        "missing-parameter",
        "unknown-input",
        "unknown-key",
        "unknown-name",
        "unknown-parameter",
        "unreachable-step",
    }
)
"""Rules about what would have used a name, were it not misspelt, missing, or never reached."""

_MISNAMED: Final = frozenset({"bad-name", "duplicate-name", "shadowed-name"})


def without_idle(problems: Iterable[Problem]) -> list[Problem]:
    """Leave out what nothing uses, where that is wrong which most likely was to use it."""
    found = list(problems)
    wrong = {one.span.file for one in found if one.rule in _USERS}
    return [one for one in found if not (one.rule.startswith("unused-") and one.span.file in wrong)]


def without_misnamed(parsed: Parsed, problems: Iterable[Problem]) -> list[Problem]:
    """Leave out unknown names that are most likely those which could not be given above them.

    Where `as: my-poll` is no name, its uses are not told of as well: each name that could not be
    given stands for the first one below it that is not known.
    """
    ordered = sorted(problems, key=lambda one: one.span)
    texts = {source.path: source.text for source in parsed.sources}
    open_: dict[str, int] = {}
    meant: set[tuple[str, str]] = set()
    left = []
    for one in ordered:
        file = one.span.file
        if one.rule in _MISNAMED:
            open_[file] = open_.get(file, 0) + 1
        elif one.rule == "unknown-name":
            name = file, texts.get(file, "")[one.span.start : one.span.end]
            if name not in meant and open_.get(file):
                open_[file] -= 1
                meant.add(name)
            if name in meant:
                continue
        left.append(one)
    return left
