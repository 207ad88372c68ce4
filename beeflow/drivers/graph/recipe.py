"""The diagram of a recipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import singledispatchmethod
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from beeflow.drivers.graph.diagram import Arm, Box, Diagram, Fork, Kind, Loop, Part
from beeflow.drivers.irreversible import is_irreversible
from beeflow.drivers.wording.facets import (
    cancel_facets,
    condition_text,
    fetch_facets,
    policies,
    trigger_facets,
)
from beeflow.drivers.wording.steps import Facets, step_facets, step_kind
from beeflow.recipe.model import (
    ActionStep,
    ChooseStep,
    ForEachStep,
    IfStep,
    ParallelStep,
    Recipe,
    RepeatStep,
    Step,
    StopStep,
    Value,
    WaitForStep,
    WaitStep,
)

if TYPE_CHECKING:
    from beeflow.types import Effect

EffectOf: TypeAlias = Callable[[str, Mapping[str, Value]], "Effect"]
"""Tells the effect of an action with these arguments."""

_QUIET: Final = frozenset({"name", "if", "action", "as"})
"""Facets that stand elsewhere in a box, or that a picture does without."""

_LINES: Final = 3


def diagram(recipe: Recipe, effect_of: EffectOf) -> Diagram:
    """Return the diagram of a recipe."""
    drawing = _Drawing(effect_of)
    title = f"{recipe.id}: {recipe.name}" if recipe.name else recipe.id
    parts = (*_before(recipe), *drawing.steps(recipe.actions))
    failing = tuple(drawing.steps(recipe.on_error))
    return Diagram(title, _triggers(recipe), parts, failing)


def _triggers(recipe: Recipe) -> tuple[Box, ...]:
    boxes = [_trigger(trigger_facets(one)) for one in recipe.triggers]
    return tuple(boxes) or (Box("trigger", "started by hand or by another recipe"),)


def _trigger(facets: Facets) -> Box:
    (key, text), *rest = facets.items()
    return Box("trigger", f"{key} {text}", tuple(f"{name}: {value}" for name, value in rest))


def _before(recipe: Recipe) -> Iterator[Part]:
    """Yield what comes before the steps: policies, reads, conditions."""
    told = [f"{key}: {_line(facets)}" for key, facets in policies(recipe).items()]
    told += [f"cancelled by {_line(cancel_facets(one))}" for one in recipe.cancel_on]
    if told:
        yield Box("note", "run policy", tuple(told))
    for wanted in recipe.fetch:
        facets = fetch_facets(wanted)
        lines = _parameters({key: text for key, text in facets.items() if key != "action"})
        yield Box("read", f"{facets['action']} as {wanted.name}", lines)
    if recipe.conditions:
        lines = tuple(condition_text(one) for one in recipe.conditions)
        box = Box("decision", "conditions", lines)
        yield Fork(box, (Arm("all hold"), Arm("no", (Box("end", "skipped"),))))


def _line(facets: Facets) -> str:
    return ", ".join(f"{key} {text}" for key, text in facets.items())


def _parameters(facets: Facets) -> tuple[str, ...]:
    told = [f"{_shorter(key)}: {text}" for key, text in facets.items()]
    if len(told) > _LINES:
        return (*told[:_LINES], "…")
    return tuple(told)


def _shorter(key: str) -> str:
    """Return a key as a picture has it: a parameter, or a name that is set, by itself."""
    return key.removeprefix("with.").removeprefix("set.")


class _Drawing(msgspec.Struct, frozen=True):
    effect_of: EffectOf

    def steps(self, steps: Sequence[Step]) -> Iterator[Part]:
        for step in steps:
            yield self._guarded(step)

    def _arm(self, label: str, steps: Sequence[Step]) -> Arm:
        return Arm(label, tuple(self.steps(steps)))

    def _guarded(self, step: Step) -> Part:
        """Draw a step; where a guard decides whether the run goes on, as a fork."""
        part = self.draw(step)
        if step.head.guard is None:
            return part
        if isinstance(part, Box) and part.kind != "end":
            return Box(part.kind, part.title, (f"only if {step.head.guard.text}", *part.lines))
        box = Box("decision", "if", (step.head.guard.text,))
        return Fork(box, (Arm("yes", (part,)), Arm("no")))

    @singledispatchmethod
    def draw(self, step: Step) -> Part:
        """Draw a step; those that hold others, and ends, have ways of their own below."""
        kind = step_kind(step)
        facets = {key: text for key, text in step_facets(step).items() if key not in _QUIET}
        title = _titled(step, f"{kind} {facets.pop(kind)}" if kind in facets else kind)
        return Box("inside", title, _parameters(facets))

    @draw.register
    def _action(self, step: ActionStep) -> Part:
        call = step.call
        effect = self.effect_of(call.action, call.args)
        lasting = is_irreversible(call.action, effect, call.args)
        kind: Kind = "read" if effect == "read" else "irreversible" if lasting else "action"
        facets = {key: text for key, text in step_facets(step).items() if key not in _QUIET}
        once = facets.pop("once", None)
        lines = (*_parameters(facets), *((f"once for each {once}",) if once else ()))
        into = f" as {step.into}" if step.into else ""
        box = Box(kind, _titled(step, call.action + into), lines)
        if not isinstance(step.on_error, tuple):
            return box
        failing = Arm("if it fails", tuple(self.steps(step.on_error)), rare=True)
        return Fork(box, (Arm(""), failing))

    @draw.register
    def _if(self, step: IfStep) -> Part:
        box = Box("decision", _titled(step, "if"), (step.condition.text,))
        return Fork(box, (self._arm("yes", step.then), self._arm("no", step.otherwise)))

    @draw.register
    def _choose(self, step: ChooseStep) -> Part:
        arms = [self._arm(when.text, then) for when, then in step.arms]
        box = Box("decision", _titled(step, "choose"), ("the first that holds",))
        return Fork(box, (*arms, self._arm("else", step.otherwise)))

    @draw.register
    def _parallel(self, step: ParallelStep) -> Part:
        box = Box("inside", _titled(step, "side by side"))
        arms = [self._arm(f"{at}", branch) for at, branch in enumerate(step.branches, 1)]
        return Fork(box, tuple(arms))

    @draw.register
    def _for_each(self, step: ForEachStep) -> Part:
        at_once = (f"{step.parallel} at once",) if step.parallel > 1 else ()
        title = _titled(step, f"for each {step.item} in {step.items.text}")
        return Loop(Box("inside", title, at_once), tuple(self.steps(step.do)))

    @draw.register
    def _repeat(self, step: RepeatStep) -> Part:
        facets = step_facets(step)
        told = [
            f"{key} {facets[key]}" for key in ("until", "times", "every", "max") if key in facets
        ]
        return Loop(Box("inside", _titled(step, "repeat"), tuple(told)), tuple(self.steps(step.do)))

    @draw.register
    def _wait(self, step: WaitStep) -> Part:
        ((key, text),) = (one for one in step_facets(step).items() if one[0].startswith("wait"))
        return Box("wait", _titled(step, f"{key.replace('.', ' ')} {text}"))

    @draw.register
    def _wait_for(self, step: WaitForStep) -> Part:
        facets = step_facets(step)
        late = "fails" if step.on_timeout == "fail" else "goes on"
        told = [f"{key}: {text}" for key, text in facets.items() if key.startswith("match.")]
        lines = (*told, f"after {facets['timeout']} it {late}")
        return Box("wait", _titled(step, f"wait for {facets['webhook']}"), lines)

    @draw.register
    def _stop(self, step: StopStep) -> Part:
        facets = step_facets(step)
        return Box("end", f"{step.outcome}: {facets['stop']}")


def _titled(step: Step, what: str) -> str:
    """Return what a step is, after the name its author gave it."""
    return f"{step.head.name}: {what}" if step.head.name else what
