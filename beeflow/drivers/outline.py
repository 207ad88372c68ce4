"""The outline of a recipe: where the steps of a run stand in its text, and what they are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from beeflow.drivers.account import Arm
from beeflow.recipe import model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.recipe.problem import Span

_TURN: Final = re.compile(r"#[\d.]+")
_ARM: Final = re.compile(
    r"(?P<step>.+?)/(?P<arm>then|else|choose/(?P<choice>\d+)/then|parallel/(?P<branch>\d+)"
    r"|do#(?P<turn>\d+)|on_error)(?=/\d+)"
)
_Arms: TypeAlias = "Iterator[tuple[model.Step, ...]]"


class Entry(msgspec.Struct, frozen=True):
    """A part of a recipe. `into` is what its result is called."""

    span: Span
    name: str | None = None
    into: str | None = None
    step: model.Step | None = None


class Outline(msgspec.Struct, frozen=True):
    """The parts of a recipe by path."""

    recipe: model.Recipe
    entries: dict[str, Entry] = msgspec.field(default_factory=dict)

    def entry(self, path: str) -> Entry | None:
        """Return the part that a command at `path` belongs to."""
        path = _TURN.sub("", path)
        while path not in self.entries and "/" in path:
            path = path.rpartition("/")[0]
        return self.entries.get(path)

    def arms(self, path: str) -> tuple[Arm, ...]:
        """Return the arms that a command at `path` is in, loops named by what they go over."""
        return tuple(self._named(arm) for arm in arms(path))

    def _named(self, arm: Arm) -> Arm:
        entry = self.entry(arm.step) if arm.step else None
        if entry is None or not isinstance(entry.step, model.ForEachStep):
            return arm
        return Arm(arm.step, f"{arm.title}, for each {entry.step.item} in {entry.step.items.text}")

    def line(self, span: Span) -> int:
        """Return the line, from 1, at which a span begins."""
        return text_of(self.recipe.bundle, span.file).count("\n", 0, span.start) + 1


def text_of(bundle: model.Bundle, file: str) -> str:
    """Return the text of a file of a bundle; spans name it from the working folder."""
    for name, text in bundle.files:
        if name == file or file.endswith(f"/{name}"):
            return text
    return ""


def outline(recipe: model.Recipe) -> Outline:
    """Return the outline of a recipe."""
    result = Outline(recipe)
    for wanted in recipe.fetch:
        entry = Entry(wanted.call.span, into=wanted.name)
        result.entries[f"fetch/{wanted.name}"] = entry
    if recipe.conditions:
        result.entries["conditions"] = Entry(_first(recipe.conditions[0]))
    _enter(result, recipe.actions)
    _enter(result, recipe.on_error)
    return result


def _first(condition: model.Condition) -> Span:
    while not isinstance(condition, model.Expr):
        condition = condition.clause if isinstance(condition, model.Not) else condition.clauses[0]
    return condition.span


def _enter(result: Outline, steps: Sequence[model.Step]) -> None:
    for step in steps:
        into = getattr(step, "into", None)
        result.entries[step.head.path] = Entry(step.head.span, step.head.name, into, step)
        for inner in _inside(step):
            _enter(result, inner)


def _inside(step: model.Step) -> _Arms:
    """Yield the sequences of steps that a step holds."""
    match step:
        case model.IfStep():
            yield from (step.then, step.otherwise)
        case model.ChooseStep():
            yield from (then for _, then in step.arms)
            yield step.otherwise
        case model.ParallelStep():
            yield from step.branches
        case model.ForEachStep() | model.RepeatStep():
            yield step.do
        case model.ActionStep() if isinstance(step.on_error, tuple):
            yield step.on_error


def arms(path: str) -> tuple[Arm, ...]:
    """Return the arms that a command at `path` is in, the outermost first."""
    found = [Arm("", "because the run fails")] if path.startswith("on_error/") else []
    # The next match begins where the one before ends; a step's whole path is all up to its arm.
    matches = _ARM.finditer(path)
    return (*found, *(Arm(path[: one.start("arm") - 1], _title(one)) for one in matches))


def _title(match: re.Match[str]) -> str:
    if match["choice"] is not None:
        return f"choice {int(match['choice']) + 1}"
    if match["branch"] is not None:
        return f"branch {int(match['branch']) + 1}"
    if match["turn"] is not None:
        return f"turn {int(match['turn']) + 1}"
    return {"then": "then", "else": "else", "on_error": "if it fails"}[match["arm"]]
