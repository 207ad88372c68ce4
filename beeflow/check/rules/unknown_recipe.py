"""`unknown-recipe`: another recipe is named that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.recipe.model import RunStep, RunTrigger
from beeflow.recipe.problem import Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find `run` steps and triggers that name no recipe; only where all recipes are known."""
    if facts.recipes is None:
        return
    for name, span, path in _named(subject):
        if name in facts.recipes:
            continue
        near = nearest(name, facts.recipes)
        yield Problem(
            "unknown-recipe",
            f"there is no recipe `{name}`",
            span,
            help=did_you_mean(near, (), "there are") or "recipes are named by their `id`",
            suggestions=near,
            path=path,
            cause=name,
        )


def _named(subject: Subject) -> Iterator[tuple[str, Span, str]]:
    mappings = subject.having("run")
    if not mappings:
        return
    wanted = {step.head.path: step.recipe for step in subject.steps if isinstance(step, RunStep)}
    others = {one.recipe for one in subject.recipe.triggers if isinstance(one, RunTrigger)} - {"*"}
    for one in mappings:
        called = one.child("run")
        other = one.child("recipe")
        if called is not None and one.path in wanted:
            yield wanted[one.path], called.node.span, called.path
        elif called is not None and other is not None and one.path.startswith("trigger"):
            name = other.node.plain()
            if isinstance(name, str) and name in others:
                yield name, other.node.span, other.path


RULE = Rule(
    "unknown-recipe",
    "A `run` step or trigger names a recipe that is not there. Looked for only where a whole "
    "folder is checked.",
    "# go-live.yaml\nactions:\n  - run: notify-crw\n# notify-crew.yaml\nname: Tell the crew",
    "# go-live.yaml\nactions:\n  - run: notify-crew\n# notify-crew.yaml\nname: Tell the crew",
    look,
)
