"""`unreachable-step`: a step behind one that always ends the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.check.steps import sequences
from beeflow.recipe.document import MappingNode
from beeflow.recipe.model import ChooseStep, IfStep, ParallelStep, RepeatStep, Step, StopStep
from beeflow.recipe.problem import Note, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Found, Subject


def look(subject: Subject, _facts: Facts) -> Iterator[Problem]:
    """Find the first step of each list that nothing leads to."""
    for steps in sequences(subject.recipe):
        for number, step in enumerate(steps[:-1]):
            # A guard that could not be read is reported, and there all the same.
            if not _ends(step) or (isinstance(step, StopStep) and _is_guarded(subject, step)):
                continue
            at = subject.by_path
            dead, more = steps[number + 1], len(steps) - number - 2
            rest = f" (nor the {more} after it)" if more else ""
            yield Problem(
                "unreachable-step",
                f"this step is never reached{rest}: the one before it always ends the run",
                _top(at.get(dead.head.path), dead),
                severity="warning",
                help="move it up, or remove it; a `stop` that depends on something needs an `if`",
                notes=(Note("the run ends here", _top(at.get(step.head.path), step)),),
                path=dead.head.path,
            )
            break


def _is_guarded(subject: Subject, step: Step) -> bool:
    found = subject.by_path.get(step.head.path)
    return found is not None and found.key("if") is not None


def _ends(step: Step) -> bool:
    """Whether a step always ends the run, whatever happens."""
    if step.head.guard is not None:
        return False
    match step:
        case StopStep():
            return True
        case IfStep(then=then, otherwise=otherwise):
            return _end_within(then) and _end_within(otherwise)
        case ChooseStep(arms=arms, otherwise=otherwise):
            return all(_end_within(then) for _, then in arms) and _end_within(otherwise)
        case ParallelStep(branches=branches):
            return any(_end_within(branch) for branch in branches)
        case RepeatStep(do=do, times=times):
            return _end_within(do) and (times is None or (isinstance(times, int) and times > 0))
        case _:
            return False


def _end_within(steps: tuple[Step, ...]) -> bool:
    return any(_ends(step) for step in steps)


def _top(found: Found | None, step: Step) -> Span:
    """Return where a step begins: its first key."""
    if found is None or not isinstance(found.node, MappingNode) or not found.node.entries:
        return step.head.span
    return found.node.entries[0].key.span


RULE = Rule(
    "unreachable-step",
    "A step stands behind one that always ends the run: a `stop` without `if`, or a branch whose "
    "arms all stop. It is never taken, though it reads as if it were.",
    "- stop: nothing to do\n- action: log.write\n  with: {message: never written}",
    "- if: now.hour < 9\n  stop: too early\n"
    "- action: log.write\n  with: {message: written from nine}",
    look,
    "warning",
)
