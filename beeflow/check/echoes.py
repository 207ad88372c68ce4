"""Findings that only follow from others: one for each cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.check.report import ALSO
from beeflow.recipe.problem import Note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.recipe.parser import Parsed
    from beeflow.recipe.problem import Problem, Span

_USERS: Final = frozenset(
    {
        "expression",
        "missing-key",
        "missing-parameter",
        "not-a-list",
        "unknown-field",
        "unknown-input",
        "unknown-key",
        "unknown-name",
        "unknown-parameter",
        "unknown-trigger-field",
        "unreachable-step",
        "wrong-argument",
        "wrong-operand",
        "wrong-value",
    }
)
"""Rules about what would have used a name, were it not misspelt, missing, or never reached."""

_SURE: Final = frozenset({"unknown-name", "unreachable-step"})
"""Those that count also where they only warn."""

_MISNAMED: Final = frozenset({"bad-name", "duplicate-name", "shadowed-name"})

_TOOK_NAMES: Final = (("unknown-parameter", "/with/as"), ("unknown-key", "/fetch"))
"""Where a name stands that is not given, as it is not the place for it."""


def told_once(problems: Iterable[Problem]) -> list[Problem]:
    """Join what has one cause to a single problem: at its first place, with the others beside it.

    Where some of them are errors, and others only warnings, it is at the first error.
    """
    alone: list[Problem] = []
    causes: dict[tuple[str, str, str], dict[Span, Problem]] = {}
    for one in problems:
        if one.cause:
            places = causes.setdefault((one.rule, one.span.file, one.cause), {})
            places.setdefault(one.span, one)
        else:
            alone.append(one)
    return alone + [_joined(list(places.values())) for places in causes.values()]


def _joined(problems: list[Problem]) -> Problem:
    problems.sort(key=lambda one: (one.severity, one.span))
    first, *others = problems
    again = (Note(ALSO, span) for span in sorted(one.span for one in others))
    return replace(first, notes=(*first.notes, *again))


def without_idle(problems: Iterable[Problem]) -> list[Problem]:
    """Leave out what nothing uses, where that is wrong which most likely was to use it."""
    found = list(problems)
    wrong = {
        one.span.file
        for one in found
        if one.rule in _USERS and (one.severity == "error" or one.rule in _SURE)
    }
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
        if one.rule in _MISNAMED or _took_a_name(one):
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


def _took_a_name(problem: Problem) -> bool:
    return any(problem.rule == rule and problem.path.endswith(at) for rule, at in _TOOK_NAMES)
