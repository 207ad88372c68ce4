"""What goes into reading a file, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from beeflow.recipe.document import Document, Source
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.problem import Problem, Span
    from beeflow.types import Json

Load = Callable[[str], str | None]
"""Gives the text of a file by its path from the recipes folder, or None where there is none."""


def nothing(_path: str) -> str | None:
    """Load no file at all."""
    return None


class Defaults(msgspec.Struct, frozen=True):
    """What a recipe gets where it says nothing itself.

    `inputs` are given by whoever reads it, and stand over the values that its inputs have; names
    that it does not declare, and values it does not take, are passed over.
    """

    timezone: str = "UTC"
    inputs: Mapping[str, Json] = msgspec.field(default_factory=dict)


class Setting(msgspec.Struct, frozen=True):
    """Where a file is read: how to get at blueprints, and what stands before paths in messages.

    With `blueprint`, the file is one, read by itself: it has inputs that nobody has given.
    """

    load: Load = nothing
    defaults: Defaults = msgspec.field(default_factory=Defaults)
    prefix: str = ""
    blueprint: bool = False


class Parsed(msgspec.Struct, frozen=True):
    """What became of a file.

    `recipe` is None where there is any error. `draft` is what could be read all the same, for
    checks that look further; what was wrong is left out of it. `uses` is the blueprint, and
    `id_span` is where the id is given, or the file's beginning.
    """

    document: Document
    recipe: Recipe | None = None
    draft: Recipe | None = None
    problems: tuple[Problem, ...] = ()
    uses: Document | None = None
    id_span: Span | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The texts that problems of this file may point into."""
        blueprint = (self.uses.source,) if self.uses else ()
        return (self.document.source, *blueprint)
