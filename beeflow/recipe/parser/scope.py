"""The names a recipe gives, in one namespace: where each was given, and what may see it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.recipe import limits
from beeflow.recipe.parser.place import Place, shortened
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.vocabulary import RESERVED
from beeflow.recipe.problem import Note, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


class Scope(msgspec.Struct):
    """The names visible at a point. A branch sees its parent's and adds its own."""

    names: dict[str, Span] = msgspec.field(default_factory=dict)

    def branch(self) -> Scope:
        """Return a scope for steps that may be left out, or whose names stay inside."""
        return Scope(dict(self.names))

    def merge(self, branches: Iterable[Scope]) -> None:
        """Make names of branches visible here: each may have been set in several of them."""
        for branch in branches:
            for name, span in branch.names.items():
                self.names.setdefault(name, span)

    def declare(self, reading: Reading, place: Place, name: str) -> bool:
        """Add a name given at a place; False (reported) when it cannot be had."""
        problem = self._refusal(name)
        if problem is None and not reading.count_name(place):
            return False
        self.names.setdefault(name, place.node.span)
        if problem is not None:
            reading.report(place, problem)
        return problem is None

    def _refusal(self, name: str) -> Finding | None:
        if _NAME.fullmatch(name) is None or len(name) > limits.TEXT:
            return Finding(
                "bad-name",
                f"`{shortened(name)}` cannot be a name",
                "names begin with a letter and consist of a-z, A-Z, 0-9 and _",
            )
        if name in RESERVED:
            return Finding(
                "shadowed-name",
                f"`{name}` is taken: it is {RESERVED[name]}",
                "take another name",
            )
        if name in self.names:
            return Finding(
                "duplicate-name",
                f"`{name}` already has a value here",
                "take another name: each name is given once",
                notes=(Note("it is given here first", self.names[name]),),
            )
        return None
