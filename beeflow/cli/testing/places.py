"""Where things are in files: as `file:line`, for what a failing test points at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.drivers.outline import Outline, outline
from beeflow.drivers.testing.triggers import match_span

if TYPE_CHECKING:
    from beeflow.drivers.testing.played import Made, Played
    from beeflow.drivers.testing.reasons import Reason
    from beeflow.drivers.testing.running import Bench
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.problem import Span


class Spot(msgspec.Struct, frozen=True):
    """A line of a file; `name` is what the step there is called."""

    file: str
    line: int
    name: str | None = None

    @property
    def text(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}"


class Places(msgspec.Struct):
    """Finds places: of a test file by span, of a recipe by the path of a step."""

    bench: Bench
    played: Played
    _outlines: dict[str, Outline] = msgspec.field(default_factory=dict)

    def line(self, span: Span) -> int:
        """Return the line of a span of the test file."""
        return self.bench.suite.document.source.position(span.start).line

    def column(self, span: Span) -> int:
        """Return the column of a span of the test file."""
        return self.bench.suite.document.source.position(span.start).column

    def at(self, span: Span) -> str:
        """Return `file:line:column` of a span of the test file."""
        return f"{self.bench.file}:{self.line(span)}:{self.column(span)}"

    def step(self, recipe: str, path: str) -> Spot | None:
        """Return where the step that a command at `path` belongs to stands."""
        one = self._outline(recipe)
        entry = one.entry(path) if one is not None else None
        if one is None or entry is None:
            return None
        return Spot(entry.span.file, one.line(entry.span), entry.name)

    def made(self, made: Made) -> Spot | None:
        """Return the step that made a call."""
        return self.step(made.recipe, made.path)

    def wait_before(self, made: Made) -> Spot | None:
        """Return the last wait of a run before a call, which decides when that comes."""
        opened = next((one for one in self.played.runs if one.run.id == made.run), None)
        if opened is None:
            return None
        waits = [
            record
            for record in opened.records.values()
            if record.kind in {"wait", "wait_for"}
            and record.ended_at is not None
            and record.ended_at - self.played.began <= made.after
        ]
        last = max(waits, key=lambda record: record.ended_at or 0.0, default=None)
        return None if last is None else self.step(made.recipe, last.path)

    def recipe_file(self, recipe: Recipe) -> str:
        """Return the file of a recipe, as messages name it."""
        parsed = self.bench.stalls.library.find(recipe.id)
        return parsed.document.source.path if parsed is not None else recipe.bundle.main

    def reason(self, reason: Reason, recipe: Recipe) -> Spot | None:
        """Return where the clause stands that an event came to nothing for."""
        span = reason.span
        parsed = self.bench.stalls.library.find(recipe.id)
        if reason.about == "trigger" and parsed is not None:
            path = reason.clause.partition(":")[0]
            span = match_span(parsed, reason.trigger, path)
        return None if span is None else self._spot(span)

    def _spot(self, span: Span) -> Spot | None:
        source = self.bench.sources.get(span.file)
        return None if source is None else Spot(span.file, source.position(span.start).line)

    def _outline(self, name: str) -> Outline | None:
        if name not in self._outlines:
            found = next((one for one in self.played.recipes if one.id == name), None)
            if found is None:
                return None
            self._outlines[name] = outline(found)
        return self._outlines[name]
