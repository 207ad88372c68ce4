"""Problems that only follow from others: one finding for one cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.recipe.document.nodes import Document
    from beeflow.recipe.problem import Problem

_OF_YAML: Final = frozenset({"yaml-syntax", "yaml-tag", "yaml-alias"})
"""Rules about a value that is not written as it is meant: what else is said of it follows."""

_BETTER: Final = frozenset({"braces-in-expression", "expression"})
"""Where an expression is wrong in itself, it is no help to hear how it is quoted."""

_SLIPPED: Final = ("bad-indentation", "warning")
"""Said of a text that has swallowed a line: what else is wrong with it follows."""

_OF_ABSENCE: Final = ("missing-", "unknown-name", "unknown-input", "maybe-", "unused-")
"""How the rules are called that find something not to be there."""


def without_echoes(document: Document, problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that do not follow from what is wrong with the document's YAML."""
    found = list(problems)
    place, file = document.source.place, document.source.path
    here = [one for one in found if one.span.file == file]
    spoilt = {place(one.span.start) for one in here if one.rule in _OF_YAML}
    better = {place(one.span.start) for one in here if one.rule in _BETTER}
    slipped = {one.path for one in here if (one.rule, one.severity) == _SLIPPED and one.path}
    left = []
    for one in found:
        if one.path in slipped and (one.rule, one.severity) != _SLIPPED:
            continue
        if one.span.file != file or one.rule in _BETTER:
            left.append(one)
        elif one.rule in _OF_YAML:
            left.extend([] if place(one.span.start) in better else [one])
        # What cannot be read and is left out may be just what seems to be missing.
        elif place(one.span.start) not in spoilt and (
            document.is_whole or not one.rule.startswith(_OF_ABSENCE)
        ):
            left.append(one)
    return left
