"""All steps of a recipe, those inside others included."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    from collections.abc import Iterator


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
    match step:
        case ActionStep(on_error=tuple(handler)):
            return (handler,)
        case IfStep():
            return (step.then, step.otherwise)
        case ChooseStep():
            return (*(then for _, then in step.arms), step.otherwise)
        case ForEachStep() | RepeatStep():
            return (step.do,)
        case ParallelStep():
            return step.branches
        case _:
            return ()
