"""All steps of a recipe, those inside others included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from beeflow.recipe.model import (
    ActionStep,
    ChooseStep,
    ForEachStep,
    IfStep,
    ParallelStep,
    Recipe,
    RepeatStep,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def all_steps(recipe: Recipe) -> Iterator[Step]:
    """Yield all steps in the order written."""
    yield from steps_within(recipe.actions)
    yield from steps_within(recipe.on_error)


def sequences(recipe: Recipe) -> Iterator[tuple[Step, ...]]:
    """Yield all lists of steps, those inside steps included."""
    yield recipe.actions
    yield recipe.on_error
    for step in all_steps(recipe):
        yield from _lists(step)


def steps_within(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield some steps and those inside them, in the order written."""
    for step in steps:
        yield step
        for inner in _lists(step):
            yield from steps_within(inner)


def _lists(step: Step) -> tuple[tuple[Step, ...], ...]:
    """Return the lists of steps that a step holds."""
    held = _LISTS.get(type(step))
    return () if held is None else held(step)


_LISTS: Final[Mapping[type, Callable[[Any], tuple[tuple[Step, ...], ...]]]] = {
    ActionStep: lambda step: (step.on_error,) if isinstance(step.on_error, tuple) else (),
    IfStep: lambda step: (step.then, step.otherwise),
    ChooseStep: lambda step: (*(then for _, then in step.arms), step.otherwise),
    ForEachStep: lambda step: (step.do,),
    RepeatStep: lambda step: (step.do,),
    ParallelStep: lambda step: step.branches,
}
"""The kinds of steps that hold others, and what they hold."""
