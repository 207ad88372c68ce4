"""`long-wait`: a run that waits longer than it may last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.check.causes import Knowledge
from beeflow.check.rule import Rule
from beeflow.recipe.model import (
    ActionStep,
    ChooseStep,
    ForEachStep,
    IfStep,
    ParallelStep,
    RepeatStep,
    Template,
    WaitForStep,
    WaitStep,
)
from beeflow.recipe.problem import Note, Problem
from beeflow.types import format_duration, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject
    from beeflow.recipe.model import Delay, Step
    from beeflow.recipe.problem import Severity


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find waits that the recipe's `timeout` ends before they do."""
    limit = subject.recipe.timeout
    if limit is None:
        return
    inputs = subject.recipe.inputs
    known = Knowledge({("inputs", name): one.value for name, one in inputs.items()})
    clock = _Clock(known, limit)
    clock.after(subject.recipe.actions, 0.0)
    for late in clock.found:
        yield _problem(subject, late, limit)


class _Late(msgspec.Struct, frozen=True):
    """A wait that is cut: the key of its step, how long it is, when it ends at the earliest."""

    step: Step
    key: str
    length: float
    end: float


class _Clock(msgspec.Struct, frozen=True):
    """The least time that has passed when a step is reached, in seconds from the run's start."""

    known: Knowledge
    limit: float
    found: list[_Late] = msgspec.field(default_factory=list)

    def after(self, steps: Sequence[Step], start: float) -> float:
        """Return the earliest end of some steps; what is too late is noted, once in a row."""
        for step in steps:
            end = self._end(step, start)
            if end >= self.limit > start:
                self._note(step, end - start, end)
            start = end if step.head.guard is None else start
        return start

    def _note(self, step: Step, length: float, end: float) -> None:
        if isinstance(step, WaitStep):
            self.found.append(_Late(step, "wait", length, end))
        elif isinstance(step, RepeatStep) and step.every:
            self.found.append(_Late(step, "every", length, end))

    def _end(self, step: Step, start: float) -> float:
        match step:
            case WaitStep(delay=delay) if delay is not None:
                return start + self._seconds(delay)
            case WaitForStep():
                seconds = self._seconds(step.timeout)
                if start + seconds >= self.limit > start:
                    self.found.append(_Late(step, "wait_for/timeout", seconds, start + seconds))
            case IfStep():
                return min(self.after(step.then, start), self.after(step.otherwise, start))
            case ChooseStep():
                ends = [self.after(then, start) for _, then in step.arms]
                return min(*ends, self.after(step.otherwise, start))
            case ParallelStep():
                return max(self.after(branch, start) for branch in step.branches)
            case ForEachStep():
                self.after(step.do, start)
            case RepeatStep():
                return self._turns(step, start)
            case ActionStep(on_error=tuple(handler)):
                self.after(handler, start)
            case _:
                pass
        return start

    def _turns(self, step: RepeatStep, start: float) -> float:
        turn = self.after(step.do, start) - start
        times = step.times if isinstance(step.times, int) else 1
        return start + times * turn + max(times - 1, 0) * step.every

    def _seconds(self, delay: Delay) -> float:
        if not isinstance(delay, Template):
            return delay
        value = self.known.value(delay)
        try:
            return parse_duration(str(value[0])) if value is not None else 0.0
        except ValueError:
            return 0.0


def _problem(subject: Subject, late: _Late, limit: float) -> Problem:
    path = f"{late.step.head.path}/{late.key}"
    found, where = subject.at(path), subject.at("timeout")
    longest = format_duration(limit)
    severity: Severity = "error"
    if isinstance(late.step, WaitForStep):
        severity = "warning"
        what = f"this waits for up to {format_duration(late.length)}"
    elif late.length >= limit:
        what = f"this takes {format_duration(late.length)}"
    else:
        what = f"with the waits before it, this ends after {format_duration(late.end)}"
    return Problem(
        "long-wait",
        f"{what}, and the run may take {longest}: its `timeout` comes first",
        found.node.span if found else late.step.head.span,
        severity,
        help=f"make `timeout` longer than {format_duration(late.end)}, or wait less",
        notes=(Note("the `timeout` is here", where.node.span if where else None),),
        path=path,
    )


RULE = Rule(
    "long-wait",
    "A step waits longer than the recipe's `timeout` lets a run last, by itself or together with "
    "the waits before it. The run never gets behind it: it fails while it waits. A warning for a "
    "`wait_for`, whose webhook may come in time.",
    "timeout: 1h\ntrigger: {webhook: event.created}\nactions:\n  - wait: 2h\n"
    "  - action: log.write\n    with: {message: two hours later}",
    "timeout: 3h\ntrigger: {webhook: event.created}\nactions:\n  - wait: 2h\n"
    "  - action: log.write\n    with: {message: two hours later}",
    look,
)
