"""What the recipes of one folder tell about each other: which there are, and what they come to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.check.steps import all_steps
from beeflow.check.typing.standing import value_type
from beeflow.recipe.model import SetStep
from beeflow.recipe.typing import ANYTHING, NULL, Null, Record, Type, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.check.facts import Facts
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.parser import Parsed


def among(facts: Facts, parsed: Iterable[Parsed]) -> Facts:
    """Return facts with what there is to know of the recipes of a folder.

    Nothing is told of what a broken one comes to: it may lack just the step that says so.
    """
    read = list(parsed)
    return replace(
        facts,
        recipes=frozenset(one.draft.id for one in read if one.draft is not None),
        results={one.recipe.id: result_type(one.recipe) for one in read if one.recipe is not None},
    )


def result_type(recipe: Recipe) -> Type:
    """Return the type of `result` of a `run` step: what any `set` of the recipe may have set.

    It is null where the recipe ends before it sets anything.
    """
    made: defaultdict[str, list[Type]] = defaultdict(list)
    for step in all_steps(recipe):
        for name, value in step.values if isinstance(step, SetStep) else ():
            made[name].append(value_type(value, lambda _: ANYTHING, exact=False))
    if not made:
        return NULL
    fields = {name: union(*types) for name, types in made.items()}
    return union(Record(fields), Null(seldom=True))
