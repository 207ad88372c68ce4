"""The clerk: a process that writes into a journal and tells, line by line, what it was promised.

    python -m faults.clerk JOURNAL BUILD

For each line that it reads, a child does the work of a short life, from opening to closing, and
dies of whatever fault was asked for; told is how it ended. Forking spares a start of Python.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.journal.sample import DONE, event, grouped, record
from faults.sabotage import BUILDS

from beeflow.engine.commands import Claim
from beeflow.engine.journal.records import Admission
from beeflow.engine.journal.sqlite import SqliteJournal

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Work:
    """A life: so many rounds of so many clerks side by side, with bodies of so many bytes.

    Two lives with the same `name`, but for 0, bring the same events.
    """

    rounds: int = 3
    clerks: int = 2
    padding: int = 100
    name: int = 0


def say(*words: object) -> None:
    """Tell a promise, in one write."""
    os.write(1, f"ack {' '.join(map(str, words))}\n".encode())


async def live(path: Path, work: Work) -> None:
    """Open the journal, work, close it."""
    journal = await SqliteJournal.open(path)
    async with asyncio.TaskGroup() as group:
        for name in range(work.clerks):
            group.create_task(_serve(journal, name, work))
    await journal.close()


async def _serve(journal: SqliteJournal, name: int, work: Work) -> None:
    for number in range(work.rounds):
        key = f"{work.name or os.getpid()}/{name}/{number}"
        body = b'{"x": "' + b"y" * work.padding + b'"}'
        receipt = await journal.admit(Admission(event(key, body=body), (grouped("parallel"),)))
        if receipt.status != "accepted":
            say(receipt.event_id)
            continue
        (run,) = receipt.runs
        say(receipt.event_id, run, key)
        if number % 3 == 1:
            await journal.claim(run, "greet", record("c"), Claim("c", "once", key))
            say("claimed", run, key)
        if number % 3 != 0:
            await journal.finish(run, (record("a", output=key),), DONE, 200.0)
            say("finished", run, key)


def lives(lines: Iterator[str], path: Path) -> Iterator[int]:
    """For each line (a file for what is said, and the work) let a child live; tells its end."""
    for line in lines:
        said, *numbers = line.split()
        child = os.fork()
        if child == 0:
            os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 1)
            asyncio.run(live(path, Work(*map(int, numbers))))
            os._exit(0)
        yield os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(journal: str, build: str) -> None:
    """Serve until no line comes any more."""
    BUILDS[build]()
    for code in lives(iter(sys.stdin.readline, ""), Path(journal)):
        print(code, flush=True)  # noqa: T201 - how a script tells


class Office:
    """The clerk's process, from the side of a test."""

    def __init__(self, process: Any, said: Path) -> None:
        self._process = process
        self._said = said

    def live(self, work: Work = Work()) -> tuple[int, list[str]]:
        """Let a child live; returns its exit code and the lines it said."""
        self._said.unlink(missing_ok=True)
        order = f"{self._said} {work.rounds} {work.clerks} {work.padding} {work.name}\n"
        self._process.stdin.write(order)
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        lines = self._said.read_text().splitlines() if self._said.exists() else []
        return code, lines


if __name__ == "__main__":
    main(*sys.argv[1:])
