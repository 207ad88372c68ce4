"""`endless-repeat`: a `repeat` whose `until` nothing in it can make true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.logic.constancy import constancy
from beeflow.check.logic.formulas import formula
from beeflow.check.rule import Rule
from beeflow.check.steps import steps_within
from beeflow.check.typing.remarks import NeverEqual
from beeflow.recipe.model import (
    ActionStep,
    ForEachStep,
    RepeatStep,
    RunStep,
    SetStep,
    StopStep,
    WaitForStep,
)
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject
    from beeflow.recipe.model import Step

_CHANGING: Final = frozenset({"now", "state", "loop"})
"""Names that are other ones in the next turn by themselves."""


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find repeats that only `max` can end."""
    wrong = {told.text.span for _, told in subject.remarks(NeverEqual)}
    for step in subject.steps:
        if not isinstance(step, RepeatStep) or step.until is None or step.until.span in wrong:
            continue
        asked = formula(step.until.text)
        if asked is None:
            continue
        if any(isinstance(inner, StopStep) for inner in steps_within(step.do)):
            continue  # a `stop` is a way out
        outcome = constancy(asked)
        named = {name for inner in steps_within(step.do) for name in _named(inner)}
        if outcome is False:
            message = f"`{step.until.text}` never holds, so this repeats until `max` and then fails"
        elif outcome is None and not asked.reads & (named | _CHANGING):
            message = (
                f"nothing in `do` changes `{step.until.text}`: it ends after the first turn, or "
                "repeats until `max` and fails"
            )
        else:
            continue
        span, path = subject.within(step.until, 0, len(step.until.text))
        yield Problem("endless-repeat", message, span, help=_help(step, named), path=path)


def _help(step: RepeatStep, named: set[str]) -> str:
    if step.until is not None and named:
        return f"ask for what a turn sets: {', '.join(sorted(named))}"
    return "read anew in `do` what `until` asks for, with `as`, or write `times`"


def _named(step: Step) -> Iterator[str]:
    """Yield the names that a step gives a value."""
    if isinstance(step, ActionStep | RunStep | WaitForStep | ForEachStep) and step.into:
        yield step.into
    elif isinstance(step, SetStep):
        yield from (name for name, _ in step.values)


RULE = Rule(
    "endless-repeat",
    "A `repeat` asks `until` something that is never true, or that no step in its `do` changes. It "
    "goes round until `max`, and then its step fails.",
    "trigger: {webhook: poll.created}\nfetch:\n  event:\n    action: events.get\n"
    '    with: {event_ref: "{{ trigger.data.poll_event_ref }}"}\nactions:\n'
    "  - repeat: {until: event.event_status == 'live'}\n    every: 1m\n    max: 60\n    do:\n"
    "      - action: log.write\n        with: {message: not yet}",
    "trigger: {webhook: poll.created}\nactions:\n"
    "  - repeat: {until: event.event_status == 'live'}\n    every: 1m\n    max: 60\n    do:\n"
    "      - action: events.get\n        as: event\n"
    '        with: {event_ref: "{{ trigger.data.poll_event_ref }}"}',
    look,
)
