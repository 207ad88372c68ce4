"""A frame: the names in scope while steps are carried out, and evaluation in it.

Every loop turn and branch has a frame of its own, so that what it sets stays inside. A `Place`
is one step in one frame: the time and the kept state are asked for once a step, when first used.

Evaluating is plain functions (`evaluated`, `explained`, `rendered`, `data`). Where one comes upon
the time or the state, which only the world knows, it breaks off with `NotAsked`; `asking` then asks
and begins anew, which gives the same, as evaluating changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import msgspec

from beeflow.engine.commands import (
    Answer,
    Command,
    Expired,
    Failed,
    Fault,
    Now,
    ReadState,
    Result,
    Steps,
)
from beeflow.engine.interpreter.interrupts import RunExpired, StepFailed
from beeflow.engine.interpreter.lines import line_of
from beeflow.engine.scope import StateScope
from beeflow.errors import ExpressionError, Failure, LimitReached
from beeflow.recipe.model import Expr, ForEachStep, Recipe, Step, Template, Value
from beeflow.recipe.templates import (
    Context,
    Expression,
    Taint,
    TemplateText,
    Unknown,
    parse_expression,
    parse_template,
    trace_expression,
    trace_template,
)
from beeflow.types import Json, moment

if TYPE_CHECKING:
    from datetime import tzinfo

    from beeflow.engine.ports import Action, Actions
    from beeflow.recipe.problem import Span
    from beeflow.recipe.templates import Explanation

Walk = Callable[["Frame", Sequence[Step]], Steps]
"""Carries out steps in a frame; returns what the last of them came to."""


class Secrecy(Taint, Protocol):
    """What nobody may read of a run. `armed`: the run has to do with secrets."""

    armed: bool

    def __call__(self, value: Json) -> Json:
        """Return a value as people may see it."""
        ...


T = TypeVar("T")

NO_TURN: Final = ("", "")
"""The turn of what stands in no loop."""


_OUTSIDE: Final = frozenset({"now", "state", "secrets"})
"""The names for whose sake an expression is looked at more closely."""


class NotAsked(Exception):  # noqa: N818 - it reads as what it says
    """An expression reads the time (`now`) or the kept `state`, which the step has not asked yet.

    Raised and caught within the interpreter only.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Program(msgspec.Struct, frozen=True):
    """What does not change during a run. `event_ref` is the event it is about.

    `context` is what a rendering needs beside its names. `attempt` counts how often a person let
    the run begin; from 2 on it is a retry. `on_step` is told the path of each step that is carried
    out; `secrecy` what is computed from secrets.
    """

    recipe: Recipe
    actions: Actions
    context: Context
    walk: Walk
    event_ref: str | None = None
    attempt: int = 1
    on_step: Callable[[str], None] | None = None
    secrecy: Secrecy | None = None

    @property
    def zone(self) -> tzinfo:
        """The recipe's time zone."""
        return self.context.zone

    def action(self, name: str) -> Action | None:
        """Return an action by its name."""
        return self.actions.get(name)


class Place(msgspec.Struct):
    """One step as it is carried out: its path in this run, its place in the file, its answers.

    `step` is the step, where it is one: it says how people call it.
    """

    path: str
    span: Span | None = None
    step: Step | None = None
    now: datetime | None = None
    state: StateScope | None = None

    @property
    def label(self) -> str:
        """How the step is called in `error.step`: its name, else its `as`, else its path."""
        step = self.step
        if step is None:
            return self.path
        into = getattr(step, "into", None) if not isinstance(step, ForEachStep) else None
        return step.head.name or into or self.path


