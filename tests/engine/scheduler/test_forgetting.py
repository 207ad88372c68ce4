"""What a recipe that was switched off does not make up for."""

from __future__ import annotations

import pytest
from support.stage import START, stage

from beeflow.types import Json, iso

ACTION = "actions:\n  - {action: log.write, with: {message: fired}}\n"
HOUR = 3600.0
SCHEDULE = "trigger: {schedule: {every: 1h}}\n"
EVENT_START = "trigger: {event_start: -15m}\n"
WATCH = (
    "trigger:\n  watch:\n    every: 1m\n    fires: each\n    items: chat\n    key: item.ref\n"
    "    fetch: {chat: {action: chat.list, with: {}}}\n"
)


@pytest.mark.parametrize("trigger", [SCHEDULE, EVENT_START, WATCH])
async def test_a_recipe_that_was_off_does_not_fire_for_that_time(trigger: str) -> None:
    chat: list[Json] = []
    async with stage(trigger + ACTION) as one:
        one.answers["chat.list"] = lambda _args: list(chat)
        start = {"event_ref": "E1", "event_date": iso(START + 2 * HOUR)}
        await one.webhook("event.created", start)
        one.events = [dict(start)]
        await one.pass_time(600)
        await one.deploy("enabled: false\n" + trigger + ACTION)
        chat.append({"ref": "C1"})
        await one.pass_time(2.5 * HOUR)
        await one.deploy(trigger + ACTION)
        await one.pass_time(600)
        assert one.calls.times("log.write") == []


async def test_a_recipe_that_is_not_there_for_a_while_makes_up_for_it() -> None:
    async with stage(SCHEDULE + ACTION) as one:
        await one.pass_time(600)
        one.book.remove("recipe")
        await one.replan()
        await one.pass_time(HOUR)
        await one.deploy(SCHEDULE + ACTION)
        await one.pass_time(60)
        assert len(one.calls.times("log.write")) == 1
