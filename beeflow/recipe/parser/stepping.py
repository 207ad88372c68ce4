"""What a reader of one kind of step is given: where it is, and how to read steps inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from beeflow.recipe.parser.scalars import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.recipe.model import Step
    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.parser.reading import Reading
    from beeflow.recipe.parser.scope import Scope


class Stepping(msgspec.Struct, frozen=True):
    """`sequence` reads a list of steps; it is handed down so that kinds of steps need not know it.

    `depth` counts the lists of steps around, the recipe's own included.
    """

    reading: Reading
    scope: Scope
    depth: int
    sequence: Callable[[Stepping, Place], tuple[Step, ...]]

    def inside(self, place: Place | None, scope: Scope) -> tuple[Step, ...]:
        """Read the steps at a place, with names going to `scope`."""
        if place is None:
            return ()
        return self.sequence(replace(self, scope=scope, depth=self.depth + 1), place)

    def declare(self, place: Place | None) -> str | None:
        """Read the name at a place and add it to the scope; None where there is none."""
        if place is None:
            return None
        name = text(self.reading, place)
        if name is None or not self.scope.declare(self.reading, place, name):
            return None
        return name
