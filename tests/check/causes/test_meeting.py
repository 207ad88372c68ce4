from __future__ import annotations

import pytest

from beeflow.check.causes.meeting import meet
from beeflow.check.logic.constancy import Tries
from beeflow.recipe.model import (
    EventStartTrigger,
    RunTrigger,
    ScheduleTrigger,
    Trigger,
    WatchTrigger,
    WebhookTrigger,
)

NINE = ScheduleTrigger("Europe/Copenhagen", cron="0 9 * * *")
EVENING = ScheduleTrigger("UTC", cron="0 20 * * *")
QUARTERS = ScheduleTrigger("UTC", every=900.0)


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (NINE, QUARTERS, "at the same time"),
        (QUARTERS, NINE, "at the same time"),
        (NINE, EVENING, None),
        (NINE, ScheduleTrigger("UTC", at="2027-06-01 07:00"), "at the same time"),
        (NINE, ScheduleTrigger("UTC", at="2027-06-01 09:00"), None),
        (EventStartTrigger(-60.0), EventStartTrigger(-60.0, name="a"), "at the same moment of each event"),
        (EventStartTrigger(-60.0), NINE, None),
        (RunTrigger(("failed",), "a"), RunTrigger(("failed",), "b"), None),
        (WatchTrigger(60.0, ()), WatchTrigger(60.0, ()), None),
        (WebhookTrigger(("event.*",), {}), WebhookTrigger(("event.created",), {}), "for the same webhook"),
        (WebhookTrigger(("event.created",), {}), NINE, None),
    ],
)  # fmt: skip
def test_what_begins_two_runs_at_once(one: Trigger, other: Trigger, words: str | None) -> None:
    assert meet(one, other, Tries()) == words


def test_without_tries_nothing_is_sure() -> None:
    assert meet(NINE, NINE, Tries(10)) is None
