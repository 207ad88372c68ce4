"""A recipe walked in the order it runs: names are given, conditions prove, branches end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from beeflow.check.scopes import Name, Scope
from beeflow.check.typing import standing
from beeflow.check.typing.arguments import read_arguments, read_value
from beeflow.check.typing.env import in_common, on_top
from beeflow.check.typing.reading import Reading, Wanted, proved
from beeflow.check.typing.statements import listed, looped
from beeflow.check.typing.triggers import ERROR, trigger_type, watching
from beeflow.recipe.model import (
    ActionCall,
    ActionStep,
    AllOf,
    ChooseStep,
    Condition,
    Delay,
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
    WaitForStep,
    WaitStep,
    WatchTrigger,
)
from beeflow.recipe.typing import (
    ANYTHING,
    NUMBER,
    TIME,
    WHOLE,
    Text,
    Type,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from beeflow.check.facts import Facts
    from beeflow.check.typing.env import Path

_SPAN = union(Text(form="duration"), NUMBER)
_WHEN = union(TIME, Text(form="time"), NUMBER)
EACH = "this `for_each`"
"""What gives the names of a `for_each` their values."""

_A_DURATION = "a duration, such as 10m, or seconds"


def read_recipe(recipe: Recipe, facts: Facts) -> Reading:
    """Read all expressions and templates of a recipe, in the order it runs."""
    flow = _Flow(recipe, facts)
    flow.recipe()
    return flow.reading


class _Flow:
    def __init__(self, recipe: Recipe, facts: Facts) -> None:
        self.source = recipe
        self.facts = facts
        self.reading = Reading()

    # --- the whole ---------------------------------------------------------------------------

    def recipe(self) -> None:
        """Walk it: triggers, policy, reads, conditions, steps, and the handler."""
        recipe = self.source
        items = {
            number: self._watch(trigger)
            for number, trigger in enumerate(recipe.triggers)
            if isinstance(trigger, WatchTrigger)
        }
        trigger = trigger_type(recipe, self.facts, items)
        scope = self._scope(trigger)
        self._policy(scope)
        self._fetches(recipe.fetch, scope)
        begun = scope.branch()
        for condition in recipe.conditions:
            scope.know(self._condition(condition, scope))
        if recipe.throttle is not None and recipe.throttle.key is not None:
            self.reading.expression(recipe.throttle.key, scope)
        self._steps(recipe.actions, scope)
        if recipe.on_error:
            self._steps(recipe.on_error, self._failed(begun, scope))

    def _give(self, scope: Scope, name: str, one: Name) -> None:
        scope.name(name, one)
        self.reading.given.setdefault(name, one)

    def _scope(self, trigger: Type) -> Scope:
        types = standing.standing_types(self.source, trigger)
        return Scope({name: Name("beeflow", type=type_) for name, type_ in types.items()})

    def _failed(self, begun: Scope, scope: Scope) -> Scope:
        """Return what the handler of the recipe may see: the run may have ended anywhere."""
        failed = begun.branch()
        failed.facts = {}
        doubt = frozenset({"the run got that far"})
        later = {
            name: Name(one.by, one.at, one.unless | doubt, one.type)
            for name, one in scope.names.items()
            if name not in begun.names
        }
        failed.names = {**failed.names, **later}
        failed.name("error", Name("the failed run", type=ERROR))
        return failed

    def _watch(self, trigger: WatchTrigger) -> Type:
        """Read what a watch looks at; returns the type of its items."""
        scope = self._scope(watching(trigger, self.facts))
        read_value(self.reading, trigger.for_events or {}, scope)
        self._fetches(trigger.fetch, scope)
        self.reading.condition(trigger.when, scope)
        if trigger.items is None:
            return ANYTHING
        typer, node, type_ = self.reading.expression(trigger.items, scope)
        item = listed(typer, node, type_)
        if trigger.key is not None:
            inside = scope.branch()
            inside.name("item", Name("`items`", type=item))
            self.reading.expression(trigger.key, inside)
        return item

    def _policy(self, scope: Scope) -> None:
        recipe = self.source
        if recipe.concurrency and recipe.concurrency.group:
            self.reading.expression(recipe.concurrency.group, scope)
        for part in (recipe.debounce, recipe.batch):
            if part is not None and part.key is not None:
                self.reading.expression(part.key, scope)

    def _fetches(self, fetches: Sequence[Fetch], scope: Scope) -> None:
        for fetch in fetches:
            self._call(fetch.call, scope)
            answer = standing.answer_type(fetch.call, self.facts)
            if fetch.on_error == "continue":
                answer = union(answer, read_value(self.reading, fetch.default, scope))
            self._give(scope, fetch.name, Name(fetch.call.action, fetch.call.span, type=answer))

    def _call(self, call: ActionCall, scope: Scope) -> None:
        read_arguments(self.reading, call, self.facts.actions.get(call.action), scope)

    # --- conditions --------------------------------------------------------------------------

    def _condition(
        self, condition: Condition, scope: Scope, *, holds: bool = True
    ) -> Mapping[Path, Type]:
        """Read a condition; returns what is known where it holds, or does not."""
        if isinstance(condition, Expr):
            self.reading.condition(condition, scope)
            return proved(condition, scope, holds=holds)
        if isinstance(condition, Not):
            return self._condition(condition.clause, scope, holds=not holds)
        inside = scope.branch()
        if isinstance(condition, AllOf) is holds:
            for clause in condition.clauses:
                inside.know(self._condition(clause, inside, holds=holds))
            return inside.facts
        ways = []
        for clause in condition.clauses:
            ways.append(on_top(inside.facts, self._condition(clause, inside, holds=holds)))
            if isinstance(clause, Expr):
                inside.know(proved(clause, inside, holds=not holds))
        return in_common(ways) if ways else {}

    def _arm(self, expr: Expr | None, scope: Scope, *, holds: bool = True) -> Scope:
        """Return the scope of steps that run where an expression holds, or does not."""
        if expr is None:
            return scope.branch()
        text = expr.text.strip()
        held = {text} if holds else {f"not {text}", f"not ({text})"}
        if not holds and text.startswith("not "):
            held.add(text.removeprefix("not ").strip())
        return scope.branch(frozenset(held), proved(expr, scope, holds=holds))

    # --- steps -------------------------------------------------------------------------------

    def _steps(self, steps: Sequence[Step], scope: Scope) -> None:
        for step in steps:
            guard = step.head.guard
            if guard is None:
                self._step(step, scope)
                continue
            self.reading.condition(guard, scope)
            inside = self._arm(guard, scope)
            self._step(step, inside)
            scope.merge([inside, self._arm(guard, scope, holds=False)])

    def _step(self, step: Step, scope: Scope) -> None:
        """Read what a step reads and names; each kind has its own way, below."""
        self._KINDS[type(step)](self, step, scope)

    def _action(self, step: ActionStep, scope: Scope) -> None:
        self._call(step.call, scope)
        if step.once is not None:
            self.reading.expression(step.once, scope)
        if step.into is None and step.on_error == "fail":
            return
        done = scope.branch()
        if step.into is not None:
            self._give(done, step.into, self._answered(step))
        if step.on_error == "fail":
            scope.merge([done])
            return
        failed = scope.branch(frozenset({"the step failed"}))
        if isinstance(step.on_error, tuple):
            before = scope.names.get("error")
            failed.name("error", Name("the failed step", type=ERROR))
            self._steps(step.on_error, failed)
            failed.names = {name: one for name, one in failed.names.items() if name != "error"}
            if before is not None:
                failed.name("error", before)
        scope.merge([done, failed])

    def _answered(self, step: ActionStep) -> Name:
        type_ = standing.answer_type(step.call, self.facts)
        doubt = set()
        if step.once is not None:
            doubt.add("it had not taken effect before")
        if step.on_unknown == "continue":
            doubt.add("its outcome is known")
        return Name(step.call.action, step.head.span, frozenset(doubt), type_)

    def _if(self, step: IfStep, scope: Scope) -> None:
        self.reading.condition(step.condition, scope)
        yes = self._arm(step.condition, scope)
        no = self._arm(step.condition, scope, holds=False)
        self._steps(step.then, yes)
        self._steps(step.otherwise, no)
        scope.merge([yes, no])

    def _choose(self, step: ChooseStep, scope: Scope) -> None:
        branches, left = [], scope.branch()
        for when, then in step.arms:
            self.reading.condition(when, left)
            arm = self._arm(when, left)
            self._steps(then, arm)
            branches.append(arm)
            left = self._arm(when, left, holds=False)
        self._steps(step.otherwise, left)
        scope.merge([*branches, left])

    def _for_each(self, step: ForEachStep, scope: Scope) -> None:
        typer, node, type_ = self.reading.expression(step.items, scope)
        looped(typer, node, type_)
        turn, by = scope.branch(), EACH
        self._give(turn, step.item, Name(by, step.head.span, type=standing.turn_type(type_)))
        turn.name("loop", Name(by, type=standing.loop_type(counted=True)))
        self._steps(step.do, turn)
        if step.into is not None:
            into = standing.collected_type(step, self.facts)
            self._give(scope, step.into, Name("for_each", step.head.span, type=into))

    def _repeat(self, step: RepeatStep, scope: Scope) -> None:
        if isinstance(step.times, Expr):
            wanted = Wanted("`times`", WHOLE, "a whole number")
            self.reading.value_of(step.times, scope, wanted)
        turn = scope.branch()
        loop = standing.loop_type(counted=step.until is None)
        turn.name("loop", Name("this `repeat`", type=loop))
        self._steps(step.do, turn)
        self.reading.condition(step.until, turn)

    def _parallel(self, step: ParallelStep, scope: Scope) -> None:
        for branch in step.branches:
            self._steps(branch, scope.branch())

    def _wait(self, step: WaitStep, scope: Scope) -> None:
        if step.until is not None:
            self.reading.value_of(step.until, scope, Wanted("`until`", _WHEN, "a time"))
        self._delay(step.delay, scope, "`wait`")

    def _delay(self, delay: Delay | None, scope: Scope, where: str) -> None:
        if isinstance(delay, Template):
            self.reading.template(delay, scope, Wanted(where, _SPAN, _A_DURATION))

    def _wait_for(self, step: WaitForStep, scope: Scope) -> None:
        read_value(self.reading, dict(step.match), scope)
        self._delay(step.timeout, scope, "`timeout`")
        if step.into is not None:
            waited = standing.waited_type(step, self.facts)
            self._give(scope, step.into, Name("wait_for", step.head.span, type=waited))

    def _set(self, step: SetStep, scope: Scope) -> None:
        for name, value in step.values:
            type_ = read_value(self.reading, value, scope)
            self._give(scope, name, Name("set", step.head.span, type=type_))

    def _state(self, step: StateStep, scope: Scope) -> None:
        for _, value in step.assign:
            read_value(self.reading, value, scope)
        for name, value in step.increment:
            if isinstance(value, Template):
                wanted = Wanted(f"`increment` of `{name}`", NUMBER)
                self.reading.template(value, scope, wanted)

    def _run(self, step: RunStep, scope: Scope) -> None:
        read_value(self.reading, dict(step.args), scope)
        if step.into is not None:
            ran = standing.ran_type(step, self.facts)
            self._give(scope, step.into, Name("run", step.head.span, type=ran))

    def _stop(self, step: StopStep, scope: Scope) -> None:
        read_value(self.reading, step.reason, scope)
        scope.ended = True

    _KINDS: ClassVar[Mapping[type, Callable[[_Flow, Any, Scope], None]]] = {
        ActionStep: _action,
        IfStep: _if,
        ChooseStep: _choose,
        ForEachStep: _for_each,
        RepeatStep: _repeat,
        ParallelStep: _parallel,
        WaitStep: _wait,
        WaitForStep: _wait_for,
        SetStep: _set,
        StateStep: _state,
        RunStep: _run,
        StopStep: _stop,
    }
