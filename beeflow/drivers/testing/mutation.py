"""Mutation: a recipe changed in one place at a time, to see whether a test notices.

A condition is turned around, a step is left out, a line of a trigger's `match` is left out. A
change that no test notices survives, and says what is not tested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec.structs import replace

from beeflow.check.steps import all_steps
from beeflow.drivers.testing.naming import named
from beeflow.drivers.testing.reasons import expressions
from beeflow.drivers.testing.triggers import match_span
from beeflow.recipe import model

if TYPE_CHECKING:
    from beeflow.recipe.parser import Parsed
    from beeflow.recipe.problem import Span

Change: TypeAlias = Callable[[model.Recipe], model.Recipe]
_Edit: TypeAlias = "Callable[[model.Step], model.Step | None]"


class Mutant(msgspec.Struct, frozen=True):
    """One change to a recipe. `survives` says, in words, what no test notices."""

    survives: str
    span: Span
    change: Change


def mutants(parsed: Parsed) -> Iterator[Mutant]:
    """Yield all changes to a recipe without errors, in the order of its text."""
    recipe = parsed.recipe
    if recipe is not None:
        yield from _of_triggers(recipe, parsed)
        yield from _of_conditions(recipe)
        for step in all_steps(recipe):
            yield from _of_step(step)


def _of_triggers(recipe: model.Recipe, parsed: Parsed) -> Iterator[Mutant]:
    for index, trigger in enumerate(recipe.triggers):
        if isinstance(trigger, model.WebhookTrigger):
            for path in trigger.match:
                span = match_span(parsed, index, path) or parsed.document.source.span(0, 0)
                told = f"`{path}` is left out of `match`"
                yield Mutant(told, span, _without_line(index, path))


def _without_line(index: int, path: str) -> Change:
    def change(recipe: model.Recipe) -> model.Recipe:
        triggers = list(recipe.triggers)
        trigger = triggers[index]
        if isinstance(trigger, model.WebhookTrigger):
            match = {name: value for name, value in trigger.match.items() if name != path}
            triggers[index] = replace(trigger, match=match)
        return replace(recipe, triggers=tuple(triggers))

    return change


# --- conditions ------------------------------------------------------------------------------


def _of_conditions(recipe: model.Recipe) -> Iterator[Mutant]:
    for expr in expressions(recipe.conditions):
        told = f"`{expr.text}` is turned around"
        yield Mutant(told, expr.span, _turned_condition(expr))


def _turned_condition(expr: model.Expr) -> Change:
    def inside(condition: model.Condition) -> model.Condition:
        match condition:
            case model.Expr():
                return _turned(condition) if condition == expr else condition
            case model.Not():
                return model.Not(inside(condition.clause))
            case model.AllOf():
                return model.AllOf(tuple(inside(one) for one in condition.clauses))
            case model.AnyOf():
                return model.AnyOf(tuple(inside(one) for one in condition.clauses))

    def change(recipe: model.Recipe) -> model.Recipe:
        return replace(recipe, conditions=tuple(inside(one) for one in recipe.conditions))

    return change


def _turned(expr: model.Expr) -> model.Expr:
    return replace(expr, text=f"not ({expr.text})")


# --- steps -----------------------------------------------------------------------------------


def _of_step(step: model.Step) -> Iterator[Mutant]:
    path, span = step.head.path, step.head.span
    yield Mutant(f"{named(step)} is left out", span, _edited(path, lambda _step: None))
    if step.head.guard is not None:
        told = f"`if: {step.head.guard.text}` is turned around"
        yield Mutant(told, step.head.guard.span, _edited(path, _turn_guard))
    match step:
        case model.IfStep():
            yield _turning(path, step.condition, _turn_if)
        case model.ChooseStep():
            for number, (when, _) in enumerate(step.arms):
                yield _turning(path, when, _turn_arm(number))
        case model.RepeatStep() if step.until is not None:
            yield _turning(path, step.until, _turn_until)


def _turning(path: str, expr: model.Expr, edit: _Edit) -> Mutant:
    return Mutant(f"`{expr.text}` is turned around", expr.span, _edited(path, edit))


def _turn_guard(step: model.Step) -> model.Step:
    guard = step.head.guard
    return step if guard is None else replace(step, head=replace(step.head, guard=_turned(guard)))


def _turn_if(step: model.Step) -> model.Step:
    if isinstance(step, model.IfStep):
        return replace(step, condition=_turned(step.condition))
    return step


def _turn_arm(number: int) -> _Edit:
    def edit(step: model.Step) -> model.Step:
        if not isinstance(step, model.ChooseStep):
            return step
        arms = list(step.arms)
        when, then = arms[number]
        arms[number] = (_turned(when), then)
        return replace(step, arms=tuple(arms))

    return edit


def _turn_until(step: model.Step) -> model.Step:
    if isinstance(step, model.RepeatStep) and step.until is not None:
        return replace(step, until=_turned(step.until))
    return step


def _edited(path: str, edit: _Edit) -> Change:
    """Return the change that edits the step at a path, or leaves it out."""

    def within(steps: tuple[model.Step, ...]) -> tuple[model.Step, ...]:
        edited = (edit(step) if step.head.path == path else inside(step) for step in steps)
        return tuple(step for step in edited if step is not None)

    def inside(step: model.Step) -> model.Step:
        match step:
            case model.ActionStep(on_error=tuple(handler)):
                return replace(step, on_error=within(handler))
            case model.IfStep():
                return replace(step, then=within(step.then), otherwise=within(step.otherwise))
            case model.ChooseStep():
                arms = tuple((when, within(then)) for when, then in step.arms)
                return replace(step, arms=arms, otherwise=within(step.otherwise))
            case model.ForEachStep() | model.RepeatStep():
                return replace(step, do=within(step.do))
            case model.ParallelStep():
                return replace(step, branches=tuple(within(one) for one in step.branches))
        return step

    def change(recipe: model.Recipe) -> model.Recipe:
        return replace(recipe, actions=within(recipe.actions), on_error=within(recipe.on_error))

    return change
