"""What a rule is: a name, what it is about, an example, and what finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from beeflow.check.facts import Facts
from beeflow.check.subject import Subject
from beeflow.recipe.problem import Problem, Severity

Look = Callable[[Subject, Facts], Iterator[Problem]]

Survey = Callable[[Sequence[Subject], Facts], Iterator[Problem]]
"""Looks at all recipes of a folder at once; each problem says which `recipe` it is of."""


class Rule(msgspec.Struct, frozen=True):
    """One kind of finding.

    `description` says what is found and why it matters. `wrong` and `right` are examples that
    tests run: `wrong` has exactly this finding, `right` has none. Each is a recipe, some lines of
    one (steps, or keys of its top), or several files (see `examples`).

    `look` finds it in one recipe, `survey` in what several do together; rules without either are
    found where recipes are read. `severity` is that of the
    example's finding; a rule may also give others.
    """

    name: str
    description: str
    wrong: str
    right: str
    look: Look | None = None
    severity: Severity = "error"
    survey: Survey | None = None
