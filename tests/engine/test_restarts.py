"""A run that is interrupted at any place does what it would have done without: no more, no less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.stage import START, Stage

from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.errors import Failure
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.engine.journal.protocol import Journal

MAIN = """\
trigger: {webhook: event.created}
timeout: 20h
actions:
  - set: {began: "{{ now }}"}
  - for_each: range(7)
    as: n
    parallel: 3
    into: made
    on_error: continue
    do:
      - wait: "{{ n + 1 }}m"
      - {if: n == 4, action: chat.moderate, with: {}}
      - action: events.set_status
        with: {n: "{{ n }}", index: "{{ loop.index }}"}
        retry: {attempts: 4, delay: 90s}
  - repeat: {until: "state.get('seen', 0) >= 3"}
    every: 7m
    max: 9
    do: [{state: {increment: {seen: 1}}}]
  - parallel:
      - - {wait_for: {webhook: poll.created, timeout: 2h}, as: poll}
        - {action: slack.post, with: {text: "{{ poll.data.poll_ref }}"}}
      - - {run: child, as: ran, with: {n: 3}}
        - {action: log.write, with: {message: "{{ ran.result.total }}"}}
      - - wait: {until: began | datetime | plus('5h')}
        - {action: email.send, once: trigger.data.event_ref, with: {to: me, at: "{{ now }}"}}
  - {wait_for: {webhook: poll.deleted, timeout: 30m}, as: gone, on_timeout: continue}
  - {action: log.write, with: {message: "{{ made | length }} {{ gone.timed_out }}"}}
  - {wait: 3h}
  - {action: events.get, as: event, with: {}}
on_error:
  - {wait: 10m}
  - {action: log.write, with: {message: "{{ error.kind }} {{ error.step }}"}}
"""

CHILD = """\
inputs: {n: {type: integer}}
actions:
  - {wait: 11m}
  - set: {total: "{{ inputs.n * 2 }}"}
"""

MINUTE = 60.0


def refused(args: Any) -> Any:
    """Answer at the third try only, by what was asked: nothing is remembered over a restart."""
    return (
        {"n": args["n"]} if args["n"] != 2 else Failure("http", "busy", status=503, retryable=True)
    )


async def opened(journal: Journal, now: float) -> Stage:
    one = Stage(journal, now)
    for name, text in (("main", MAIN), ("child", CHILD)):
        recipe = parse_recipe(text, path=f"{name}.yaml").recipe
        assert recipe is not None
        await one.book.put(recipe)
    one.answers["events.set_status"] = refused
    one.answers["chat.moderate"] = one.answers["events.get"] = Failure("http", "gone", status=404)
    await one.start()
    return one


async def played(journal: Journal, pause: float) -> tuple[list[Any], list[Any]]:
    """Play it all, with a restart after each `pause` seconds; returns the calls and the ends."""
    made: list[Any] = []
    now = START
    happen = {START: "event.created", START + 100 * MINUTE: "poll.created"}
    while now < START + 16 * 60 * MINUTE:
        one = await opened(journal, now)
        until = now + pause
        for at, kind in happen.items():
            if now <= at < until:
                await one.pass_time(at - one.clock.now())
                field = "poll_event_ref" if kind == "poll.created" else "event_ref"
                await one.webhook(kind, {field: "E1", "poll_ref": "P1"}, id=kind)
        await one.pass_time(until - one.clock.now())
        await one.stop()
        made += [(round(at), name, dict(args)) for at, name, args in one.calls.made]
        now = until
    ends = [(run.outcome, run.reason) for run in await one.runs("main")]
    ends += [(run.outcome, run.reason) for run in await one.runs("child")]
    return made, ends


@pytest.mark.parametrize("minutes", [3.7, 61.0])
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_restarts_change_nothing(minutes: float, kind: str, tmp_path: Path) -> None:
    whole = await played(MemoryJournal(), 24 * 60 * MINUTE)
    journal: Journal = MemoryJournal()
    if kind == "sqlite":
        journal = await SqliteJournal.open(tmp_path / "beeflow.db", synchronous="NORMAL")
    assert await played(journal, minutes * MINUTE) == whole
    await journal.close()
    calls, ends = whole
    assert [name for _, name, _ in calls].count("email.send") == 1
    assert [name for _, name, _ in calls].count("events.set_status") >= 9
    assert calls[-1][1:] == ("log.write", {"message": "http event"})
    assert [outcome for outcome, _ in ends] == ["failed", "succeeded"]
