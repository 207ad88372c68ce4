"""`past-time` and `odd-duration`: times that never come again, and durations that make no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.causes import Knowledge
from beeflow.check.rule import Rule
from beeflow.recipe.model import (
    ActionStep,
    EventStartTrigger,
    ForEachStep,
    RepeatStep,
    ScheduleTrigger,
    WaitForStep,
    WaitStep,
)
from beeflow.recipe.problem import Problem
from beeflow.recipe.schedules import Schedule
from beeflow.recipe.templates import salvage, templates_in
from beeflow.types import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Found, Subject
    from beeflow.recipe.model import Step

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
    for step in subject.steps:
        yield from _of_step(subject, step)
    for one in subject.calls:
        if one.call.retry.delay > one.call.retry.max_delay and one.found is not None:
            retry = one.found.child("retry")
            yield from _told(retry.child("delay") if retry else None, "longer than `max_delay`")


def _of_step(subject: Subject, step: Step) -> Iterator[Problem]:
    path = step.head.path
    if isinstance(step, WaitStep) and isinstance(step.delay, float):
        if step.delay == 0:
            yield from _told(subject.at(f"{path}/wait"), "no time at all")
        elif step.delay > _YEAR:
            yield from _told(subject.at(f"{path}/wait"), "more than a year")
    elif isinstance(step, WaitForStep) and step.timeout == 0:
        yield from _told(subject.at(f"{path}/wait_for/timeout"), "no time at all")
    elif isinstance(step, RepeatStep) and step.times == 0:
        yield from _told(subject.at(f"{path}/repeat/times"), "not even once")
    elif isinstance(step, RepeatStep) and _is_hasty(step, subject.facts):
        what = "asked for again at once, each time: without `every` all answers are the same"
        yield from _told(subject.at(f"{path}/repeat/until"), what, "add `every: 30s` beside it")
    elif isinstance(step, ForEachStep) and Knowledge().verdict(step.items) is False:
        yield from _told(subject.at(f"{path}/for_each"), "an empty list, always")


def _is_hasty(step: RepeatStep, facts: Facts) -> bool:
    """Whether a `repeat` makes the very same reads again and again, without a pause."""
    if step.until is None or step.every or not step.do:
        return False
    actions = [one for one in step.do if isinstance(one, ActionStep) and one.into is not None]
    known = [facts.actions.get(one.call.action) for one in actions]
    reads_only = all(one is not None and one.effect == "read" for one in known)
    named = {one.into for one in actions} | {"loop", "now", "state"}
    args = [part for one in actions for part in templates_in(dict(one.call.args))]
    asked = {one.path[0] for part in args for one in salvage(part.text, "template").references}
    return len(actions) == len(step.do) and reads_only and not asked & named


def _told(
    found: Found | None, what: str, mend: str = "write what is meant, or leave it out"
) -> Iterator[Problem]:
    if found is None:
        return
    written = getattr(found.node, "text", "this")
    yield Problem(
        "odd-duration",
        f"`{written}` is {what}",
        found.node.span,
        "warning",
        help=mend,
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
    "pause that is longer than the longest, a `repeat` of no turns or without a pause, a "
    "`for_each` over nothing.",
    "- wait: 0s\n- action: log.write\n  with: {message: at once}",
    "- wait: 10s\n- action: log.write\n  with: {message: in a moment}",
    odd,
    "warning",
)
