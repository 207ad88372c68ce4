from __future__ import annotations

from contextlib import closing
from sqlite3 import Connection
from typing import TYPE_CHECKING

from engine.journal.sample import DONE, event, record, start, wait

from beeflow.engine.journal import policy
from beeflow.engine.journal.records import Admission
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.engine.journal.sqlite.known import UNSURE, Known, known_by
from beeflow.engine.journal.sqlite.opening import open_for_writing

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_waits_is_known_by_its_topic() -> None:
    known = Known()
    assert not known.waits
    known.wait("event.created")
    assert known.waits_on("event.created")
    assert not known.waits_on("event.deleted")
    assert not known.ends_awaited
    known.wait("event.*")
    assert known.waits_on("event.deleted")
    other = Known()
    other.wait("run:r-1")
    assert other.waits
    assert other.ends_awaited
    assert not other.waits_on("event.created")


def test_runs_that_begin_are_counted_until_the_journal_is_to_be_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(policy, "UNFINISHED", 3)
    known = Known()
    assert not known.begin("greet")
    known.count("greet", 1)
    assert [known.begin("greet") for _ in range(3)] == [True, True, False]
    known.count("greet", 2)
    assert known.begin("greet")


def test_a_connection_of_which_nothing_is_known_may_hold_anything() -> None:
    with closing(Connection(":memory:")) as db:
        known = known_by(db)
    assert known is UNSURE
    assert known.waits_on("event.created")
    assert known.may_queue("greet")
    known.count("greet", 1)
    assert not known.begin("greet")


async def test_what_was_there_is_known_again_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "beeflow.db"
    journal = await SqliteJournal.open(path)
    group = {"group": "g", "mode": "queue"}
    first = await journal.admit(Admission(event("a"), (start(**group),)))
    await journal.admit(Admission(event("b"), (start(**group),)))
    run = first.runs[0]
    await journal.park(run, (record("w", "open"),), None, (wait(run, "w", "event.created"),))
    await journal.close()

    with closing(open_for_writing(path, "FULL")) as db:
        known = known_by(db)
        assert known.waits_on("event.created")
        assert not known.waits_on("event.deleted")
        assert not known.ends_awaited
        assert known.may_queue("greet")
        assert not known.may_queue("other")


async def test_a_wait_and_a_queue_that_come_up_later_are_seen(tmp_path: Path) -> None:
    journal = await SqliteJournal.open(tmp_path / "beeflow.db")
    try:
        group = {"group": "g", "mode": "queue"}
        first = await journal.admit(Admission(event("a"), (start(**group),)))
        await journal.admit(Admission(event("b"), (start(**group),)))
        run = first.runs[0]
        await journal.park(run, (record("w", "open"),), None, (wait(run, "w", event("c").type),))
        met = await journal.admit(Admission(event("c"), wakes=lambda _wait: True))
        assert met.moved.ready == (run,)
        ended = await journal.finish(run, (), DONE, 200.0)
        assert len(ended.ready) == 1
    finally:
        await journal.close()
