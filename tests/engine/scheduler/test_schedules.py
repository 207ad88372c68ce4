"""Schedules, through the real engine on a virtual clock."""

from __future__ import annotations

import pytest
from support.stage import START, Stage, stage

from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.records import Filter

LOG = "actions:\n  - {action: log.write, with: {message: \"{{ trigger.scheduled_for | date('%d %H:%M') }}\"}}\n"
HOUR = 3600.0


def at(cron: str, more: str = "") -> str:
    return f'trigger: {{schedule: "{cron}", timezone: UTC{more}}}\n' + LOG


def logged(one: Stage) -> list[object]:
    return [args["message"] for args in one.calls.of("log.write")]


async def test_cron_fires_each_time_once() -> None:
    # START is Friday 2027-01-15 08:00 UTC.
    async with stage(at("0 9,17 * * *")) as one:
        await one.pass_time(48 * HOUR)
        assert logged(one) == ["15 09:00", "15 17:00", "16 09:00", "16 17:00"]


async def test_every_is_aligned_to_the_wall_clock() -> None:
    text = "trigger: {schedule: {every: 20m}, timezone: UTC}\n" + LOG
    async with stage(text, now=START + 300) as one:
        await one.pass_time(HOUR)
        assert logged(one) == ["15 08:20", "15 08:40", "15 09:00"]


async def test_at_fires_once() -> None:
    text = 'trigger: {schedule: {at: "2027-01-15 10:00"}, timezone: UTC}\n' + LOG
    async with stage(text) as one:
        await one.pass_time(100 * HOUR)
        assert logged(one) == ["15 10:00"]


async def test_at_in_the_past_never_fires() -> None:
    text = 'trigger: {schedule: {at: "2027-01-15 07:59"}, timezone: UTC, missed: all}\n' + LOG
    async with stage(text) as one:
        await one.pass_time(HOUR)
        assert logged(one) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ["15 10:30"]),
        (", missed: skip", []),
        (", missed: all", ["15 10:00", "15 10:30"]),
        (", missed: all, grace: 3h", ["15 08:30", "15 09:00", "15 09:30", "15 10:00", "15 10:30"]),
        (", missed: once, grace: 10m", []),
    ],
)
async def test_times_that_passed_while_nothing_ran(more: str, expected: list[str]) -> None:
    journal = MemoryJournal()
    text = at("*/30 8-10 * * *", more)
    async with stage(text, journal=journal) as one:
        await one.pass_time(60)
    async with stage(text, journal=journal, now=START + 2 * HOUR + 2700) as later:
        await later.pass_time(60)
        assert logged(later) == expected


@pytest.mark.parametrize(("missed", "expected"), [("skip", 1), ("once", 1), ("all", 5)])
async def test_a_short_outage_makes_up_for_no_more_than_a_long_one(
    missed: str, expected: int
) -> None:
    journal = MemoryJournal()
    text = f"trigger: {{schedule: {{every: 10s}}, missed: {missed}}}\n" + LOG
    async with stage(text, journal=journal) as one:
        await one.pass_time(30)
        assert len(logged(one)) == 3
    async with stage(text, journal=journal, now=START + 85) as later:
        await later.pass_time(1)
        assert len(logged(later)) == expected


async def test_a_restart_repeats_nothing() -> None:
    journal = MemoryJournal()
    text = at("0 9 * * *", ", missed: all")
    async with stage(text, journal=journal) as one:
        await one.pass_time(HOUR)
        assert logged(one) == ["15 09:00"]
    async with stage(text, journal=journal, now=START + HOUR + 30) as later:
        await later.pass_time(HOUR)
        assert logged(later) == []


async def test_a_reload_neither_loses_nor_repeats_a_time() -> None:
    async with stage(at("0 9 * * *")) as one:
        await one.pass_time(HOUR - 1)
        await one.deploy(at("0 9 * * *") + "  - {wait: 1s}\n")
        await one.pass_time(1)
        await one.deploy(at("0 9 * * *"))
        await one.pass_time(HOUR)
        assert logged(one) == ["15 09:00"]


async def test_a_changed_schedule_makes_up_for_nothing_of_its_own_past() -> None:
    async with stage(at("0 20 * * *")) as one:
        await one.pass_time(600)
        await one.deploy(at("5 8 * * *", ", missed: all"))
        await one.pass_time(600)
        assert logged(one) == []


async def test_what_a_schedule_has_in_scope() -> None:
    text = (
        "trigger: {name: morning, schedule: '0 9 * * *', timezone: UTC}\n"
        'actions:\n  - {action: log.write, with: {message: "{{ [trigger.kind, trigger.name, '
        'trigger.data, trigger.fired_at >= trigger.scheduled_for] }}"}}\n'
    )
    async with stage(text) as one:
        await one.pass_time(HOUR)
        assert logged(one) == [["schedule", "morning", {}, True]]
        (event, runs) = (await one.journal.events(Filter()))[0]
        assert event.key == "schedule/recipe/2027-01-15T09:00:00.000Z"
        assert runs == 1


async def test_a_disabled_recipe_keeps_no_time() -> None:
    async with stage("enabled: false\n" + at("0 9 * * *")) as one:
        await one.pass_time(2 * HOUR)
        assert logged(one) == []
