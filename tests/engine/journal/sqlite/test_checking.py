"""Checking a journal: each thing that can be wrong is found, and none where nothing is."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import DONE, batch, begin, event, record, start, wait

from beeflow.engine.journal.records import Admission
from beeflow.engine.journal.sqlite import SqliteJournal, migrations
from beeflow.engine.journal.sqlite.backup import back_up
from beeflow.engine.journal.sqlite.checking import check
from beeflow.errors import JournalTooNew, NothingFound
from beeflow.recipe.model import Bundle

if TYPE_CHECKING:
    from pathlib import Path


async def lived_in(path: Path) -> SqliteJournal:
    """Return a journal with everything in it: ended, waiting, collected and pruned."""
    journal = await SqliteJournal.open(path)
    await journal.keep_bundle("0" * 64, Bundle("greet.yaml", (("greet.yaml", "name: x"),)))
    await begin(journal, "old", at=10.0)
    await journal.finish("r-1", (record("a"),), DONE, 20.0)
    await journal.prune(50.0)
    await begin(journal, "a", start(), start(delay=batch()))
    await begin(journal, "b", start(delay=batch()))
    await journal.park("r-2", (record("a"),), None, (wait("r-2"),))
    await begin(journal, "c")
    await journal.finish("r-4", (), DONE, 150.0)
    await journal.admit(Admission(event("d")))
    return journal


async def test_nothing_is_wrong_with_a_journal_in_use_nor_with_one_at_rest(folder: Path) -> None:
    path = folder / "beeflow.db"
    journal = await lived_in(path)

    used = check(path)

    assert used.findings == ()
    assert used.holder == str(os.getpid())
    assert used.log > 0
    await journal.close()
    at_rest = check(path)
    assert (at_rest.findings, at_rest.holder, at_rest.log) == ((), None, 0)
    assert at_rest.counts is not None
    assert (at_rest.counts.events, dict(at_rest.counts.runs)) == (
        4,
        {"delayed": 1, "waiting": 1, "done": 1},
    )
    assert at_rest.size == path.stat().st_size


@pytest.mark.parametrize(
    ("script", "finding"),
    [
        ("DELETE FROM event WHERE seq = 5", "1 events are gone that nothing pruned"),
        ("DELETE FROM event WHERE seq = 4", "1 runs whose event is gone"),
        (
            "UPDATE event SET body = NULL, digest = x'00' WHERE seq = 2",
            "2 unfinished runs whose event",
        ),
        ("DELETE FROM recipe", "2 unfinished runs whose recipe's text is gone"),
        ("INSERT INTO record VALUES (77 << 24 | 1, x'5b5d')", "records of 1 runs that are gone"),
        ("UPDATE wait SET run = 4", "1 waits of runs that are over"),
        ("UPDATE run_event SET run = 77", "1 links between runs and events"),
        ("UPDATE event SET digest = NULL WHERE seq = 1", "1 pruned events without the digest"),
    ],
)
async def test_what_does_not_fit_together_is_found(folder: Path, script: str, finding: str) -> None:
    path = folder / "beeflow.db"
    await (await lived_in(path)).close()
    db = sqlite3.connect(path)
    db.executescript(script)
    db.close()

    assert any(finding in found for found in check(path).findings), check(path).findings


async def test_damage_is_found_and_nothing_is_counted_then(folder: Path) -> None:
    path = folder / "beeflow.db"
    await (await lived_in(path)).close()
    whole = bytearray(path.read_bytes())
    db = sqlite3.connect(path)
    page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'run_outcome'").fetchone()[0]
    db.close()
    whole[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(whole)

    report = check(path)

    assert report.counts is None
    assert report.findings
    assert all(found.startswith("it is damaged: ") for found in report.findings)


async def test_files_that_others_may_read_are_found(folder: Path) -> None:
    path = folder / "beeflow.db"
    await (await lived_in(path)).close()
    path.chmod(0o640)

    (finding,) = check(path).findings

    assert "beeflow.db is open to others (mode 640): chmod 600" in finding


@pytest.mark.parametrize("form", [1, 2])
async def test_one_of_an_earlier_form_is_checked_and_copied_as_it_is(
    folder: Path, form: int
) -> None:
    path, copy = folder / "beeflow.db", folder / "copy.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrations.migrate(db, str(path), migrations.load()[:form])
        for key in ("a", "b"):
            db.execute(
                "INSERT INTO event (key, source, type, received_at, body) VALUES "
                "(?, 'main', 'event.created', 1.0, CAST('{}' AS BLOB))", (key,)
            )  # fmt: skip
    path.chmod(0o600)

    report = check(path)
    assert (report.form, report.findings) == (form, ())
    assert report.counts is not None
    assert report.counts.events == 2
    assert back_up(path, copy).counts.events == 2
    assert check(copy).form == form

    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DELETE FROM event WHERE key = 'a'")
    assert check(path).findings == ("1 events are gone that nothing pruned",)


async def test_what_cannot_be_read_as_a_journal_is_an_error(folder: Path) -> None:
    with pytest.raises(NothingFound):
        check(folder / "beeflow.db")
    path = folder / "beeflow.db"
    await (await lived_in(path)).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(JournalTooNew):
        check(path)
