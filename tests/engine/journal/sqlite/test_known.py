from __future__ import annotations

from contextlib import closing
from sqlite3 import Connection
from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import DONE, event, record, records_of, stands, start, wait

from beeflow.engine.journal.records import Admission
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.engine.journal.sqlite import known as known_module
from beeflow.engine.journal.sqlite.known import UNSURE, Known, Underway, known_by
from beeflow.engine.journal.sqlite.opening import open_for_writing
from beeflow.errors import StaleRun

if TYPE_CHECKING:
    from pathlib import Path


def test_what_waits_is_known_by_its_topic() -> None:
    known = Known()
    assert not known.waits
    known.wait(1, "event.created")
    assert known.waits_on("event.created")
    assert not known.waits_on("event.deleted")
    assert not known.ends_awaited
    known.wait(1, "event.*")
    assert known.waits_on("event.deleted")
    other = Known()
    other.wait(1, "run:r-1")
    assert other.waits
    assert other.ends_awaited
    assert not other.waits_on("event.created")


def test_unfinished_runs_are_counted_once_the_journal_was_asked() -> None:
    known = Known()
    known.count_in("greet", None)
    assert known.unfinished("greet") is None
    known.learn_unfinished("greet", 2)
    known.count_in("greet", None)
    known.count_in("other", None)
    assert known.unfinished("greet") == 3
    known.count_off("greet", None)
    assert known.unfinished("greet") == 2


def test_groups_are_known_once_the_journal_was_asked() -> None:
    assert Known().wants_groups
    known = Known()
    assert not known.is_empty("greet", "g")
    known.count_in("greet", "g")
    known.learn_groups([("greet", "g"), ("greet", "h")])
    assert not known.wants_groups
    known.count_in("greet", "g")
    known.count_off("greet", "g")
    assert [known.is_empty("greet", group) for group in "ghi"] == [False, False, True]
    known.count_off("greet", "g")
    assert known.is_empty("greet", "g")


def test_runs_under_way_are_known_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_module, "MOST", 2)
    known = Known()
    for run in (1, 2, 3):
        known.begin(run, Underway(run << 24, "greet", None, 1, 100.0))
    assert known.underway(3) is None
    known.wait(1, "event.created")
    first, second = known.leave(1), known.leave(2)
    assert first is not None
    assert second is not None
    assert (first.waits, second.waits) == (True, False)
    assert known.leave(1) is None


def test_in_doubt_the_journal_is_asked_again() -> None:
    known = Known()
    known.learn_unfinished("greet", 1)
    known.learn_groups([("greet", "g")])
    known.begin(1, Underway(1 << 24, "greet", "g", 1, 100.0))
    known.doubt()
    assert known.unfinished("greet") is None
    assert known.underway(1) is None
    assert known.wants_groups


def test_a_connection_of_which_nothing_is_known_may_hold_anything() -> None:
    with closing(Connection(":memory:")) as db:
        known = known_by(db)
    assert known is UNSURE
    assert known.waits_on("event.created")
    assert known.may_queue("greet")
    known.learn_unfinished("greet", 1)
    known.begin(1, Underway(1 << 24, "greet", None, 1, 100.0))
    assert known.unfinished("greet") is None
    assert known.underway(1) is None
    assert not known.wants_groups
    assert not known.is_empty("greet", "g")


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


async def test_what_is_remembered_of_a_transaction_that_was_taken_back_is_forgotten(
    folder: Path,
) -> None:
    """The run that begins next gets the number of the one that never was."""
    journal = await SqliteJournal.open(folder / "beeflow.db")
    one = start(group="one", mode="queue")
    odd = Admission(event("a"), (one,), marks=(("m", object()),))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(TypeError):
        await journal.admit(odd)
    other = start("other", group="other", mode="queue")
    (run,) = (await journal.admit(Admission(event("b"), (other,)))).runs
    (next_one,) = (await journal.admit(Admission(event("c"), (one,)))).runs
    assert (run, next_one) == ("r-1", "r-2")
    await journal.save(run, (record("a"),))

    ended = await journal.finish(run, (record("b"),), DONE, 200.0)

    assert [(one.recipe, one.event) for one in ended.ended] == [("other", "e-1")]
    assert await stands(journal, run, next_one) == ["succeeded", "ready"]
    assert list(await records_of(journal, run)) == ["a", "b"]
    with pytest.raises(StaleRun):
        await journal.save(run, (record("c"),))
    await journal.close()
