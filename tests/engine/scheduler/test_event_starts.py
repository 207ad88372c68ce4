"""Moments relative to events' starts, through the real engine on a virtual clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from support.stage import START, Stage, stage

from beeflow.engine.journal.memory import MemoryJournal
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from beeflow.types import Json

LOG = 'actions:\n  - {action: log.write, with: {message: "{{ trigger.event.event_ref }}"}}\n'
BEFORE = "trigger: {event_start: -15m}\n" + LOG
MINUTE = 60.0
HOUR = 3600.0


def event(ref: str, start: float) -> dict[str, Json]:
    """Return an event as the API lists it, starting so many seconds after START."""
    date = datetime.fromtimestamp(START + start, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {"event_ref": ref, "event_date": date, "event_title": f"Event {ref}"}


def told(ref: str, start: float) -> dict[str, Json]:
    """Return an event as a webhook tells of it."""
    date = datetime.fromtimestamp(START + start, UTC).strftime("%Y-%m-%d %H:%M:%S +00:00")
    return {"event_ref": ref, "event_date": date, "event_date_unix": int(START + start)}


def fired(one: Stage) -> list[tuple[float, object]]:
    return [(at, args["message"]) for at, _, args in one.calls.made if "message" in args]


async def test_fires_before_each_event() -> None:
    async with stage(BEFORE) as one:
        one.events = [event("E1", HOUR), event("E2", 2 * HOUR)]
        await one.webhook("event.created", told("E1", HOUR))
        await one.webhook("event.created", told("E2", 2 * HOUR))
        await one.pass_time(3 * HOUR)
        assert fired(one) == [(45 * MINUTE, "E1"), (105 * MINUTE, "E2")]


async def test_fires_after_with_a_positive_offset() -> None:
    async with stage(BEFORE.replace("-15m", "+10m")) as one:
        one.events = [event("E1", HOUR)]
        await one.webhook("event.created", told("E1", HOUR))
        await one.pass_time(3 * HOUR)
        assert fired(one) == [(70 * MINUTE, "E1")]


async def test_follows_an_event_that_is_moved_and_forgets_one_that_is_deleted() -> None:
    async with stage(BEFORE) as one:
        await one.webhook("event.created", told("E1", HOUR))
        await one.webhook("event.created", told("E2", HOUR))
        one.events = [event("E1", 4 * HOUR)]
        await one.webhook("event.updated", told("E1", 4 * HOUR), keys_updated=["event_date"])
        await one.webhook("event.deleted", {"event_ref": "E2"})
        await one.pass_time(5 * HOUR)
        assert fired(one) == [(4 * HOUR - 15 * MINUTE, "E1")]


async def test_an_event_moved_after_its_reminder_fires_again_for_the_new_time() -> None:
    async with stage(BEFORE) as one:
        one.events = [event("E1", HOUR)]
        await one.webhook("event.created", told("E1", HOUR))
        await one.pass_time(50 * MINUTE)
        one.events = [event("E1", 3 * HOUR)]
        await one.webhook("event.updated", told("E1", 3 * HOUR), keys_updated=["event_date"])
        await one.pass_time(4 * HOUR)
        assert [at for at, _ in fired(one)] == [45 * MINUTE, 165 * MINUTE]


async def test_moved_into_the_past_is_skipped_by_default() -> None:
    async with stage(BEFORE) as one:
        await one.webhook("event.created", told("E1", 5 * HOUR))
        await one.webhook("event.updated", told("E1", 10 * MINUTE), keys_updated=["event_date"])
        await one.pass_time(6 * HOUR)
        assert fired(one) == []


async def test_moved_into_the_past_fires_now_where_wished() -> None:
    text = "trigger: {event_start: -15m, if_past: now}\n" + LOG
    async with stage(text) as one:
        await one.webhook("event.created", told("E1", 5 * HOUR))
        await one.pass_time(MINUTE)
        await one.webhook("event.updated", told("E1", 10 * MINUTE), keys_updated=["event_date"])
        await one.pass_time(6 * HOUR)
        assert fired(one) == [(MINUTE, "E1")]


async def test_what_was_past_when_the_recipe_came_is_not_moved_into_the_past() -> None:
    text = "trigger: {event_start: -15m, if_past: now}\n" + LOG
    async with stage() as one:
        one.events = [event("OLD", -48 * HOUR), event("SOON", 10 * MINUTE), event("E1", HOUR)]
        await one.deploy(text)
        await one.settle()
        await one.pass_time(2 * HOUR)
        assert fired(one) == [(45 * MINUTE, "E1")]


async def test_an_event_that_no_webhook_told_of_fires_now_while_it_has_not_begun() -> None:
    text = "trigger: {event_start: -15m, if_past: now}\n" + LOG
    async with stage(text) as one:
        await one.pass_time(MINUTE)
        one.events = [event("SOON", 20 * MINUTE), event("BEGUN", 5 * MINUTE)]
        await one.pass_time(2 * HOUR)
        assert fired(one) == [(10 * MINUTE, "SOON")]


async def test_a_move_into_the_past_that_no_webhook_told_of_fires_now_where_wished() -> None:
    text = "trigger: {event_start: -15m, if_past: now}\n" + LOG
    async with stage(text) as one:
        one.events = [event("E1", 5 * HOUR)]
        await one.webhook("event.created", told("E1", 5 * HOUR))
        await one.pass_time(MINUTE)
        one.events = [event("E1", 5 * MINUTE)]
        await one.pass_time(6 * HOUR)
        assert fired(one) == [(10 * MINUTE, "E1")]


async def test_other_updates_change_nothing() -> None:
    async with stage(BEFORE) as one:
        one.events = [event("E1", HOUR)]
        await one.webhook("event.created", told("E1", HOUR))
        await one.pass_time(50 * MINUTE)
        await one.webhook("event.updated", told("E1", HOUR), keys_updated=["event_title"])
        await one.pass_time(HOUR)
        assert [at for at, _ in fired(one)] == [45 * MINUTE]


async def test_a_missed_webhook_loses_no_reminder() -> None:
    async with stage(BEFORE) as one:
        one.events = [event("E1", HOUR), event("E2", 2 * HOUR)]
        await one.pass_time(20 * MINUTE)
        one.events = [event("E1", 90 * MINUTE)]
        await one.pass_time(3 * HOUR)
        assert fired(one) == [(75 * MINUTE, "E1")]


async def test_an_api_that_is_down_keeps_the_plan() -> None:
    async with stage(BEFORE) as one:
        await one.webhook("event.created", told("E1", HOUR))

        async def down() -> list[dict[str, Json]]:
            raise ActionError(Failure("connection", "down"))

        one.event_starts._platform = type(one.event_starts._platform)(down, one._start_of)
        await one.pass_time(2 * HOUR)
        assert fired(one) == [(45 * MINUTE, "E1")]


async def test_the_plan_survives_a_restart_and_what_was_due_meanwhile_fires_late_and_once() -> None:
    journal = MemoryJournal()
    async with stage(BEFORE, journal=journal) as one:
        one.events = [event("E1", HOUR), event("E2", 3 * HOUR)]
        await one.pass_time(11 * MINUTE)
    again = 50 * MINUTE
    async with stage(journal=journal, now=START + again) as later:
        later.events = [event("E1", HOUR), event("E2", 3 * HOUR)]
        await later.deploy(BEFORE)
        await later.settle()
        await later.pass_time(3 * HOUR)
        assert fired(later) == [(again, "E1"), (165 * MINUTE, "E2")]


async def test_a_trigger_that_is_new_does_not_fire_for_what_has_passed() -> None:
    async with stage() as one:
        await one.webhook("event.created", told("E1", 20 * MINUTE))
        one.events = [event("E1", 20 * MINUTE), event("E2", HOUR)]
        await one.pass_time(10 * MINUTE)
        await one.deploy(BEFORE)
        await one.pass_time(2 * HOUR)
        assert fired(one) == [(45 * MINUTE, "E2")]


async def test_what_an_event_start_has_in_scope() -> None:
    text = (
        "trigger: {event_start: -15m, name: soon}\nactions:\n"
        '  - {action: log.write, with: {message: "{{ trigger.kind }} {{ trigger.name }} '
        '{{ trigger.data.event_ref }} {{ trigger.event.event_title }}"}}\n'
    )
    async with stage(text) as one:
        one.events = [event("E1", HOUR)]
        await one.pass_time(HOUR)
        assert [message for _, message in fired(one)] == ["event_start soon E1 Event E1"]


async def test_a_webhook_that_comes_while_the_list_is_read_is_newer_than_the_list() -> None:
    async with stage(BEFORE) as one:

        async def listing() -> list[dict[str, Json]]:
            if one.clock.now() < START + 15 * MINUTE:
                await one.webhook("event.created", told("E1", HOUR))
                return []
            return [event("E1", HOUR)]

        one.event_starts._platform = type(one.event_starts._platform)(listing, one._start_of)
        one.settle = one.dispatcher.idle  # type: ignore[method-assign]  # within the ring itself
        await one.clock.run_until(START + 10 * MINUTE, one.dispatcher.idle)
        while one.event_starts.alarm.due:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0)
        assert await one.journal.planned_refs() == {"E1": START + HOUR}
