"""`past-time` and `odd-duration`: times that never come again, and durations that make no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.calls import calls
from beeflow.check.rule import Rule
from beeflow.check.steps import all_steps
from beeflow.recipe.model import EventStartTrigger, RepeatStep, ScheduleTrigger, WaitStep
from beeflow.recipe.problem import Problem
from beeflow.recipe.schedules import Schedule
from beeflow.types import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Found, Subject

_DAY: Final = 86400.0
_YEAR: Final = 366 * _DAY


def past(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find moments that were over a day ago; only where it is known what time it is."""
    for place, trigger in enumerate(subject.recipe.triggers):
        if facts.now is None or not isinstance(trigger, ScheduleTrigger) or trigger.at is None:
            continue
        moment = Schedule.from_trigger(trigger, 0.0).once
        late = max(_DAY, trigger.grace)
        if moment is None or moment + late > facts.now:
            continue
        found = subject.trigger(place)
        at = found.child("schedule") if found else None
        at = at.child("at") if at else None
        if at is not None:
            ago = format_duration((facts.now - moment) // _DAY * _DAY)
            yield Problem(
                "past-time",
                f"`{trigger.at}` was {ago} ago: this never comes again",
                at.node.span,
                "warning",
                help="give the next moment, or remove the recipe",
                path=at.path,
            )


def odd(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find durations that are surely a slip: nothing, or more than a year."""
    for place, trigger in enumerate(subject.recipe.triggers):
        if isinstance(trigger, EventStartTrigger) and abs(trigger.offset) > _YEAR:
            found = subject.trigger(place)
            yield from _told(found.child("event_start") if found else None, "more than a year")
    for step in all_steps(subject.recipe):
        path = step.head.path
        if isinstance(step, WaitStep) and isinstance(step.delay, float):
            if step.delay == 0:
                yield from _told(subject.at(f"{path}/wait"), "no time at all")
            elif step.delay > _YEAR:
                yield from _told(subject.at(f"{path}/wait"), "more than a year")
        if isinstance(step, RepeatStep) and step.times == 0:
            yield from _told(subject.at(f"{path}/repeat/times"), "not even once")
    for one in calls(subject):
        if one.call.retry.delay > one.call.retry.max_delay and one.found is not None:
            retry = one.found.child("retry")
            yield from _told(retry.child("delay") if retry else None, "longer than `max_delay`")


def _told(found: Found | None, what: str) -> Iterator[Problem]:
    if found is None:
        return
    written = getattr(found.node, "text", "this")
    yield Problem(
        "odd-duration",
        f"`{written}` is {what}",
        found.node.span,
        "warning",
        help="write what is meant, or leave it out",
        path=found.path,
    )


PAST = Rule(
    "past-time",
    "A schedule has one moment (`at`), more than a day ago: the recipe never runs again.",
    'trigger: {schedule: {at: "2020-12-01 09:00"}}',
    'trigger: {schedule: {at: "2999-12-01 09:00"}}',
    past,
    "warning",
)
ODD = Rule(
    "odd-duration",
    "A duration that is most likely a slip: a wait of no time, one of more than a year, a first "
    "pause that is longer than the longest, a `repeat` of no turns.",
    "- wait: 0s\n- action: log.write\n  with: {message: at once}",
    "- wait: 10s\n- action: log.write\n  with: {message: in a moment}",
    odd,
    "warning",
)
