"""What came of a test that was played, before it is held against what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.drivers.account import Decided
    from beeflow.engine.journal.records import OpenRun
    from beeflow.recipe.model import Recipe
    from beeflow.types import Effect, Json


class Made(msgspec.Struct, frozen=True):
    """One attempt of a call, as it began: `after` so many seconds since the test did.

    `args` are masked. `would`: a shadow run only recorded it.
    """

    after: float
    recipe: str
    run: str
    path: str
    action: str
    args: Mapping[str, Json]
    effect: Effect
    would: bool = False


class Ignored(msgspec.Struct, frozen=True):
    """A webhook that no trigger of the recipe under test wanted, and why the nearest did not.

    `trigger` is the index of that one.
    """

    type: str
    trigger: int
    decided: Decided


class Asked(msgspec.Struct, frozen=True):
    """A trigger's line of `match` that a webhook of its type was held against.

    `recipe` is the hash of the recipe's text.
    """

    recipe: str
    trigger: int
    path: str
    held: bool


class Played(msgspec.Struct):
    """All that happened. `recipes` are those that were live, the one under test in front.

    `calls` are the writes in order; `unmocked` those of them that nobody said an answer of;
    `steps` the recipe's hash and the path of every step that was carried out; `said` what the
    engine logged; `trouble` is why the test did not come to its end.
    """

    recipes: tuple[Recipe, ...]
    began: float
    calls: list[Made] = msgspec.field(default_factory=list)
    unmocked: list[str] = msgspec.field(default_factory=list)
    ignored: list[Ignored] = msgspec.field(default_factory=list)
    asked: list[Asked] = msgspec.field(default_factory=list)
    steps: set[tuple[str, str]] = msgspec.field(default_factory=set)
    runs: tuple[OpenRun, ...] = ()
    said: list[str] = msgspec.field(default_factory=list)
    trouble: str = ""

    @property
    def own(self) -> tuple[OpenRun, ...]:
        """The runs of the recipe under test that count: their conditions held, in order of start.

        Not those that were dropped, throttled, or taken the place of.
        """
        first = self.recipes[0].id
        return tuple(
            one
            for one in self.runs
            if one.run.recipe == first and one.run.outcome not in {None, "skipped"}
        )

    @property
    def skipped(self) -> tuple[OpenRun, ...]:
        """The runs of the recipe under test that came to nothing."""
        first = self.recipes[0].id
        return tuple(
            one for one in self.runs if one.run.recipe == first and one.run.outcome == "skipped"
        )
