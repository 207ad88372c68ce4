"""The steps that lead through a recipe: branches, loops, variables, stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from beeflow.engine.commands import Assign, BranchEnd, Gather, Gathered, Steps, Wait
from beeflow.engine.interpreter.calls import tell_handled
from beeflow.engine.interpreter.decisions import decide
from beeflow.engine.interpreter.frame import Frame, Place, ask, plain
from beeflow.engine.interpreter.interrupts import RunStopped, StepFailed
from beeflow.engine.scope import loop_scope
from beeflow.errors import Failure
from beeflow.recipe.limits import TURNS
from beeflow.recipe.templates import Unknown

if TYPE_CHECKING:
    from beeflow.recipe.model import (
        ChooseStep,
        ForEachStep,
        IfStep,
        ParallelStep,
        RepeatStep,
        SetStep,
        Step,
        StopStep,
    )

BOTH: Final = "both"
"""The driver's word on a decision that a dry run cannot know: follow both arms."""


def if_then(frame: Frame, place: Place, step: IfStep) -> Steps:
    """Follow `then` or `else`."""
    verdict = yield from decide(frame, place, f"{place.path}/if", (step.condition,))
    if verdict == BOTH:
        return (yield from _both(frame, (step.then, step.otherwise)))
    return (yield from frame.program.walk(frame, step.then if verdict else step.otherwise))


def choose(frame: Frame, place: Place, step: ChooseStep) -> Steps:
    """Follow the first arm whose condition holds, else `else`."""
    open_arms: list[Sequence[Step]] = []
    for index, (condition, then) in enumerate(step.arms):
        verdict = yield from decide(frame, place, f"{place.path}/choose/{index}", (condition,))
        if verdict == BOTH:
            open_arms.append(then)
        elif verdict:
            return (yield from _both(frame, (*open_arms, then)))
    return (yield from _both(frame, (*open_arms, step.otherwise)))


def _both(frame: Frame, arms: Sequence[Sequence[Step]]) -> Steps:
    """Follow all arms; a name that only some of them set is not known afterwards."""
    if len(arms) == 1:
        return (yield from frame.program.walk(frame, arms[0]))
    before = dict(frame.names)
    for arm in arms:
        inner = frame.inner()
        inner.names = dict(before)
        yield from frame.program.walk(inner, arm)
        for name, value in inner.names.items():
            if before.get(name, frame) is not value:
                frame.names[name] = Unknown(name)
    return None


# --- loops -----------------------------------------------------------------------------------


def for_each(frame: Frame, place: Place, step: ForEachStep) -> Steps:
    """Carry out `do` for each item, one after the other or `parallel` at once."""
    items = yield from frame.evaluate(place, step.items)
    if isinstance(items, Unknown):
        yield from _turn(frame, place, step, (0, None, _element(frame, place, items)))
        _collect(frame, step, Unknown(step.into or "results"))
        return None
    listed = _listed(frame, place, items)
    branches = tuple(
        partial(_turn, frame, place, step, (index, len(listed), item))
        for index, item in enumerate(listed)
    )
    ends = yield from _gather(place.path, branches, step.parallel)
    failed = [end.value is FAILED for end in ends]
    _collect(frame, step, [None if end.value is FAILED else plain(end.value) for end in ends])
    return {"turns": len(listed), "failures": sum(failed)}


def _element(frame: Frame, place: Place, items: Unknown) -> Unknown:
    """Return an item of a list that is not known yet."""
    try:
        return items.element()
    except LookupError:
        kind = items.shape.words if items.shape is not None else "none"
        message = f"`for_each` needs a list, and `{items.label}` is {kind}"
        raise frame.failed(place, Failure("template", message)) from None


FAILED: Final = object()
"""What a turn came to that failed where failures are passed over."""


def _collect(frame: Frame, step: ForEachStep, results: object) -> None:
    if step.into:
        frame.names[step.into] = results


