"""The verdict on a journal that was left by a fault: is it whole, and does it hold its promises?"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beeflow.engine.journal.records import Filter
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from beeflow.engine.event import Event
    from beeflow.engine.journal.records import Run


@dataclass(frozen=True, slots=True)
class Promise:
    """What somebody was told is safe: an event and its run, a claim, the end of a run."""

    what: str
    """`claimed`, `finished`, or the id of an event."""
    run: str = ""
    key: str = ""


@dataclass(slots=True)
class Verdict:
    """What is wrong: promises that are broken, and damage."""

    lost: list[Promise] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is."""
        return not self.lost and not self.damage


def promises(lines: Iterable[str]) -> list[Promise]:
    """Read what a clerk said."""
    return [Promise(*line.split()[1:]) for line in lines]


async def judge(path: Path, promised: Iterable[Promise]) -> Verdict:
    """Open a journal as a daemon would that starts again, and look."""
    verdict = Verdict()
    promised = list(promised)
    try:
        journal = await SqliteJournal.open(path)
    except JournalError as error:
        return Verdict(damage=[str(error)])
    try:
        await _look(journal, promised, verdict)
    except JournalError as error:
        verdict.damage.append(str(error))
    finally:
        await journal.close()
    return verdict


async def _look(journal: SqliteJournal, promised: list[Promise], verdict: Verdict) -> None:
    with closing(sqlite3.connect(journal.path)) as db:
        found = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
    verdict.damage += [one for one in found if one != "ok"]
    if journal.missing:
        verdict.damage.append(f"{journal.missing} events are gone from the middle")
    events = {one.id: one for one, _ in await journal.events(Filter(limit=0))}
    keys = Counter(one.key for one in events.values())
    verdict.damage += [f"{key} was taken {count} times" for key, count in keys.items() if count > 1]
    runs = {one.id: one for one in await journal.runs(Filter(limit=0))}
    verdict.damage += [f"{run.id} has no event" for run in runs.values() if run.event not in events]
    begun = {run.event for run in runs.values()}
    verdict.damage += [f"{one} was admitted without its run" for one in events if one not in begun]
    for promise in promised:
        if not await _is_kept(journal, promise, events, runs):
            verdict.lost.append(promise)


async def _is_kept(
    journal: SqliteJournal,
    promise: Promise,
    events: Mapping[str, Event],
    runs: Mapping[str, Run],
) -> bool:
    if promise.what not in {"claimed", "finished"}:
        event = events.get(promise.what)
        return event is not None and promise.key in {"", event.key}
    opened = await journal.run(promise.run) if promise.run in runs else None
    if opened is None:
        return False
    if promise.what == "claimed":
        return "c" in opened.records
    return opened.run.outcome == "succeeded" and opened.records["a"].output == promise.key
