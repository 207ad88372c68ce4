"""What a rule is: a name, what it is about, an example, and what finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from beeflow.check.facts import Facts
from beeflow.check.subject import Subject
from beeflow.recipe.problem import Problem

Look = Callable[[Subject, Facts], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding. `wrong` and `right` are a few lines of a recipe each.

    `look` finds it; rules without one are found where recipes are read.
    """

    name: str
    description: str
    wrong: str
    right: str
    look: Look | None = None
