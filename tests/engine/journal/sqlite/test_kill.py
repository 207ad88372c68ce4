"""Killed at any moment, the journal holds all it acknowledged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from engine.journal.sample import record

from beeflow.engine.commands import Claim
from beeflow.engine.journal.records import Filter
from beeflow.engine.journal.sqlite import SqliteHistory, SqliteJournal

LOOP = """
import asyncio, sys
from pathlib import Path
from engine.journal.sample import DONE, begin, grouped, record
from beeflow.engine.commands import Claim
from beeflow.engine.journal.sqlite import SqliteJournal

async def work(journal, name):
    number = 0
    while True:
        number += 1
        key = f"{sys.argv[2]}/{name}/{number}"
        receipt = await begin(journal, key, grouped("parallel"))
        print("admitted", key, receipt.event_id, receipt.runs[0], flush=True)
        run = receipt.runs[0]
        if number % 2:
            won = await journal.claim(run, "greet", record("c"), Claim("c", "once", key))
            print("claimed", key, won, run, flush=True)
            await journal.finish(run, (record("a", output=number),), DONE, 200.0)
            print("finished", key, number, run, flush=True)

async def main():
    journal = await SqliteJournal.open(Path(sys.argv[1]))
    await asyncio.gather(*(work(journal, name) for name in range(8)))

asyncio.run(main())
"""

LINES = 400


def killed(path: Path, name: str) -> list[list[str]]:
    """Let a process write, kill it in the middle, and return what it was promised."""
    tests = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", LOOP, str(path), name],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tests)},
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(LINES)]
    process.send_signal(signal.SIGKILL)
    lines += process.stdout.readlines()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    # The last line may have been cut off: then nobody was told.
    return [line.split() for line in lines if line.endswith("\n")]


async def test_all_that_was_acknowledged_is_there_after_kills(folder: Path) -> None:
    path = folder / "beeflow.db"
    told: list[list[str]] = []
    for name in ("first", "second", "third"):
        told += killed(path, name)
    assert len(told) >= 3 * LINES

    acknowledged = sum(line[0] == "admitted" for line in told)
    assert (await SqliteHistory(path).counts()).events >= acknowledged

    journal = await SqliteJournal.open(path)
    events = {kept.id: kept for kept, _ in await journal.events(Filter(limit=0))}
    runs = {run.id: run for run in await journal.runs(Filter(limit=0))}
    finished = {line[3] for line in told if line[0] == "finished"}
    for what, key, value, run in told:
        if what == "admitted":
            assert events[value].key == key
            assert runs[run].event == value
        elif what == "claimed":
            assert value == "True"
            assert not await journal.claim(
                await _any_open(journal), "greet", record("other"), Claim("c", "once", key)
            )
        else:
            opened = await journal.run(run)
            assert opened is not None
            assert opened.run.outcome == "succeeded"
            assert opened.records["a"].output == int(value)
    # What was not finished may run; what the kill cut off is either whole or not there.
    assert set(await journal.ready(limit=10**6)).isdisjoint(finished)
    assert journal.missing == 0
    assert {run.event for run in runs.values()} == set(events)
    await journal.close()


async def _any_open(journal: SqliteJournal) -> str:
    (run,) = await journal.ready(limit=1)
    return run
