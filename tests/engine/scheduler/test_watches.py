"""Watches, through the real engine on a virtual clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.stage import START, Stage, stage

from beeflow.engine.journal.memory import MemoryJournal
from beeflow.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json

LOG = 'actions:\n  - {action: log.write, with: {message: "{{ trigger.data.event_ref }}"}}\n'

FEW = (
    "trigger:\n  watch:\n    every: 1m\n    for_events: {status: live}\n"
    "    fetch: {stream: {action: events.stream, with: {event_ref: '{{ trigger.data.event_ref }}'}}}\n"
    "    when: stream.viewers < 50\n"
) + LOG

CHAT = (
    "trigger:\n  watch:\n    every: 1m\n    fires: each\n"
    "    fetch: {messages: {action: chat.list, with: {event_ref: E1}}}\n"
    "    items: messages\n    key: item.chat_ref\n"
    'actions:\n  - {action: log.write, with: {message: "{{ trigger.item.chat_message }}"}}\n'
)


def fired(one: Stage) -> list[tuple[float, object]]:
    return [(at, args["message"]) for at, name, args in one.calls.made if name == "log.write"]


def watching(one: Stage, viewers: list[int], status: str = "live") -> None:
    """Let the stream have so many viewers, look after look."""
    one.answers["events.list"] = [[{"event_ref": "E1", "event_status": status}]]
    one.answers["events.stream"] = [{"viewers": number} for number in viewers]


async def test_fires_on_the_edge_and_again_only_after_it_was_false() -> None:
    async with stage(FEW) as one:
        watching(one, [80, 40, 30, 20, 90, 10, 10])
        await one.pass_time(7 * 60)
        assert fired(one) == [(120.0, "E1"), (360.0, "E1")]


async def test_before_the_first_look_it_counts_as_false() -> None:
    async with stage(FEW) as one:
        watching(one, [10])
        await one.pass_time(5 * 60)
        assert fired(one) == [(60.0, "E1")]


async def test_for_means_that_it_must_hold_that_long() -> None:
    async with stage(FEW.replace("    when", "    for: 3m\n    when")) as one:
        watching(one, [10, 10, 90, 10, 10, 10, 10, 10])
        await one.pass_time(8 * 60)
        assert fired(one) == [(420.0, "E1")]


async def test_only_events_that_are_meant_are_looked_at() -> None:
    async with stage(FEW) as one:
        watching(one, [10], status="idle")
        await one.pass_time(180)
        assert fired(one) == []
        assert not one.calls.of("events.stream")


@pytest.mark.parametrize(
    ("status", "asked"), [("live", [{"status": "live"}]), ("force_live", [{}])]
)
async def test_the_list_is_asked_for_what_it_knows(
    status: str, asked: list[Mapping[str, Json]]
) -> None:
    async with stage(FEW.replace("status: live", f"status: {status}")) as one:
        one.refusals["events.list"] = lambda args: (
            ["`status` is `force_live`"] if args.get("status") == "force_live" else []
        )
        watching(one, [10], status=status)
        await one.pass_time(60)
        assert one.calls.of("events.list") == asked
        assert fired(one) == [(60.0, "E1")]


async def test_a_restart_neither_repeats_an_edge_nor_swallows_one() -> None:
    journal = MemoryJournal()
    async with stage(FEW, journal=journal) as one:
        watching(one, [10])
        await one.pass_time(120)
        assert len(fired(one)) == 1
    async with stage(FEW, journal=journal, now=START + 300) as later:
        watching(later, [10, 90, 10])
        await later.pass_time(300)
        assert len(fired(later)) == 1


async def test_each_fires_for_what_is_new_and_the_first_look_is_the_baseline() -> None:
    first: Json = [{"chat_ref": "c1", "chat_message": "old"}]
    second: Json = [
        {"chat_ref": "c2", "chat_message": "new"},
        {"chat_ref": "c1", "chat_message": "old"},
    ]
    async with stage(CHAT) as one:
        one.answers["chat.list"] = [first, first, second, second]
        await one.pass_time(300)
        assert fired(one) == [(180.0, "new")]


async def test_ten_recipes_that_watch_one_stream_make_one_request_a_round() -> None:
    async with stage(*([FEW] * 10)) as one:
        watching(one, [80])
        await one.pass_time(180)
        assert len(one.calls.of("events.stream")) == 3
        assert len(one.calls.of("events.list")) == 3


async def test_a_read_that_fails_is_no_edge() -> None:
    async with stage(FEW) as one:
        watching(one, [])
        answers: list[object] = [
            {"viewers": 10},
            Failure("http", "down", status=500, retryable=True),
        ]
        one.answers["events.stream"] = [*answers, {"viewers": 10}]
        await one.pass_time(300)
        assert fired(one) == [(60.0, "E1")]


async def test_a_broken_watch_does_not_hinder_another() -> None:
    broken = FEW.replace("stream.viewers", "stream.nothing")
    async with stage(broken, FEW) as one:
        watching(one, [10])
        await one.pass_time(60)
        assert fired(one) == [(60.0, "E1")]


async def test_what_was_seen_is_forgotten_for_events_that_are_no_longer_meant() -> None:
    async with stage(FEW) as one:
        watching(one, [10])
        await one.pass_time(60)
        assert "watch/recipe/0/E1" in await one.journal.marks("watch/")
        one.answers["events.list"] = [[]]
        await one.pass_time(60)
        marks: Mapping[str, Json] = await one.journal.marks("watch/")
        assert "watch/recipe/0/E1" not in marks
