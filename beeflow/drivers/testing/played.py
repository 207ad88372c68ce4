"""What came of a test that was played, before it is held against what was expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.drivers.account import Decided
    from beeflow.engine.journal.records import OpenRun
    from beeflow.recipe.model import Recipe
    from beeflow.types import Effect, Json


@dataclass(frozen=True, slots=True)
class Made:
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


@dataclass(frozen=True, slots=True)
class Ignored:
    """A webhook that no trigger of the recipe under test wanted, and why the nearest did not.

    `trigger` is the index of that one.
    """

    type: str
    trigger: int
    decided: Decided


@dataclass(frozen=True, slots=True)
class Asked:
    """A trigger's line of `match` that a webhook of its type was held against.

    `recipe` is the hash of the recipe's text.
    """

    recipe: str
    trigger: int
    path: str
    held: bool


@dataclass(slots=True)
class Played:
    """All that happened. `recipes` are those that were live, the one under test in front.

    `calls` are the writes in order; `unmocked` those of them that nobody said an answer of;
    `steps` the recipe's hash and the path of every step that was carried out; `said` what the
    engine logged; `trouble` is why the test did not come to its end.
    """

    recipes: tuple[Recipe, ...]
    began: float
    calls: list[Made] = field(default_factory=list)
    unmocked: list[str] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    steps: set[tuple[str, str]] = field(default_factory=set)
    runs: tuple[OpenRun, ...] = ()
    said: list[str] = field(default_factory=list)
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
