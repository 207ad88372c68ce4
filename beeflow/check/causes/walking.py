"""Which steps of a recipe a run reaches that begins with what is known, and what may keep it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from beeflow.check.causes.knowledge import Knowledge, Path, reads
from beeflow.recipe.model import (
    ActionStep,
    ChooseStep,
    Expr,
    ForEachStep,
    IfStep,
    ParallelStep,
    RepeatStep,
    RunStep,
    SetStep,
    Step,
    StopStep,
    WaitForStep,
    WaitStep,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beeflow.recipe.model import Condition, Recipe
    from beeflow.types import Json

Reason: TypeAlias = Literal["condition", "match", "list", "failure", "once", "throttle", "wait"]


class Doubt(msgspec.Struct, frozen=True):
    """Why something may not happen: a condition whose verdict depends, and the like.

    `text` is the expression or pattern as it is written, `reads` are the paths that decide.
    """

    kind: Reason
    text: str
    reads: frozenset[Path] = frozenset()


Doubts: TypeAlias = tuple[Doubt, ...]


class Deed(msgspec.Struct, frozen=True):
    """A step that a run may reach, what is known there, and what may keep it from that step.

    `waited`: the run has waited before it.
    """

    step: ActionStep | RunStep
    known: Knowledge
    doubts: Doubts
    waited: bool = False


class Course(msgspec.Struct, frozen=True):
    """What becomes of a run: the steps it may reach, and the doubts whether it runs at all."""

    deeds: tuple[Deed, ...]
    doubts: Doubts


def course(recipe: Recipe, known: Knowledge) -> Course | None:
    """Return what becomes of a run, its deeds in the order written; None: conditions forbid it."""
    doubts: Doubts = ()
    if recipe.throttle is not None:
        key = recipe.throttle.key
        doubts = (Doubt("throttle", key.text if key else "once_within"),)
    known = _inputs(recipe, known)
    for condition in recipe.conditions:
        verdict = known.verdict(condition)
        if verdict is False:
            return None
        doubts += _doubt(condition, verdict)
    walk = _Walk(known)
    walk.steps(recipe.actions, doubts)
    walk.known = known
    walk.steps(recipe.on_error, (*doubts, Doubt("failure", "on_error")))
    return Course(tuple(walk.found), doubts)


def _inputs(recipe: Recipe, known: Knowledge) -> Knowledge:
    given: dict[Path, Json] = {
        ("inputs", name): one.value for name, one in recipe.inputs.items() if not one.required
    }
    return Knowledge({**given, **known.paths}, known.fields)


def _doubt(condition: Condition, verdict: bool | None) -> Doubts:
    if verdict is not None:
        return ()
    text = condition.text if isinstance(condition, Expr) else "a condition"
    return (Doubt("condition", text, reads(condition)),)


_Way: TypeAlias = "Callable[[Doubts], Doubts | None]"
"""Some steps: takes the doubts before them, returns those after, or None where the run ends."""


class _Walk(msgspec.Struct):
    """The walk through the steps; `known` and `named` change on the way."""

    known: Knowledge
    found: list[Deed] = msgspec.field(default_factory=list)
    waited: bool = False
    named: frozenset[str] = frozenset()

    def steps(self, steps: Sequence[Step], doubts: Doubts) -> Doubts | None:
        for step in steps:
            guard = step.head.guard
            way = partial(self._step, step)
            after = way(doubts) if guard is None else self._choice([(guard, way)], doubts)
            if after is None:
                return None
            doubts = after
        return doubts

    def _step(self, step: Step, doubts: Doubts) -> Doubts | None:
        match step:
            case ActionStep():
                self._action(step, doubts)
            case RunStep():
                self._deed(step, step.into, doubts)
            case SetStep():
                self._set(step)
            case WaitStep():
                self.waited = True
            case WaitForStep(on_timeout="fail"):
                self.waited = True
                return (*doubts, Doubt("wait", ", ".join(step.types)))
            case StopStep():
                return None
            case _:
                return self._block(step, doubts)
        return doubts

    def _block(self, step: Step, doubts: Doubts) -> Doubts | None:
        """Walk the steps within a step."""
        match step:
            case IfStep():
                arm = (step.condition, partial(self.steps, step.then))
                return self._choice([arm], doubts, partial(self.steps, step.otherwise))
            case ChooseStep():
                arms = [(when, partial(self.steps, then)) for when, then in step.arms]
                return self._choice(arms, doubts, partial(self.steps, step.otherwise))
            case ForEachStep():
                return self._turns(step, doubts)
            case RepeatStep():
                return self._inside(partial(self.steps, step.do), doubts)
            case ParallelStep():
                ends = [self._inside(partial(self.steps, one), doubts) for one in step.branches]
                return None if None in ends else _joined(ends, doubts)
            case _:
                pass
        return doubts

    def _turns(self, step: ForEachStep, doubts: Doubts) -> Doubts | None:
        """Walk the turns of a list: sure where it is known to have items."""
        verdict = self.known.verdict(step.items)
        if verdict is False:
            return doubts
        turn = partial(self.steps, step.do)
        if verdict is True:
            return None if self._inside(turn, doubts) is None else doubts
        self._inside(turn, (*doubts, Doubt("list", step.items.text, reads(step.items))))
        return doubts

    def _action(self, step: ActionStep, doubts: Doubts) -> None:
        ledger = () if step.once is None else (Doubt("once", step.once.text, reads(step.once)),)
        self._deed(step, step.into, (*doubts, *ledger))
        if isinstance(step.on_error, tuple):
            failed = (*doubts, Doubt("failure", step.call.action))
            self._inside(partial(self.steps, step.on_error), failed)

    def _deed(self, step: ActionStep | RunStep, into: str | None, doubts: Doubts) -> None:
        self.found.append(Deed(step, self.known, doubts, self.waited))
        if into is not None:
            self._name(into)

    def _set(self, step: SetStep) -> None:
        for name, value in step.values:
            known = self.known.value(value)
            self._name(name)
            if known is not None:
                self.known = self.known.with_paths({(name,): known[0]})

    def _name(self, name: str) -> None:
        self.named |= {name}
        self.known = self.known.without(name)

    def _choice(
        self,
        arms: Sequence[tuple[Expr, _Way]],
        doubts: Doubts,
        otherwise: _Way = lambda doubts: doubts,
    ) -> Doubts | None:
        """Walk the arms that may be taken, each in doubt where its condition is."""
        ends: list[Doubts | None] = []
        before, clear = doubts, True
        for when, way in arms:
            verdict = self.known.verdict(when)
            if verdict is False:
                continue
            doubt = _doubt(when, verdict)
            after = self._inside(way, (*before, *doubt))
            clear = clear and after == (*before, *doubt)
            ends.append(after)
            if verdict is True:
                break
            before = (*before, *doubt)
        else:
            after = self._inside(otherwise, before)
            clear = clear and after == before
            ends.append(after)
        return doubts if clear else _joined(ends, doubts)

    def _inside(self, way: _Way, doubts: Doubts) -> Doubts | None:
        """Walk a branch: what it names has no known value after it."""
        before, named = self.known, self.named
        self.named = frozenset()
        after = way(doubts)
        inside, self.known, self.named = self.named, before, named | self.named
        for name in inside:
            self.known = self.known.without(name)
        return after


def _joined(ends: Sequence[Doubts | None], doubts: Doubts) -> Doubts | None:
    """Return the doubts after branches, some of which may end the run; None: all of them do."""
    going = [end for end in ends if end is not None]
    if not going:
        return None
    return tuple(dict.fromkeys((*doubts, *(doubt for end in going for doubt in end))))
