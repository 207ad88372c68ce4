"""What is known to hold at each condition of a recipe: the pattern, and conditions before it."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from beeflow.check.logic.formulas import Formula, contrary, formula
from beeflow.check.logic.patterns import pattern_formulas
from beeflow.recipe.model import (
    ActionStep,
    AllOf,
    AnyOf,
    ChooseStep,
    Expr,
    ForEachStep,
    IfStep,
    Not,
    ParallelStep,
    RepeatStep,
    StopStep,
    WatchTrigger,
    WebhookTrigger,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.recipe.model import Condition, Recipe, Step, Trigger
    from beeflow.recipe.problem import Span

Role: TypeAlias = Literal["condition", "clause", "if", "when", "until"]

_MOVING: Final = frozenset({"now", "state", "loop", "run"})
"""Names whose values may be others when they are asked for again."""

_formula = lru_cache(maxsize=4096)(formula)


class Given(msgspec.Struct, frozen=True):
    """What holds: a condition, or with `holds` false the contrary of one, and where it stands."""

    formula: Formula
    text: str
    span: Span
    holds: bool = True

    @property
    def contrary(self) -> Given:
        """What holds where this does not."""
        return Given(contrary(self.formula), self.text, self.span, not self.holds)


Givens: TypeAlias = tuple[Given, ...]


class Starts(msgspec.Struct, frozen=True, dict=True):
    """The triggers of a recipe: one of them it was."""

    triggers: tuple[Trigger, ...] = ()

    @cached_property
    def lines(self) -> tuple[tuple[tuple[str, Formula], ...], ...]:
        """The lines of each trigger's pattern, by their paths."""
        return tuple(
            tuple(pattern_formulas(trigger.match)) if isinstance(trigger, WebhookTrigger) else ()
            for trigger in self.triggers
        )


class Asked(msgspec.Struct, frozen=True):
    """A condition, in what role, and what holds where it is asked."""

    expr: Expr
    role: Role
    formula: Formula
    given: Givens
    starts: Starts


def asked(recipe: Recipe) -> Iterator[Asked]:
    """Yield all conditions of a recipe, in the order they are asked."""
    starts = Starts(recipe.triggers)
    for trigger in recipe.triggers:
        if isinstance(trigger, WatchTrigger) and trigger.when is not None:
            yield from _one(trigger.when, "when", (), Starts())
    given: Givens = ()
    for condition in recipe.conditions:
        yield from _condition(condition, "condition", given, starts)
        given += _holding(condition)
    yield from _steps(recipe.actions, given, starts)
    yield from _steps(recipe.on_error, given, starts)


def _one(expr: Expr, role: Role, given: Givens, starts: Starts) -> Iterator[Asked]:
    built = _formula(expr.text)
    if built is not None:
        yield Asked(expr, role, built, given, starts)


def _condition(condition: Condition, role: Role, given: Givens, starts: Starts) -> Iterator[Asked]:
    if isinstance(condition, Expr):
        yield from _one(condition, role, given, starts)
    elif isinstance(condition, AllOf):
        for clause in condition.clauses:
            yield from _condition(clause, role, given, starts)
            given += _holding(clause)
    elif isinstance(condition, AnyOf):
        for clause in condition.clauses:
            yield from _condition(clause, "clause", given, starts)
            given += _failing(clause)
    elif isinstance(condition, Not):
        yield from _condition(condition.clause, "clause", given, starts)


def _holding(condition: Condition | None) -> Givens:
    """Return what holds where a condition does, as far as it can be followed."""
    if isinstance(condition, AllOf):
        return tuple(one for clause in condition.clauses for one in _holding(clause))
    if isinstance(condition, Not):
        return _failing(condition.clause)
    built = _formula(condition.text) if isinstance(condition, Expr) else None
    if built is None or not isinstance(condition, Expr) or built.reads & _MOVING:
        return ()
    return (Given(built, condition.text, condition.span),)


def _failing(condition: Condition) -> Givens:
    """Return what holds where a condition does not."""
    if isinstance(condition, AnyOf):
        return tuple(one for clause in condition.clauses for one in _failing(clause))
    if isinstance(condition, Not):
        return _holding(condition.clause)
    if isinstance(condition, AllOf):
        return ()
    return tuple(one.contrary for one in _holding(condition))


def _steps(steps: Sequence[Step], given: Givens, starts: Starts) -> Iterator[Asked]:
    for step in steps:
        guard = step.head.guard
        if guard is not None:
            yield from _one(guard, "if", given, starts)
        yield from _within(step, given + _holding(guard), starts)
        if isinstance(step, StopStep) and guard is not None:
            given += _failing(guard)  # whoever comes here was not stopped


def _within(step: Step, given: Givens, starts: Starts) -> Iterator[Asked]:
    match step:
        case ActionStep(on_error=tuple(handler)):
            yield from _steps(handler, given, starts)
        case IfStep():
            yield from _one(step.condition, "if", given, starts)
            yield from _steps(step.then, given + _holding(step.condition), starts)
            yield from _steps(step.otherwise, given + _failing(step.condition), starts)
        case ChooseStep():
            yield from _choices(step, given, starts)
        case ForEachStep():
            yield from _steps(step.do, given, starts)
        case RepeatStep():
            yield from _steps(step.do, given, starts)
            if step.until is not None:
                yield from _one(step.until, "until", given, starts)
        case ParallelStep():
            for branch in step.branches:
                yield from _steps(branch, given, starts)
        case _:
            pass


def _choices(step: ChooseStep, given: Givens, starts: Starts) -> Iterator[Asked]:
    for when, then in step.arms:
        yield from _one(when, "when", given, starts)
        yield from _steps(then, given + _holding(when), starts)
        given += _failing(when)
    yield from _steps(step.otherwise, given, starts)
