"""What lies behind the place up to which SQLite reads a log."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from beeflow.engine.journal.sqlite import SqliteJournal, checking, wal
from beeflow.engine.journal.sqlite.wal import Hole, find_hole, hole_behind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from beeflow.engine.journal.sqlite.opening import Synchronous

PAGE = 4096
FRAME = 24 + PAGE
COMMITS = 6


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log of a process that died: each of its frames is a commit."""
    db = sqlite3.connect(tmp_path / "written.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    for number in range(COMMITS):
        db.execute(f"PRAGMA user_version = {number}")
    shutil.copy(tmp_path / "written.db-wal", tmp_path / "beeflow.db-wal")
    shutil.copy(tmp_path / "written.db", tmp_path / "beeflow.db")
    db.close()
    assert (tmp_path / "beeflow.db-wal").stat().st_size == 32 + COMMITS * FRAME
    return tmp_path / "beeflow.db-wal"


def changed(log: Path, place: int, content: bytes) -> None:
    with log.open("r+b") as file:
        file.seek(place)
        file.write(content)


@pytest.mark.parametrize(
    ("place", "content", "frame", "commits"),
    [
        (32 + 2 * FRAME + 24 + 100, b"x", 2, 4),
        (32 + 1 * FRAME, bytes(FRAME), 1, 4),
        (32 + 3 * FRAME + 8, b"other salts", 3, 2),
        (0, bytes(32), 0, COMMITS),
        (0, bytes(PAGE), 0, COMMITS - 1),
    ],
)
def test_commits_behind_damage_are_found_either_way(
    log: Path, place: int, content: bytes, frame: int, commits: int
) -> None:
    changed(log, place, content)
    found = Hole(32 + frame * FRAME, commits)
    assert (find_hole(log), hole_behind(log, frame)) == (found, found)
    with sqlite3.connect(log.with_name("beeflow.db")) as db:
        read = db.execute("PRAGMA wal_checkpoint").fetchone()[1]
    db.close()
    assert read == frame


@pytest.mark.parametrize(
    "change",
    [
        lambda _log: None,
        lambda log: changed(log, 32 + (COMMITS - 1) * FRAME, b"x"),
        lambda log: os.truncate(log, 32 + 2 * FRAME + 500),
        lambda log: log.write_bytes(b""),
        lambda log: log.unlink(),
    ],
)
def test_what_a_kill_or_a_power_loss_leaves_of_a_commit_is_none(
    log: Path, change: Callable[[Path], object]
) -> None:
    change(log)
    assert find_hole(log) is None


def test_what_is_written_while_it_is_looked_at_is_none(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = log.read_bytes()
    changed(log, 32 + 2 * FRAME, bytes(FRAME))
    look = wal._hole
    assert find_hole(log) is not None

    def late(*given: object) -> Hole | None:
        found = look(*given)  # type: ignore[arg-type]
        log.write_bytes(whole)
        return found

    monkeypatch.setattr(wal, "_hole", late)
    assert find_hole(log) is None


def test_a_log_that_begins_anew_is_looked_at_anew(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(log, 32 + 2 * FRAME, bytes(FRAME))
    look = wal._hole

    def anew(*given: object) -> Hole | None:
        found = look(*given)  # type: ignore[arg-type]
        changed(log, 16, bytes([log.read_bytes()[16] ^ 1]))
        return found

    monkeypatch.setattr(wal, "_hole", anew)
    assert find_hole(log) is None


@pytest.mark.parametrize(
    ("synchronous", "blame"), [("FULL", "look at the disk"), ("NORMAL", "a power loss may do")]
)
async def test_the_next_start_tells_of_it_once_and_a_check_before_it(
    folder: Path, caplog: pytest.LogCaptureFixture, synchronous: Synchronous, blame: str
) -> None:
    path, left = folder / "beeflow.db", folder / "left.db"
    journal = await SqliteJournal.open(path)
    for number in range(9):
        await journal.mark({f"mark{number}": 1})
    for ending in ("", "-wal"):
        shutil.copy(f"{path}{ending}", f"{left}{ending}")
    await journal.close()
    log = folder / "left.db-wal"
    changed(log, 32 + 2 * FRAME, bytes(FRAME))

    (finding,) = checking.check(left).findings
    assert finding.startswith("left.db-wal is damaged from byte")
    for _ in range(2):
        await (await SqliteJournal.open(left, synchronous=synchronous)).close()
    (told,) = [one.message for one in caplog.records if "is damaged" in one.message]
    assert "commits behind it are lost" in told
    assert blame in told