def _turn(
    frame: Frame, place: Place, step: ForEachStep, turn: tuple[int, int | None, object]
) -> Steps:
    index, length, item = turn
    inner = frame.inner((f"{step.head.path}/do", f"{place.path}/do#{index}"))
    inner.names[step.item] = item
    inner.names["loop"] = loop_scope(index, length)
    if step.on_error == "fail":
        return (yield from frame.program.walk(inner, step.do))
    try:
        return (yield from frame.program.walk(inner, step.do))
    except StepFailed as error:
        yield from tell_handled(f"{place.path}/do#{index}", error.fault.failure)
        return FAILED


def _listed(frame: Frame, place: Place, items: object) -> list[Any]:
    if isinstance(items, Mapping):
        items = [{"key": key, "value": value} for key, value in items.items()]
    if not isinstance(items, Sequence) or isinstance(items, str):
        kind = "nothing" if items is None else type(items).__name__
        message = f"`for_each` needs a list, and this is {kind}"
        raise frame.failed(place, Failure("template", message))
    if len(items) > TURNS:
        message = f"`for_each` over {len(items)} items: at most {TURNS} are allowed"
        raise frame.failed(place, Failure("limit", message))
    return list(items)


def repeat(frame: Frame, place: Place, step: RepeatStep) -> Steps:
    """Carry out `do` until the condition holds, or so many times."""
    turns, bounded = yield from _turns(frame, place, step)
    inner = frame.inner()
    for index in range(turns):
        if index and step.every:
            yield from ask(Wait(f"{place.path}/every#{index}", step.every))
        inner.turn = (f"{step.head.path}/do", f"{place.path}/do#{index}")
        inner.names["loop"] = loop_scope(index, turns if bounded else None)
        yield from frame.program.walk(inner, step.do)
        if step.until is not None:
            asked = Place(f"{place.path}/until#{index}", step.head.span)
            verdict = yield from decide(inner, asked, asked.path, (step.until,))
            if verdict:
                return None
    if step.until is not None:
        message = f"`until` did not hold after {turns} turns, which is `max`"
        raise frame.failed(place, Failure("limit", message))
    return None


def _turns(frame: Frame, place: Place, step: RepeatStep) -> Steps:
    """Return how many turns there are at most, and whether it is exactly so many."""
    if step.until is not None:
        return (step.max_turns or TURNS), False
    times = step.times
    if times is not None and not isinstance(times, int):
        times = yield from frame.evaluate(place, times)
    if isinstance(times, Unknown):
        return 1, False
    if not isinstance(times, int) or isinstance(times, bool) or not 0 <= times <= TURNS:
        message = f"`times` is {times!r}: it must be a whole number from 0 to {TURNS}"
        raise frame.failed(place, Failure("limit", message))
    return times, True


# --- side by side ----------------------------------------------------------------------------


def parallel(frame: Frame, place: Place, step: ParallelStep) -> Steps:
    """Carry out branches side by side; fails when one fails, after the others ended."""
    branches = tuple(partial(_branch, frame.inner(), steps) for steps in step.branches)
    yield from _gather(place.path, branches, len(branches))


def _branch(frame: Frame, steps: Sequence[Step]) -> Steps:
    return (yield from frame.program.walk(frame, steps))


def _gather(path: str, branches: Sequence[Any], limit: int) -> Steps:
    """Gather branches, and pass on what one of them raised: a failure before a stop."""
    result = yield Gather(path, tuple(branches), limit)
    ends: tuple[BranchEnd, ...] = result.ends if isinstance(result, Gathered) else ()
    raised = [end.raised for end in ends if end.raised is not None]
    for one in sorted(raised, key=lambda one: isinstance(one, RunStopped)):
        raise one
    return ends


# --- variables and the end -------------------------------------------------------------------


def set_names(frame: Frame, place: Place, step: SetStep) -> Steps:
    """Set names, in the order written; each sees those before it."""
    values: dict[str, Any] = {}
    for name, value in step.values:
        values[name] = frame.names[name] = yield from frame.render(place, value)
    frame.last_set = plain(values)
    yield from ask(Assign(place.path, plain(values)))
    return plain(values)


def stop(frame: Frame, place: Place, step: StopStep) -> Steps:
    """End the run."""
    reason = yield from frame.render(place, step.reason)
    raise RunStopped(step.outcome, str(reason), place)
