"""`constant-condition`: a condition that always holds, or never."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.check.logic.constancy import Tries, constancy
from beeflow.check.logic.patterns import OF_TRIGGER
from beeflow.check.rule import Rule
from beeflow.check.typing.remarks import AlwaysTrue, NeverEqual, WrongArgument, WrongOperand
from beeflow.recipe.problem import Note, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.check.facts import Facts
    from beeflow.check.logic.formulas import Formula
    from beeflow.check.logic.holding import Asked, Given
    from beeflow.check.subject import Subject
    from beeflow.recipe.problem import Severity, Span


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find conditions whose outcome is known before anything happens.

    Where a comparison in one is wrong by itself, that is told by `never-equal`, and where a value
    stands in the place of a question, by `no-question`.
    """
    wrong, tries = _wrong(subject), Tries()
    for one in (_believed(asked, wrong) for asked in subject.asked):
        if one.expr.span in wrong or _is_meant(one):
            continue
        alone = list(_alone(one.formula, tries))
        for part, outcome in alone:
            yield _alone_problem(subject, one, part, outcome)
        if not alone:
            yield from _in_place(subject, one, tries)


def _wrong(subject: Subject) -> frozenset[Span]:
    """Return the places of conditions in which a part is wrong by itself."""
    kinds = (NeverEqual, AlwaysTrue, WrongOperand, WrongArgument)
    return frozenset(told.text.span for kind in kinds for _, told in subject.remarks(kind))


def _believed(one: Asked, wrong: frozenset[Span]) -> Asked:
    """Return a condition without what only a wrong one says of it: that is told already."""
    return replace(one, given=tuple(given for given in one.given if given.span not in wrong))


def _is_meant(one: Asked) -> bool:
    """Whether it is another rule's matter, or the last arm of a `choose` that takes all others."""
    if one.role == "until":
        return constancy(one.formula) is False
    return one.role == "when" and one.expr.text.strip() == "true"


def _alone(formula: Formula, tries: Tries) -> Iterator[tuple[Formula, bool]]:
    """Yield the largest parts of a condition that are constant by themselves."""
    outcome = constancy(formula, (), tries)
    if outcome is not None:
        yield formula, outcome
        return
    for part in formula.parts:
        yield from _alone(part, tries)


def _alone_problem(subject: Subject, one: Asked, part: Formula, outcome: bool) -> Problem:
    offset, length = part.place
    span, path = subject.within(one.expr, offset, length)
    text = one.expr.text[offset : offset + length]
    if one.role == "until":
        help_ = "the first turn is the last: leave `repeat` out, or ask for what `do` changes"
    else:
        help_ = "ask for something that can differ, or leave it out"
    return Problem(
        "constant-condition",
        f"`{text}` {_outcome(outcome)} holds",
        span,
        _severity(one, outcome),
        help=help_,
        path=path,
    )


def _in_place(subject: Subject, one: Asked, tries: Tries) -> Iterator[Problem]:
    """Find conditions that are constant because of what holds already where they are asked."""
    for given in one.given:
        outcome = _outcome_given(one, [given.formula], tries)
        if outcome is not None:
            note = Note(f"{_said(given)} here", given.span)
            yield _given_problem(subject, one, outcome, f"{_said(given)} already", note)
            return
    lines = _lines(one)
    every = [given.formula for given in one.given]
    outcomes = {_outcome_given(one, [*every, *start], tries) for start in lines}
    outcome = outcomes.pop() if len(outcomes) == 1 else None
    if outcome is not None:
        reason = "what was asked before decides it"
        note = Note(reason)
        if any(lines):
            reason, note = "the `match` of the trigger decides it", _match_note(subject, one)
        yield _given_problem(subject, one, outcome, reason, note)


def _outcome_given(one: Asked, given: Sequence[Formula], tries: Tries) -> bool | None:
    """Return the outcome where these hold, of which those with no term in common say nothing."""
    related = [other for other in given if not one.formula.terms.keys().isdisjoint(other.terms)]
    return constancy(one.formula, related, tries) if related else None


def _lines(one: Asked) -> list[list[Formula]]:
    """Return, for each trigger, the lines of its pattern that speak of the same; one at least."""
    if not any(term.startswith(OF_TRIGGER) for term in one.formula.terms):
        return [[]]
    return [
        [line for _, line in start if set(line.terms) & set(one.formula.terms)]
        for start in one.starts.lines
    ] or [[]]


def _said(given: Given) -> str:
    return f"`{given.text}` {'holds' if given.holds else 'does not hold'}"


def _match_note(subject: Subject, one: Asked) -> Note:
    """Return where the first line of a pattern stands that decides."""
    for place, start in enumerate(one.starts.lines):
        for written, line in start:
            trigger = subject.trigger(place)
            match = trigger.child("match") if trigger else None
            value = match.child(written) if match else None
            if value is not None and set(line.terms) & set(one.formula.terms):
                return Note("the `match` is here", value.node.span)
    return Note("the `match` of the trigger decides it")


def _given_problem(subject: Subject, one: Asked, outcome: bool, reason: str, note: Note) -> Problem:
    span, path = subject.within(one.expr, 0, len(one.expr.text))
    never = one.role == "condition" and not outcome
    help_ = "so the recipe never does anything: change one of the two" if never else None
    return Problem(
        "constant-condition",
        f"`{one.expr.text}` {_outcome(outcome)} holds here: {reason}",
        span,
        _severity(one, outcome),
        help=help_ or ("leave it out" if outcome else "change one of the two"),
        notes=(note,),
        path=path,
    )


def _outcome(outcome: bool) -> str:
    return "always" if outcome else "never"


def _severity(one: Asked, outcome: bool) -> Severity:
    """Return an error for a recipe that can never do anything; all else may be meant."""
    return "error" if one.role == "condition" and not outcome else "warning"


RULE = Rule(
    "constant-condition",
    "A condition always holds, or never, whatever happens: it contradicts itself, leaves nothing "
    "out, or asks again (or for the contrary of) what `match`, an earlier condition or the branch "
    "around it has settled. An error where the recipe could then never do anything, else a "
    "warning. Single comparisons that never hold are told by `never-equal`.",
    "trigger: {webhook: event.created}\nconditions:\n"
    "  - trigger.data.event_delivered_minutes > 60\n"
    "  - trigger.data.event_delivered_minutes < 30",
    "trigger: {webhook: event.created}\nconditions:\n"
    "  - trigger.data.event_delivered_minutes > 30\n"
    "  - trigger.data.event_delivered_minutes < 60",
    look,
)
