"""Conditions and other decisions: what they came to, and why, clause by clause."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from beeflow.engine.commands import Answer, Clause, Decide, Steps
from beeflow.engine.interpreter.frame import Frame, NotAsked, Place, answered
from beeflow.recipe.model import AllOf, AnyOf, Condition, Expr, Not
from beeflow.recipe.templates import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence


Verdict = bool | Literal["unknown"]


def decide(frame: Frame, place: Place, path: str, conditions: Sequence[Condition]) -> Steps:
    """Evaluate conditions, all of which must hold, and tell the decision.

    Returns the driver's word on it: true, false, or "both" in a dry run that cannot know.
    """
    try:
        verdict, clauses = _judged(frame, place, conditions)
    except NotAsked:
        judge = partial(_judged, frame, place, conditions)
        verdict, clauses = yield from frame.asking(place, judge)
    result = yield Decide(path, verdict, clauses)
    return result.value if type(result) is Answer else answered(result)


def _judged(
    frame: Frame, place: Place, conditions: Sequence[Condition]
) -> tuple[Verdict, tuple[Clause, ...]]:
    clauses: list[Clause] = []
    return _all(frame, place, conditions, clauses), tuple(clauses)


def _judge(frame: Frame, place: Place, condition: Condition, out: list[Clause]) -> Verdict:
    if isinstance(condition, Expr):
        return _clause(frame, place, condition, out)
    if isinstance(condition, AllOf):
        return _all(frame, place, condition.clauses, out)
    if isinstance(condition, AnyOf):
        return _any(frame, place, condition.clauses, out)
    return _negate(_judge(frame, place, condition.clause, out))


def _clause(frame: Frame, place: Place, expr: Expr, out: list[Clause]) -> Verdict:
    explanation = frame.explained(place, expr)
    value = explanation.value
    verdict: Verdict = "unknown" if isinstance(value, Unknown) else bool(value)
    out.append(Clause(expr.text, None if verdict == "unknown" else verdict, explanation.operands))
    return verdict


def _all(frame: Frame, place: Place, parts: Sequence[Condition], out: list[Clause]) -> Verdict:
    verdict: Verdict = True
    for index, part in enumerate(parts):
        if isinstance(part, Expr):
            one = _clause(frame, place, part, out)
        else:
            one = _judge(frame, place, part, out)
        if one is False:
            out.extend(_unasked(parts[index + 1 :]))
            return False
        verdict = one if one == "unknown" else verdict
    return verdict


def _any(frame: Frame, place: Place, parts: Sequence[Condition], out: list[Clause]) -> Verdict:
    verdict: Verdict = False
    for index, part in enumerate(parts):
        one = _judge(frame, place, part, out)
        if one is True:
            out.extend(_unasked(parts[index + 1 :]))
            return True
        verdict = one if one == "unknown" else verdict
    return verdict


def _negate(verdict: Verdict) -> Verdict:
    return verdict if verdict == "unknown" else not verdict


def _unasked(parts: Sequence[Condition]) -> list[Clause]:
    """Return the clauses that an earlier one made unimportant."""
    return [Clause(text, None) for part in parts for text in texts(part)]


def texts(condition: Condition) -> list[str]:
    """Return the expressions in a condition, in the order written."""
    if isinstance(condition, Expr):
        return [condition.text]
    if isinstance(condition, Not):
        return texts(condition.clause)
    return [text for clause in condition.clauses for text in texts(clause)]
