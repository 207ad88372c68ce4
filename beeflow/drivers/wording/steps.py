"""Steps in words: what kind a step is, what it says, and the steps that it holds.

A facet is one thing that a recipe says, by the key it is said with: `wait` is `10m`, `with.text`
is `Vote!`. What a recipe leaves to its default is no facet.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Final

from beeflow.drivers.wording.values import (
    delay_text,
    duration,
    filled,
    nested,
    said,
    value_text,
)
from beeflow.recipe.model import (
    DEFAULT_TIMEOUT,
    ActionCall,
    ActionStep,
    ChooseStep,
    ForEachStep,
    IfStep,
    ParallelStep,
    RepeatStep,
    Retry,
    RunStep,
    SetStep,
    StateStep,
    Step,
    StopStep,
    WaitForStep,
    WaitStep,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Facets = dict[str, str]

_KINDS: Final[Mapping[type, str]] = {
    ActionStep: "action",
    IfStep: "if",
    ChooseStep: "choose",
    ForEachStep: "for_each",
    RepeatStep: "repeat",
    ParallelStep: "parallel",
    WaitStep: "wait",
    WaitForStep: "wait_for",
    SetStep: "set",
    StateStep: "state",
    RunStep: "run",
    StopStep: "stop",
}


def step_kind(step: Step) -> str:
    """Return what a step is called: its action's name, or the key that makes it a step."""
    return step.call.action if isinstance(step, ActionStep) else _KINDS[type(step)]


def step_facets(step: Step) -> Facets:
    """Return all that a step says, but for the steps inside it."""
    guard = step.head.guard
    head = {"name": step.head.name, "if": None if guard is None else guard.text}
    if isinstance(step, IfStep):
        del head["if"]
    return filled(head) | _facets(step)


def arms(step: Step) -> Mapping[str, tuple[Step, ...]]:
    """Return the sequences of steps inside a step, by what leads to each."""
    match step:
        case IfStep():
            return {"then": step.then, "else": step.otherwise}
        case ChooseStep():
            chosen = {f"choice {at}": then for at, (_, then) in enumerate(step.arms, 1)}
            return chosen | {"else": step.otherwise}
        case ForEachStep() | RepeatStep():
            return {"do": step.do}
        case ParallelStep():
            return {f"branch {at}": steps for at, steps in enumerate(step.branches, 1)}
        case ActionStep() if isinstance(step.on_error, tuple):
            return {"on_error": step.on_error}
    return {}


def call_facets(call: ActionCall) -> Facets:
    """Return what a call says: its parameters, and how it is made."""
    retry, usual = call.retry, Retry()
    made = {
        "retry.attempts": None if retry.attempts == usual.attempts else str(retry.attempts),
        "retry.delay": None if retry.delay == usual.delay else duration(retry.delay),
        "retry.max_delay": (
            None if retry.max_delay == usual.max_delay else duration(retry.max_delay)
        ),
        "timeout": None if call.timeout == DEFAULT_TIMEOUT else duration(call.timeout),
        "pages": None if call.pages is None else str(call.pages),
    }
    return {"action": call.action} | nested("with", call.args) | filled(made)


@singledispatch
def _facets(step: Step) -> Facets:
    """Return what a step says beside its head; each kind has its own way, below."""
    raise TypeError(f"{step} is no step")


@_facets.register
def _action(step: ActionStep) -> Facets:
    on_error = "continue" if step.on_error == "continue" else None
    more = {
        "as": step.into,
        "on_error": on_error,
        "on_unknown": None if step.on_unknown == "fail" else step.on_unknown,
        "once": None if step.once is None else step.once.text,
    }
    return call_facets(step.call) | filled(more)


@_facets.register
def _if(step: IfStep) -> Facets:
    return {"if": step.condition.text}


@_facets.register
def _choose(step: ChooseStep) -> Facets:
    return {f"choice {at}": when.text for at, (when, _) in enumerate(step.arms, 1)}


@_facets.register
def _for_each(step: ForEachStep) -> Facets:
    more = {
        "as": None if step.item == "item" else step.item,
        "parallel": None if step.parallel == 1 else str(step.parallel),
        "into": step.into,
        "on_error": None if step.on_error == "fail" else step.on_error,
    }
    return {"for_each": step.items.text} | filled(more)


@_facets.register
def _repeat(step: RepeatStep) -> Facets:
    times = step.times
    more = {
        "until": None if step.until is None else step.until.text,
        "times": None if times is None else str(times) if isinstance(times, int) else times.text,
        "every": duration(step.every or None),
        "max": None if step.max_turns is None else str(step.max_turns),
    }
    return filled(more)


@_facets.register
def _parallel(step: ParallelStep) -> Facets:
    return {"parallel": f"{len(step.branches)} branches"}


@_facets.register
def _wait(step: WaitStep) -> Facets:
    if step.until is not None:
        return {"wait.until": step.until.text}
    return {"wait": delay_text(step.delay)}


@_facets.register
def _wait_for(step: WaitForStep) -> Facets:
    more = {
        "as": step.into,
        "on_timeout": None if step.on_timeout == "fail" else step.on_timeout,
        "any_event": said(step.any_event),
    }
    head = {"webhook": ", ".join(step.types), "timeout": delay_text(step.timeout)}
    return head | nested("match", step.match) | filled(more)


@_facets.register
def _set(step: SetStep) -> Facets:
    return nested("set", dict(step.values))


@_facets.register
def _state(step: StateStep) -> Facets:
    deleted = {f"delete.{name}": "deleted" for name in step.delete}
    changed = nested("set", dict(step.assign)) | nested("increment", dict(step.increment))
    return changed | deleted


@_facets.register
def _run(step: RunStep) -> Facets:
    more = {"as": step.into, "detach": said(step.detach)}
    return {"run": step.recipe} | nested("with", step.args) | filled(more)


@_facets.register
def _stop(step: StopStep) -> Facets:
    outcome = None if step.outcome == "succeeded" else step.outcome
    return {"stop": value_text(step.reason)} | filled({"outcome": outcome})
