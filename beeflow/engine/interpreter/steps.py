"""Which step is carried out how, and the guard in front of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from beeflow.engine.commands import Steps
from beeflow.engine.interpreter import calls, flow, waits
from beeflow.engine.interpreter.decisions import decide
from beeflow.engine.interpreter.frame import NO_TURN, Frame, Place
from beeflow.recipe import model

Handler = Callable[[Frame, Place, Any], Steps]

HANDLERS: Final[Mapping[type, Handler]] = {
    model.ActionStep: calls.call_action,
    model.IfStep: flow.if_then,
    model.ChooseStep: flow.choose,
    model.ForEachStep: flow.for_each,
    model.RepeatStep: flow.repeat,
    model.ParallelStep: flow.parallel,
    model.WaitStep: waits.wait,
    model.WaitForStep: waits.wait_for,
    model.SetStep: flow.set_names,
    model.StateStep: waits.state,
    model.RunStep: waits.run,
    model.StopStep: flow.stop,
}


def walk(frame: Frame, steps: Sequence[model.Step]) -> Steps:
    """Carry out steps one after the other; returns what the last action came to."""
    last = None
    for step in steps:
        head = step.head
        path = head.path if frame.turn is NO_TURN else frame.where(head.path)
        place = Place(path, head.span, step)
        if head.guard is not None:
            verdict = yield from decide(frame, place, f"{path}/guard", (head.guard,))
            if not verdict:
                continue
        if frame.program.on_step is not None:
            frame.program.on_step(head.path)
        last = yield from HANDLERS[type(step)](frame, place, step)
    return last
