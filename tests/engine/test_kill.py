"""Waits of days survive a kill: an engine is killed while its runs wait, another carries on."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from support.stage import START, Stage, stage

from beeflow.engine.journal.sqlite import SqliteJournal

DAY = 86400.0

LONG = """\
trigger: {webhook: event.created}
actions:
  - {action: log.write, with: {message: "hello {{ trigger.data.event_ref }}"}}
  - wait: 3d
  - action: email.send
    once: trigger.data.event_ref
    with: {to: "{{ trigger.data.event_ref }}"}
  - parallel:
      - - wait: 2d
        - {action: log.write, with: {message: "branch {{ trigger.data.event_ref }}"}}
      - - {wait_for: {webhook: event.done, timeout: 9d}, as: done}
        - {action: log.write, with: {message: "done {{ done.data.event_ref }}"}}
"""
BATCHED = """\
trigger: {webhook: signup.created}
batch: {window: 5d}
actions:
  - {action: log.write, with: {message: "{{ trigger.items | length }} signups"}}
"""

DAEMON = f"""\
import asyncio, sys
from pathlib import Path
from support.stage import stage
from beeflow.engine.journal.sqlite import SqliteJournal

async def main(path):
    journal = await SqliteJournal.open(Path(path))
    async with stage({LONG!r}, {BATCHED!r}, journal=journal) as one:
        for number in range(20):
            await one.webhook("event.created", {{"event_ref": f"E{{number}}"}})
            await one.webhook("signup.created", {{"event_ref": f"E{{number}}"}})
        print(len(one.calls.of("log.write")), flush=True)
        await asyncio.Event().wait()

asyncio.run(main(sys.argv[1]))
"""


def killed_daemon(path: Path) -> int:
    """Let an engine take events until its runs wait, and kill it; returns how often it wrote."""
    tests = Path(__file__).parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", DAEMON, str(path)],
        stdout=subprocess.PIPE,
        cwd=tests,
        env={"PYTHONPATH": f"{tests}:{tests.parent}"},
        text=True,
    ) as process:
        assert process.stdout is not None
        written = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.wait()
    return written


def times(one: Stage, action: str) -> list[float]:
    """Return when an action was called, in days since the first start."""
    return sorted({at / DAY for at in one.calls.times(action)})


async def test_waits_of_days_survive_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "beeflow.db"
    assert killed_daemon(path) == 20

    journal = await SqliteJournal.open(path)
    async with stage(LONG, BATCHED, journal=journal, now=START + DAY) as one:
        assert one.calls.made == []
        assert not one.runtime.active
        await one.pass_time(3 * DAY)
        assert times(one, "email.send") == [3]
        assert sorted(str(args["to"]) for args in one.calls.of("email.send")) == sorted(
            f"E{number}" for number in range(20)
        )
    await journal.close()

    again = await SqliteJournal.open(path)
    async with stage(LONG, BATCHED, journal=again, now=START + 7 * DAY) as two:
        for number in range(20):
            await two.webhook("event.done", {"event_ref": f"E{number}"}, id=f"done-{number}")
        await two.pass_time(30 * DAY)
        messages = sorted(str(args["message"]) for args in two.calls.of("log.write"))
        expected = [f"{word} E{number}" for word in ("branch", "done") for number in range(20)]
        assert messages == sorted([*expected, "20 signups"])
        assert times(two, "log.write") == [7]
        assert set(await two.outcomes()) == {"succeeded"}
        assert await two.outcomes("recipe-2") == ["succeeded"]
    await again.close()
