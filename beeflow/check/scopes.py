"""Which names an expression or template may see: the recipe walked in the order it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import TYPE_CHECKING, Final, TypeAlias

from beeflow.recipe.model import (
    ActionCall,
    ActionStep,
    AllOf,
    AnyOf,
    ChooseStep,
    Condition,
    Expr,
    Fetch,
    ForEachStep,
    IfStep,
    Not,
    ParallelStep,
    Recipe,
    RepeatStep,
    RunStep,
    SetStep,
    StateStep,
    Step,
    StopStep,
    Template,
    Value,
    WaitForStep,
    WaitStep,
    WatchTrigger,
)
from beeflow.recipe.templates import Reference, parse_expression, parse_template, templates_in

if TYPE_CHECKING:
    from beeflow.recipe.problem import Span


@dataclass(frozen=True, slots=True)
class Name:
    """A name in scope. `by` says what gave it a value, `at` where.

    `unless` holds the conditions under which it has a value; empty: it always has one.
    `call` is the action whose answer it is.
    """

    by: str = ""
    at: Span | None = None
    unless: frozenset[str] = frozenset()
    call: str | None = None


Names: TypeAlias = Mapping[str, Name]

BASE: Final[Names] = {
    name: Name("beeflow") for name in ("trigger", "inputs", "secrets", "run", "now", "state")
}


@dataclass(frozen=True, slots=True)
class Use:
    """A text and the names it may see. `given` are the conditions known to hold there."""

    text: Expr | Template
    names: Names
    given: frozenset[str] = frozenset()

    def references(self) -> tuple[Reference, ...]:
        """Return the paths that it reads."""
        if isinstance(self.text, Expr):
            return parse_expression(self.text.text).references
        return parse_template(self.text.text).references


@dataclass(slots=True)
class _Scope:
    """Names at a point of the walk, and the conditions that hold there."""

    names: dict[str, Name]
    given: frozenset[str] = frozenset()
    found: list[Use] = field(default_factory=list)

    def use(self, text: Expr | Template | None) -> None:
        if text is not None:
            self.found.append(Use(text, dict(self.names), self.given))

    def use_value(self, value: Value) -> None:
        for template in templates_in(value):
            self.use(template)

    def use_call(self, call: ActionCall) -> None:
        self.use_value(call.args)

    def branch(self, *conditions: Expr | None, **names: Name) -> _Scope:
        """Return a scope for steps that run when the conditions hold, with names of its own."""
        held = frozenset(one.text for one in conditions if one is not None)
        return _Scope({**self.names, **names}, self.given | held, self.found)

    def merge(self, branches: Sequence[_Scope], *, complete: bool = False) -> None:
        """Take over what branches named; `complete`: one of them was surely taken."""
        for branch in branches:
            for name, one in branch.names.items():
                if name in self.names:
                    continue
                sure = complete and all(name in other.names for other in branches)
                doubt = branch.given - self.given or frozenset({"a branch"})
                self.names[name] = one if sure else replace(one, unless=one.unless | doubt)


def uses(recipe: Recipe) -> Iterator[Use]:
    """Yield every expression and template of a recipe with the names it may see."""
    found: list[Use] = []
    scope = _Scope(dict(BASE), found=found)
    for trigger in recipe.triggers:
        if isinstance(trigger, WatchTrigger):
            _watch(trigger, scope.branch())
    _policy(recipe, scope)
    _fetches(recipe.fetch, scope)
    for condition in recipe.conditions:
        _condition(condition, scope)
    _steps(recipe.actions, scope)
    failed = scope.branch(error=Name("the failed run"))
    for name, one in scope.names.items():
        if one.at is not None and name not in {fetch.name for fetch in recipe.fetch}:
            failed.names[name] = replace(one, unless=one.unless | {"the run got that far"})
    _steps(recipe.on_error, failed)
    yield from found


def _watch(trigger: WatchTrigger, scope: _Scope) -> None:
    scope.use_value(trigger.for_events or {})
    _fetches(trigger.fetch, scope)
    scope.use(trigger.when)
    scope.use(trigger.items)
    scope.branch(item=Name("`items`")).use(trigger.key)


def _policy(recipe: Recipe, scope: _Scope) -> None:
    if recipe.concurrency:
        scope.use(recipe.concurrency.group)
    for part in (recipe.throttle, recipe.debounce, recipe.batch):
        if part is not None:
            scope.use(part.key)


def _fetches(fetches: Sequence[Fetch], scope: _Scope) -> None:
    for fetch in fetches:
        scope.use_call(fetch.call)
        scope.use_value(fetch.default)
        call = fetch.call.action if fetch.on_error == "fail" else None
        scope.names[fetch.name] = Name(fetch.call.action, fetch.call.span, call=call)


def _condition(condition: Condition, scope: _Scope) -> None:
    if isinstance(condition, Expr):
        scope.use(condition)
    elif isinstance(condition, Not):
        _condition(condition.clause, scope)
    elif isinstance(condition, AllOf | AnyOf):
        for clause in condition.clauses:
            _condition(clause, scope)


def _steps(steps: Sequence[Step], scope: _Scope) -> None:
    for step in steps:
        guard = step.head.guard
        scope.use(guard)
        inside = scope.branch(guard) if guard is not None else scope
        _step(step, inside)
        if inside is not scope:
            scope.merge([inside])


@singledispatch
def _step(step: Step, scope: _Scope) -> None:
    """Add what a step reads and names; each kind has its own way, below."""
    raise TypeError(f"{step} in {scope}")


@_step.register
def _action(step: ActionStep, scope: _Scope) -> None:
    scope.use_call(step.call)
    scope.use(step.once)
    handled = isinstance(step.on_error, tuple)
    failed = scope.branch(error=Name("the failed step"))
    if isinstance(step.on_error, tuple):
        _steps(step.on_error, failed)
    _forget_error(failed, scope)
    if step.into is None:
        scope.merge([failed])
        return
    told = Name(step.call.action, step.head.span, call=step.call.action)
    if not handled and step.on_error == "fail":
        scope.names[step.into] = told
        return
    done = scope.branch(**{step.into: told})
    scope.merge([done, failed], complete=handled)


def _forget_error(failed: _Scope, scope: _Scope) -> None:
    """Take `error` out again, unless it was there before."""
    del failed.names["error"]
    if "error" in scope.names:
        failed.names["error"] = scope.names["error"]


@_step.register
def _if(step: IfStep, scope: _Scope) -> None:
    scope.use(step.condition)
    yes, no = scope.branch(step.condition), scope.branch()
    _steps(step.then, yes)
    _steps(step.otherwise, no)
    scope.merge([yes, no], complete=True)


@_step.register
def _choose(step: ChooseStep, scope: _Scope) -> None:
    branches = []
    for when, then in step.arms:
        scope.use(when)
        branches.append(scope.branch(when))
        _steps(then, branches[-1])
    branches.append(scope.branch())
    _steps(step.otherwise, branches[-1])
    scope.merge(branches, complete=True)


@_step.register
def _for_each(step: ForEachStep, scope: _Scope) -> None:
    scope.use(step.items)
    turn = {step.item: Name("this `for_each`", step.head.span), "loop": Name("this `for_each`")}
    _steps(step.do, scope.branch(**turn))
    if step.into is not None:
        scope.names[step.into] = Name("for_each", step.head.span)


@_step.register
def _repeat(step: RepeatStep, scope: _Scope) -> None:
    if isinstance(step.times, Expr):
        scope.use(step.times)
    turn = scope.branch(loop=Name("this `repeat`"))
    _steps(step.do, turn)
    turn.use(step.until)


@_step.register
def _parallel(step: ParallelStep, scope: _Scope) -> None:
    for branch in step.branches:
        _steps(branch, scope.branch())


@_step.register
def _wait(step: WaitStep, scope: _Scope) -> None:
    scope.use(step.until)
    if isinstance(step.delay, Template):
        scope.use(step.delay)


@_step.register
def _wait_for(step: WaitForStep, scope: _Scope) -> None:
    scope.use_value(step.match)
    if isinstance(step.timeout, Template):
        scope.use(step.timeout)
    if step.into is not None:
        scope.names[step.into] = Name("wait_for", step.head.span)


@_step.register
def _set(step: SetStep, scope: _Scope) -> None:
    for name, value in step.values:
        scope.use_value(value)
        scope.names[name] = Name("set", step.head.span)


@_step.register
def _state(step: StateStep, scope: _Scope) -> None:
    for _, value in (*step.assign, *step.increment):
        scope.use_value(value)


@_step.register
def _run(step: RunStep, scope: _Scope) -> None:
    scope.use_value(step.args)
    if step.into is not None:
        scope.names[step.into] = Name("run", step.head.span)


@_step.register
def _stop(step: StopStep, scope: _Scope) -> None:
    scope.use_value(step.reason)
