"""Why nothing came of it: the first clause that did not hold, with what was in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from beeflow.engine.interpreter.decisions import texts
from beeflow.recipe.model import AllOf, AnyOf, Condition, Expr, Not

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.drivers.testing.played import Ignored, Played
    from beeflow.engine.journal.records import OpenRun
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.problem import Span
    from beeflow.types import Json


class Reason(msgspec.Struct, frozen=True):
    """Why an event came to nothing: `clause` is a path, an expression, or the policy's word.

    `about` is where in the recipe that is; `span` its very place, where that is known, and
    `trigger` the number of the trigger whose line it is.
    """

    clause: str
    about: Literal["trigger", "conditions", "policy"]
    operands: tuple[tuple[str, Json], ...] = ()
    span: Span | None = None
    trigger: int = 0

    @property
    def text(self) -> str:
        """The reason in words."""
        return self.clause if self.about == "policy" else f"`{self.clause}` did not hold"


def reasons(played: Played) -> tuple[Reason, ...]:
    """Return why the events of a test that started nothing did not, in order."""
    if not played.recipes[0].enabled:
        return (Reason("the recipe is switched off: `enabled: false`", "policy"),)
    ignored = [_of_trigger(one) for one in played.ignored]
    skipped = [_of_run(one, played.recipes[0]) for one in played.skipped]
    return (*ignored, *skipped)


def _of_trigger(ignored: Ignored) -> Reason:
    failing = next(one for one in ignored.decided.clauses if one.value is False)
    return Reason(failing.text, "trigger", failing.operands, trigger=ignored.trigger)


def _of_run(opened: OpenRun, recipe: Recipe) -> Reason:
    record = opened.records.get("conditions")
    given: Any = record.input if record is not None else None
    if given is None or given["value"] is not False:
        return Reason(opened.run.reason, "policy")
    values = [one["value"] for one in given["clauses"]]
    number = _failing(recipe.conditions, values)
    clause = given["clauses"][number]
    operands = tuple((text, value) for text, value in clause["operands"])
    span = tuple(expressions(recipe.conditions))[number].span
    return Reason(clause["text"], "conditions", operands, span)


def expressions(conditions: Sequence[Condition]) -> Iterator[Expr]:
    """Yield the expressions in conditions, in the order written."""
    for condition in conditions:
        match condition:
            case Expr():
                yield condition
            case Not():
                yield from expressions((condition.clause,))
            case AllOf() | AnyOf():
                yield from expressions(condition.clauses)


def reason_of(opened: OpenRun, recipe: Recipe | None) -> str:
    """Return the clause, or the policy's word, for which a run came to nothing."""
    return opened.run.reason if recipe is None else _of_run(opened, recipe).clause


def _failing(conditions: Sequence[Condition], values: Sequence[bool | None]) -> int:
    """Return the number of the clause that the decision hung on."""
    begun = 0
    for condition in conditions:
        count = len(texts(condition))
        part = values[begun : begun + count]
        if _holds(condition, iter(part)) is False:
            wanted = isinstance(condition, Not)
            return begun + next((at for at, one in enumerate(part) if one is wanted), 0)
        begun += count
    return 0


def _holds(condition: Condition, values: Iterator[bool | None]) -> bool | None:
    """Return what a condition came to, from the values of its clauses; None: it was not asked."""
    match condition:
        case Expr():
            return next(values)
        case Not():
            inner = _holds(condition.clause, values)
            return None if inner is None else not inner
        case AllOf() | AnyOf():
            parts = [_holds(one, values) for one in condition.clauses]
            asked = [one for one in parts if one is not None]
            return (all if isinstance(condition, AllOf) else any)(asked) if asked else None
    raise AssertionError("there are no other conditions")
