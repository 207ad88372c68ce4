"""Migrations: from nothing to today's form, whole or not at all."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from engine.journal.sample import event, output_of, record

from beeflow.engine.journal import encoding
from beeflow.engine.journal.records import Admission, Cancel
from beeflow.engine.journal.sqlite import SqliteJournal, checking, migrations
from beeflow.engine.journal.sqlite.migrations import Migration
from beeflow.errors import JournalError, JournalFull, JournalTooNew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST = Migration(1, "CREATE TABLE a (x);")
SECOND = Migration(2, "INSERT INTO a VALUES (1); CREATE TABLE b (x);")
BROKEN = Migration(2, "CREATE TABLE b (x); INSERT INTO a VALUES (1); INSERT INTO c VALUES (1);")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "beeflow.db"


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(path, isolation_level=None)
    yield made
    made.close()


def tables(db: sqlite3.Connection) -> list[str]:
    found = db.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
    return [name for (name,) in found]


def test_an_empty_file_gets_all_tables(db: sqlite3.Connection, path: Path) -> None:
    known = migrations.load()

    migrations.migrate(db, str(path), known)

    assert migrations.version_of(db, str(path)) == len(known)
    assert {"event", "run", "record", "wait"} <= set(tables(db))
    assert list(path.parent.iterdir()) == [path]


def test_only_what_is_missing_is_applied(db: sqlite3.Connection, path: Path) -> None:
    migrations.migrate(db, str(path), (FIRST,))
    migrations.migrate(db, str(path), (FIRST, SECOND))
    migrations.migrate(db, str(path), (FIRST, SECOND))

    assert tables(db) == ["a", "b"]
    assert db.execute("SELECT x FROM a").fetchall() == [(1,)]
    assert migrations.version_of(db, str(path)) == 2


def test_a_copy_is_left_before_a_journal_is_changed(db: sqlite3.Connection, path: Path) -> None:
    migrations.migrate(db, str(path), (FIRST,))
    db.execute("INSERT INTO a VALUES (7)")
    copy = path.with_name("beeflow.db.v1")
    copy.write_text("left by an attempt that did not end")

    migrations.migrate(db, str(path), (FIRST, SECOND))

    before = sqlite3.connect(copy)
    assert before.execute("SELECT x FROM a").fetchall() == [(7,)]
    assert before.execute("PRAGMA user_version").fetchone() == (1,)
    before.close()
    assert copy.stat().st_mode & 0o777 == 0o600


def test_of_the_copies_the_last_is_kept_and_its_name_told(
    db: sqlite3.Connection, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    migrations.migrate(db, str(path), (FIRST,))
    migrations.migrate(db, str(path), (FIRST, SECOND))
    assert migrations.copies_of(path) == (path.with_name("beeflow.db.v1"),)
    path.with_name("beeflow.db.v7").touch()  # of a later beeflow: not ours to remove
    path.with_name("beeflow.db.version").touch()
    path.with_name("other.db.v1").touch()

    migrations.migrate(db, str(path), (FIRST, SECOND, Migration(3, "CREATE TABLE c (x);")))

    assert [copy.name for copy in migrations.copies_of(path)] == ["beeflow.db.v2", "beeflow.db.v7"]
    assert "from the form 2 to 3" in caplog.text
    assert str(path.with_name("beeflow.db.v2")) in caplog.text


def test_several_migrations_are_one_transaction(db: sqlite3.Connection, path: Path) -> None:
    migrations.migrate(db, str(path), (FIRST,))

    with pytest.raises(sqlite3.OperationalError, match="no such table: d"):
        migrations.migrate(
            db, str(path), (FIRST, SECOND, Migration(3, "INSERT INTO d VALUES (1);"))
        )

    assert tables(db) == ["a"]
    assert migrations.version_of(db, str(path)) == 1


def test_without_room_for_a_copy_nothing_is_changed(
    db: sqlite3.Connection, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations.migrate(db, str(path), (FIRST,))

    def full(_path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(migrations, "sync", full)
    with pytest.raises(OSError, match="No space left"):
        migrations.migrate(db, str(path), (FIRST, SECOND))

    assert tables(db) == ["a"]
    assert migrations.copies_of(path) == ()


class Refusing(sqlite3.Connection):
    """A connection that cannot make a copy."""

    code = sqlite3.SQLITE_FULL

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if sql.startswith("VACUUM INTO"):
            error = sqlite3.OperationalError("refused")
            error.sqlite_errorcode = self.code
            raise error
        return super().execute(sql, *parameters)


@pytest.mark.parametrize(
    ("code", "kind", "told"),
    [
        (sqlite3.SQLITE_FULL, JournalFull, r"no room for .*beeflow\.db\.v1, the copy"),
        (sqlite3.SQLITE_READONLY, sqlite3.OperationalError, "refused"),
    ],
)
def test_a_copy_for_which_there_is_no_room_is_named(
    path: Path, code: int, kind: type[Exception], told: str
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, factory=Refusing)) as db:
        migrations.migrate(db, str(path), (FIRST,))
        db.code = code
        with pytest.raises(kind, match=told):
            migrations.migrate(db, str(path), (FIRST, SECOND))
        assert tables(db) == ["a"]
    assert migrations.copies_of(path) == ()


def test_a_migration_that_breaks_is_taken_back(db: sqlite3.Connection, path: Path) -> None:
    migrations.migrate(db, str(path), (FIRST,))

    with pytest.raises(sqlite3.OperationalError, match="no such table: c"):
        migrations.migrate(db, str(path), (FIRST, BROKEN))

    assert not db.in_transaction
    assert tables(db) == ["a"]
    assert db.execute("SELECT x FROM a").fetchall() == []
    migrations.migrate(db, str(path), (FIRST, SECOND))
    assert tables(db) == ["a", "b"]


def test_a_later_form_is_refused_with_both_versions(db: sqlite3.Connection, path: Path) -> None:
    migrations.migrate(db, str(path), (FIRST, SECOND))

    with pytest.raises(JournalTooNew, match=r"beeflow\.db has the form 2.*up to 1"):
        migrations.migrate(db, str(path), (FIRST,))


def test_an_earlier_form_is_not_read(db: sqlite3.Connection, path: Path) -> None:
    migrations.migrate(db, str(path), (FIRST,))

    migrations.require_readable(db, str(path), 1, 1)
    migrations.require_readable(db, str(path), 2, 1)
    with pytest.raises(JournalError, match=r"has the form 1.*reads the form 2.*beeflow serve"):
        migrations.require_readable(db, str(path), 2, 2)


@pytest.mark.parametrize(
    "script",
    ["CREATE TABLE other (x)", "PRAGMA user_version = 3", "PRAGMA application_id = 7"],
)
def test_a_database_of_something_else_is_refused(
    db: sqlite3.Connection, path: Path, script: str
) -> None:
    db.execute(script)

    with pytest.raises(JournalError, match="not a journal of beeflow: name another file"):
        migrations.version_of(db, str(path))


@pytest.mark.parametrize("names", [["0002_b.sql"], ["0001_a.sql", "0003_c.sql"], ["a.sql"]])
def test_numbers_run_from_one_without_a_gap(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1;")

    with pytest.raises(ValueError, match=f"{names[-1]} is not migration"):
        migrations.load(tmp_path)


async def test_what_an_earlier_form_held_is_all_there(folder: Path) -> None:
    path = folder / "beeflow.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrations.migrate(db, str(path), migrations.load()[:2])
        db.execute(
            "INSERT INTO event (key, source, type, received_at, body) VALUES "
            "('a', 'main', 'event.created', 1.0, CAST('{}' AS BLOB))"
        )
        for status, outcome, group, ref in (
            ("done", "succeeded", "E1", "E1"),
            ("waiting", None, "E1", "E1"),
            ("ready", None, "E2", "E1"),
            ("ready", None, None, None),
            ("ready", None, "E2", "E2"),
        ):
            db.execute(
                "INSERT INTO run (recipe, recipe_hash, event, status, outcome, trigger_index, "
                "group_value, group_mode, created_at, depth, event_ref) "
                "VALUES ('greet', 'x', 1, ?, ?, 0, ?, 'parallel', 1.0, 1, ?)",
                (status, outcome, group, ref),
            )
        for run, part, path_ in ((1, 1, "a"), (2, 1, "a"), (2, 2, "b"), (3, 1, "a")):
            records = encoding.encode_records([record(path_, output=f"{run}.{part}")])
            db.execute("INSERT INTO record VALUES (?, ?, ?)", (run, part, records))

    journal = await SqliteJournal.open(path)

    assert await output_of(journal, "r-1", "a") == "1.1"
    assert await output_of(journal, "r-2", "b") == "2.2"
    counts = await journal.counts()
    assert (counts.runs, counts.outcomes) == (
        {"ready": 3, "waiting": 1, "done": 1},
        {"succeeded": 1},
    )
    assert (await journal.standing()).unfinished == {"ready": 3, "waiting": 1}
    await journal.save("r-2", (record("a", output="new"),))
    assert await output_of(journal, "r-2", "a") == "new"
    cancel = (Cancel("greet", "E1"),)
    moved = (await journal.admit(Admission(event("b"), cancels=cancel))).moved
    assert (moved.cancelled, moved.stopping) == (("r-2",), ("r-3", "r-4"))
    assert await journal.ready() == ("r-3", "r-4", "r-5")
    await journal.close()
    assert checking.check(path).findings == ("3 unfinished runs whose recipe's text is gone",)
