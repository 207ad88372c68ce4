"""Coverage: which steps, branches and outcomes of clauses of a recipe no test reached.

A step is reached when it is carried out. A branch is a way that a decision can go: conditions that
hold or do not, an `if` and a guard, the arms of `choose`, `until`, a `wait_for` that goes on after
its timeout, and each trigger. Where a decision has several clauses, each can hold or not; so can
each line of a trigger's `match`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from beeflow.check.steps import all_steps
from beeflow.drivers.testing.naming import named
from beeflow.drivers.testing.reasons import expressions
from beeflow.drivers.testing.triggers import match_span, trigger_span
from beeflow.recipe import model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beeflow.drivers.testing.played import Played
    from beeflow.engine.journal.records import OpenRun, Record
    from beeflow.recipe.parser import Parsed
    from beeflow.recipe.problem import Span

Kind: TypeAlias = Literal["step", "branch", "clause"]

Key: TypeAlias = tuple[str | int | bool, ...]
"""What makes a part unique within its recipe."""

KINDS: Final[tuple[Kind, ...]] = ("step", "branch", "clause")

_TURN: Final = re.compile(r"#[\d.]+")


class Part(msgspec.Struct, frozen=True):
    """Something that a test can reach. `missing` says, in words, that none does."""

    kind: Kind
    key: Key
    span: Span
    missing: str
    line: int = 1


class Coverage(msgspec.Struct, frozen=True):
    """What tests reached of one recipe."""

    recipe: str
    file: str
    parts: tuple[Part, ...]
    reached: frozenset[Key]

    @property
    def tested(self) -> bool:
        """Whether any test came as far as to it."""
        return bool(self.reached)

    @property
    def missed(self) -> tuple[Part, ...]:
        """The parts that no test reached, in the order of the text."""
        missed = (part for part in self.parts if part.key not in self.reached)
        return tuple(sorted(missed, key=lambda part: part.span))

    def count(self, kind: Kind) -> tuple[int, int]:
        """Return how many parts of a kind were reached, and how many there are."""
        there = [part for part in self.parts if part.kind == kind]
        return sum(part.key in self.reached for part in there), len(there)


def percent(covered: Iterable[Coverage]) -> float:
    """Return how much of recipes was reached, in percent; 100 where there is nothing to reach."""
    counts: Counter[bool] = Counter()
    for one in covered:
        counts.update(part.key in one.reached for part in one.parts)
    return 100.0 * counts[True] / counts.total() if counts else 100.0


def coverage_of(parsed: Parsed, played: Iterable[Played]) -> Coverage:
    """Return what was reached of a recipe, in whatever tests it was live."""
    recipe = parsed.recipe
    if recipe is None:
        raise LookupError("coverage is of a recipe without errors")
    sources = {source.path: source for source in parsed.sources}
    parts = tuple(
        replace(part, line=sources[part.span.file].position(part.span.start).line)
        for part in _parts(recipe, parsed)
    )
    reached = frozenset(key for one in played for key in _reached(one, recipe))
    return Coverage(recipe.id, parsed.document.source.path, parts, reached)


# --- what there is ---------------------------------------------------------------------------


def _parts(recipe: model.Recipe, parsed: Parsed) -> Iterator[Part]:
    for index, trigger in enumerate(recipe.triggers):
        yield from _of_trigger(index, trigger, parsed)
    if recipe.conditions:
        listed = tuple(expressions(recipe.conditions))
        yield from _decision("conditions", listed, "the conditions")
    for step in all_steps(recipe):
        yield Part(
            "step", ("step", step.head.path), step.head.span, f"{named(step)} is not reached"
        )
        yield from _of_step(step)


def _of_trigger(index: int, trigger: model.Trigger, parsed: Parsed) -> Iterator[Part]:
    span = trigger_span(parsed, index) or parsed.document.source.span(0, 0)
    yield Part("branch", ("trigger", index), span, "this trigger starts no run")
    if not isinstance(trigger, model.WebhookTrigger):
        return
    for path in trigger.match:
        place = match_span(parsed, index, path) or span
        yield from _both("clause", ("match", index, path), place, f"`{path}` of `match`")


def _of_step(step: model.Step) -> Iterator[Part]:
    path = step.head.path
    if step.head.guard is not None:
        yield from _decision(f"{path}/guard", (step.head.guard,), f"`if` of {named(step)}")
    match step:
        case model.IfStep():
            yield from _decision(f"{path}/if", (step.condition,), f"`{step.condition.text}`")
        case model.ChooseStep():
            for number, (when, _) in enumerate(step.arms):
                yield from _decision(f"{path}/choose/{number}", (when,), f"`{when.text}`")
        case model.RepeatStep() if step.until is not None:
            yield from _decision(f"{path}/until", (step.until,), f"`{step.until.text}`")
        case model.WaitForStep() if step.on_timeout == "continue":
            came = f"{named(step)}: no webhook comes in time"
            late = f"{named(step)}: it never times out"
            yield Part("branch", (path, "came", True), step.head.span, came)
            yield Part("branch", (path, "came", False), step.head.span, late)


def _decision(path: str, clauses: tuple[model.Expr, ...], title: str) -> Iterator[Part]:
    yield from _both("branch", ("decide", path), clauses[0].span, title)
    if len(clauses) > 1:
        for number, one in enumerate(clauses):
            yield from _both("clause", ("clause", path, number), one.span, f"`{one.text}`")


def _both(kind: Kind, key: Key, span: Span, title: str) -> Iterator[Part]:
    verb = "hold" if title == "the conditions" else "holds"
    yield Part(kind, (*key, True), span, f"{title} never {verb}")
    yield Part(kind, (*key, False), span, f"{title} always {verb}")


# --- what was reached ------------------------------------------------------------------------


def _reached(played: Played, recipe: model.Recipe) -> Iterator[Key]:
    for one, path in played.steps:
        if one == recipe.hash:
            yield ("step", path)
    for asked in played.asked:
        if asked.recipe == recipe.hash:
            yield ("match", asked.trigger, asked.path, asked.held)
    for opened in played.runs:
        if opened.run.recipe_hash == recipe.hash:
            yield from _of_run(opened)


def _of_run(opened: OpenRun) -> Iterator[Key]:
    if opened.run.trigger >= 0:
        yield ("trigger", opened.run.trigger)
    for record in opened.records.values():
        path = _TURN.sub("", record.path)
        if record.kind == "decide":
            yield from _decided(path, record)
        elif record.kind == "wait_for" and record.status == "done":
            yield (path, "came", record.output is not None)


def _decided(path: str, record: Record) -> Iterator[Key]:
    given: Any = record.input
    yield ("decide", path, bool(given["value"]))
    for number, clause in enumerate(given["clauses"]):
        if clause["value"] is not None:
            yield ("clause", path, number, bool(clause["value"]))
