"""Runs give way while webhooks crowd in: those that send them wait for an answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from support.stage import Stage, stage

from beeflow.engine import door
from beeflow.engine.dispatch import local
from beeflow.engine.journal.memory import MemoryJournal

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from beeflow.engine.journal.records import Admission, Receipt

RECIPE = """
trigger: {webhook: event.updated.status}
actions:
  - {action: events.get, with: {}}
"""


async def until(holds: Callable[[], bool]) -> None:
    """Return once something holds."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - there is nothing to wait on
            await asyncio.sleep(0.001)


async def two_begin(one: Stage, between: Callable[[], None]) -> None:
    """Have two webhooks come in whose runs end only when both have been begun."""
    ends = asyncio.Event()

    async def slow() -> dict[str, bool]:
        await ends.wait()
        return {"ok": True}

    one.answers["events.get"] = lambda _args: slow()
    arrivals = [
        asyncio.create_task(one.webhook("event.updated.status", {"event_ref": ref}))
        for ref in ("E1", "E2")
    ]
    await until(lambda: len(one.calls.of("events.get")) == 1)
    assert one.dispatcher.depth == 1
    between()
    await until(lambda: len(one.calls.of("events.get")) == 2)
    ends.set()
    await asyncio.gather(*arrivals)
    assert await one.outcomes() == ["succeeded", "succeeded"]


async def test_few_runs_are_begun_until_the_crowd_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "FEW", 1)
    async with stage(RECIPE) as one:
        one.dispatcher.crowded = lambda: True

        def disperse() -> None:
            one.dispatcher.crowded = lambda: False

        await two_begin(one, disperse)


async def test_a_crowd_that_does_not_end_is_given_way_to_for_a_time_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local, "FEW", 1)
    async with stage(RECIPE) as one:
        one.dispatcher.crowded = lambda: True
        await two_begin(one, lambda: monkeypatch.setattr(local, "PATIENCE", 0.1))


async def test_the_next_crowd_is_given_way_to_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "FEW", 1)
    async with stage(RECIPE) as one:
        one.dispatcher.crowded = lambda: True
        long_ago = asyncio.get_running_loop().time() - 10 * local.PATIENCE
        one.dispatcher._crowd_began = one.dispatcher._crowd_seen = long_ago

        def disperse() -> None:
            one.dispatcher.crowded = lambda: False

        await two_begin(one, disperse)


async def test_webhooks_on_their_way_into_the_journal_are_a_crowd(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "CROWD", 1)
    journal, seen = MemoryJournal(), []
    admit = journal.admit

    async def looked(admission: Admission) -> Receipt:
        seen.append(one.door.crowded())
        return await admit(admission)

    async with stage(RECIPE, journal=journal) as one:
        monkeypatch.setattr(journal, "admit", looked)
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        assert seen == [True]
        assert not one.door.crowded()
