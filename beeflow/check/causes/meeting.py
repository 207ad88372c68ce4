"""Whether two triggers begin runs at once, by one and the same cause."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from beeflow.check.logic.constancy import possible
from beeflow.check.logic.patterns import pattern_formulas
from beeflow.recipe.model import (
    EventStartTrigger,
    RunTrigger,
    ScheduleTrigger,
    WebhookTrigger,
)
from beeflow.recipe.patterns import type_matches
from beeflow.recipe.schedules import Schedule

if TYPE_CHECKING:
    from beeflow.check.logic.constancy import Tries
    from beeflow.recipe.model import Trigger

_FROM: Final = (1_767_225_600.0, 1_782_864_000.0)
"""Where the looking for common times begins, whatever the clock says: in winter and in summer."""

_TIMES: Final = 32
"""Times of each schedule, from each beginning, that are held against the other."""

_PAIR: Final = 5_000
"""What holding two schedules against each other costs, in comparisons."""


def meet(one: Trigger, other: Trigger, tries: Tries) -> str | None:
    """Return what begins runs by both, in words; None where that is not sure."""
    match one, other:
        case WebhookTrigger(), WebhookTrigger():
            return "for the same webhook" if _share_webhook(one, other, tries) else None
        case EventStartTrigger(), EventStartTrigger() if one.offset == other.offset:
            return "at the same moment of each event"
        case RunTrigger(), RunTrigger() if one.recipe == other.recipe:
            share = set(one.outcomes) & set(other.outcomes)
            return "at the end of the same run" if share else None
        case ScheduleTrigger(), ScheduleTrigger() if tries.spend(_PAIR):
            return "at the same time" if _coincide(_timed(one), _timed(other)) else None
        case _:
            return None


def _share_webhook(one: WebhookTrigger, other: WebhookTrigger, tries: Tries) -> bool:
    """Whether one webhook may start both, as far as that can be told."""
    globs = [(mine, theirs) for mine in one.types for theirs in other.types]
    if not any(type_matches(a, b) or type_matches(b, a) for a, b in globs):
        return False
    lines = [[line for _, line in pattern_formulas(trigger.match)] for trigger in (one, other)]
    followed = [len(found) for found in lines] == [len(one.match), len(other.match)]
    return (followed or one.match == other.match) and possible([*lines[0], *lines[1]], tries)


def _timed(trigger: ScheduleTrigger) -> ScheduleTrigger:
    """Return what a schedule's times depend on."""
    return ScheduleTrigger(trigger.timezone, trigger.cron, trigger.every, trigger.at)


@lru_cache(maxsize=1024)
def _coincide(one: ScheduleTrigger, other: ScheduleTrigger) -> bool:
    schedules = [Schedule.from_trigger(trigger, _FROM[0]) for trigger in (one, other)]
    if len({schedule.steady is None for schedule in schedules}) > 1:
        return False  # that one counts from the start of the daemon
    return any(
        theirs.next_after(time - 1) == time
        for mine, theirs in (schedules, schedules[::-1])
        for time in _times(mine)
    )


def _times(schedule: Schedule) -> tuple[float, ...]:
    if schedule.once is not None:
        return (schedule.once,)
    return tuple(time for start in _FROM for time in schedule.between(start, float("inf"), _TIMES))