class Frame(msgspec.Struct):
    """Names and their values. `turn` maps the recipe's paths to those of this turn of a loop."""

    program: Program
    names: dict[str, Any]
    turn: tuple[str, str] = NO_TURN
    last_set: Mapping[str, Json] | None = None

    def where(self, path: str) -> str:
        """Return the path in this run of the step at `path` in the recipe."""
        static, dynamic = self.turn
        return dynamic + path[len(static) :]

    def inner(self, turn: tuple[str, str] | None = None) -> Frame:
        """Make the frame of a branch or of a loop's turn: it sees all, and keeps its own."""
        return Frame(self.program, dict(self.names), turn or self.turn, self.last_set)

    # --- evaluation --------------------------------------------------------------------------

    def evaluated(self, place: Place, expr: Expr) -> Any:
        """Return what a bare expression comes to."""
        try:
            compiled = parse_expression(expr.text)
            scope, taint = self._scope(place, compiled), self._taint(compiled.names)
            if taint is None:
                return compiled.evaluate(scope, self.program.context)
            return trace_expression(expr.text).evaluate(scope, self._context(None, taint))
        except ExpressionError as error:
            raise self.broken(place, expr.text, expr.span, error) from None

    def explained(self, place: Place, expr: Expr) -> Explanation:
        """Return what a bare expression comes to together with its operands."""
        try:
            compiled = parse_expression(expr.text)
            if self._plainly(compiled):
                return compiled.explain(self.names, self.program.context)
            scope, taint = self._scope(place, compiled), self._taint(compiled.names)
            if taint is None:
                return compiled.explain(scope, self.program.context)
            return trace_expression(expr.text).explain(scope, self._context(None, taint))
        except ExpressionError as error:
            raise self.broken(place, expr.text, expr.span, error) from None

    def rendered(
        self, place: Place, value: Value, escape: Callable[[str], str] | None = None
    ) -> Any:
        """Return a value with every template in it rendered, keeping types.

        `escape` goes over what the templates put into text.
        """
        if isinstance(value, Template):
            return self._text(place, value, escape)
        if isinstance(value, dict | Mapping):
            rendered = {}
            for key, item in value.items():
                whole = type(item) is str
                rendered[key] = item if whole else self.rendered(place, item, escape)
            return rendered
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self.rendered(place, item, escape) for item in value]
        return value

    def data(self, place: Place, value: Value, escape: Callable[[str], str] | None = None) -> Any:
        """Return what `rendered` does, as JSON."""
        kind = type(value)
        if kind is Template:
            found = self._text(place, value, escape)  # type: ignore[arg-type]  # it is one
            return found if type(found) in _PLAIN else plain(found)
        if kind is not dict:
            return value if kind in _PLAIN else plain(self.rendered(place, value, escape))
        made = {}
        for key, item in value.items():  # type: ignore[union-attr]  # it is a mapping
            made[key] = item if type(item) is str else self.data(place, item, escape)
        return made

    def _text(
        self, place: Place, template: Template, escape: Callable[[str], str] | None
    ) -> object:
        try:
            compiled = parse_template(template.text)
            if escape is None and self._plainly(compiled):
                return compiled.render(self.names, self.program.context)
            scope, taint = self._scope(place, compiled), self._taint(compiled.names)
            if taint is not None:
                compiled = trace_template(template.text)
            return compiled.render(scope, self._context(escape, taint))
        except ExpressionError as error:
            raise self.broken(place, template.text, template.span, error) from None

    def _plainly(self, compiled: Expression | TemplateText) -> bool:
        """Whether it reads nothing but names that are there, and the run no secrets."""
        secrecy = self.program.secrecy
        return _OUTSIDE.isdisjoint(compiled.names) and (secrecy is None or not secrecy.armed)

    def _taint(self, names: frozenset[str]) -> Secrecy | None:
        """Return who is to be told what is made of secrets; None where there are none about."""
        secrecy = self.program.secrecy
        if secrecy is None or not (secrecy.armed or "secrets" in names):
            return None
        secrecy.armed = True
        return secrecy

    def _context(self, escape: Callable[[str], str] | None, taint: Taint | None) -> Context:
        context = self.program.context
        if escape is None and taint is None:
            return context
        return Context(zone=context.zone, escape=escape, taint=taint)

    def _scope(self, place: Place, compiled: Expression | TemplateText) -> Mapping[str, Any]:
        """Return the names in scope; raises `NotAsked` for what is to be asked for before."""
        names = compiled.names
        if "now" not in names and "state" not in names:
            return self.names
        scope = dict(self.names)
        if "now" in names:
            if place.now is None:
                raise NotAsked("now")
            scope["now"] = place.now
        if "state" in names:
            if place.state is None:
                raise NotAsked("state")
            scope["state"] = place.state
        return scope

    # --- asking ------------------------------------------------------------------------------

    def asking(self, place: Place, work: Callable[[], T]) -> Steps:
        """Return what `work` comes to, asking for the time and the state where it needs them."""
        while True:
            try:
                return work()
            except NotAsked as wanted:
                name = wanted.name
            if name == "now":
                seconds = yield from ask(Now(f"{place.path}/now"))
                place.now = moment(seconds, self.program.zone)
            else:
                place.state = StateScope((yield from ask(ReadState(f"{place.path}/state"))))

    def evaluate(self, place: Place, expr: Expr) -> Steps:
        """Evaluate a bare expression."""
        return (yield from self.asking(place, partial(self.evaluated, place, expr)))

    def render(self, place: Place, value: Value) -> Steps:
        """Render every template inside a value, keeping types."""
        return (yield from self.asking(place, partial(self.rendered, place, value)))

    def ask(self, place: Place, command: Command) -> Steps:
        """Yield a command of a step; a failure of it is the step's. Returns the answer's value."""
        result = yield command
        if isinstance(result, Failed):
            raise self.failed(place, result.failure)
        return answered(result)

    # --- what went wrong ---------------------------------------------------------------------

    def broken(self, place: Place, text: str, span: Span, error: ExpressionError) -> StepFailed:
        """Return the failure of a step whose expression could not be evaluated."""
        limit = isinstance(error, LimitReached)
        fault = Fault(
            Failure("limit" if limit else "template", f"`{shorten(text)}`: {error.message}"),
            step=place.label,
            path=place.path,
            expression=text,
            operands=error.operands,
            file=span.file,
            line=line_of(self.program.recipe.bundle, span, text, error.offset),
        )
        return StepFailed(fault)

    def failed(self, place: Place, failure: Failure, action: str | None = None) -> StepFailed:
        """Return the failure of a step, with its place."""
        span = place.span
        fault = Fault(
            failure,
            step=place.label,
            path=place.path,
            action=action,
            file=span.file if span else None,
            line=line_of(self.program.recipe.bundle, span) if span else None,
        )
        return StepFailed(fault)


@lru_cache(maxsize=64)
def context_in(zone: tzinfo) -> Context:
    """Return what a rendering in a time zone needs; the same for all runs."""
    return Context(zone=zone)


def ask(command: Command) -> Steps:
    """Yield a command whose answer cannot be a failure; returns the answer's value."""
    result = yield command
    if type(result) is Answer:
        return result.value
    if isinstance(result, Failed):
        raise StepFailed(Fault(result.failure, step=command.path, path=command.path))
    return answered(result)


def answered(result: Result) -> Any:
    """Return the value of an answer; raises `RunExpired` where the run's time is over."""
    if isinstance(result, Expired):
        raise RunExpired("the run's time is over")
    return result.value if hasattr(result, "value") else result


def plain(value: object) -> Any:
    """Turn what a template came to into JSON: times become text, tuples lists."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Unknown) or value is None or isinstance(value, str | int | float):
        return value
    return str(value)


_PLAIN = frozenset({str, int, float, bool, type(None)})
_SHORT = 120


def shorten(text: str) -> str:
    """Return at most 120 characters of a text, on one line, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"
