"""The writer: group commit, isolation, order, and who hears of it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

import pytest

from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.engine.journal.sqlite import writer as writer_module
from beeflow.engine.journal.sqlite.writer import Ears, Writer
from beeflow.errors import JournalBroken, JournalError, JournalFull, StaleRun

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


class Traced:
    """A table of numbers, a writer for it, and the statements it made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE n (x INTEGER UNIQUE)")
        self.statements: list[str] = []
        db.set_trace_callback(self.statements.append)
        self.broken: list[JournalBroken] = []
        self.gate = threading.Event()
        self.writer = Writer(db, path, Ears(self.broken.append))

    def hold(self) -> asyncio.Future[bool]:
        """Keep the writer busy until the gate opens, so that what follows is one batch."""
        return self.writer.do(lambda _: self.gate.wait(30))

    def insert(self, number: int) -> asyncio.Future[int]:
        return self.writer.do(lambda db: _insert(db, number))

    def numbers(self) -> list[int]:
        db = sqlite3.connect(self.path)
        try:
            return [row[0] for row in db.execute("SELECT x FROM n ORDER BY x")]
        finally:
            db.close()

    def count(self, statement: str) -> int:
        return sum(one.startswith(statement) for one in self.statements)


def _insert(db: Connection, number: int) -> int:
    db.execute("INSERT INTO n VALUES (?)", (number,))
    return number


def insert_and_break(db: Connection) -> None:
    _insert(db, 1000)
    raise LookupError("half-way")


def refuse(_: Connection) -> None:
    raise StaleRun("no")


@pytest.fixture
async def traced(folder: Path) -> AsyncIterator[Traced]:
    made = Traced(folder / "beeflow.db")
    yield made
    made.gate.set()
    await asyncio.to_thread(made.writer.close)


async def test_what_has_queued_up_is_one_transaction(traced: Traced) -> None:
    held = traced.hold()
    futures = [traced.insert(number) for number in range(20)]
    traced.gate.set()

    assert await held
    assert await asyncio.gather(*futures) == list(range(20))

    assert traced.count("BEGIN") <= 2
    assert traced.count("COMMIT") <= 2
    assert traced.count("SAVEPOINT") == 0
    assert traced.numbers() == list(range(20))


async def test_an_answer_comes_after_the_commit(traced: Traced) -> None:
    await traced.insert(1)

    assert traced.statements[-1] == "COMMIT"
    assert traced.numbers() == [1]


async def test_one_that_refuses_costs_the_others_nothing(traced: Traced) -> None:
    traced.hold()
    futures: list[asyncio.Future[Any]] = [
        traced.insert(1),
        traced.writer.do(refuse),
        traced.insert(2),
    ]
    traced.gate.set()
    answers = await asyncio.gather(*futures, return_exceptions=True)

    assert answers[0] == 1
    assert isinstance(answers[1], StaleRun)
    assert answers[2] == 2
    assert traced.count("ROLLBACK") == traced.count("SAVEPOINT") == 0
    assert traced.numbers() == [1, 2]


async def test_one_that_fails_half_way_is_taken_back_alone(traced: Traced) -> None:
    traced.hold()
    futures: list[asyncio.Future[Any]] = [
        traced.insert(1),
        traced.writer.do(refuse),
        traced.writer.do(insert_and_break),
        traced.insert(2),
        traced.insert(2),
    ]
    traced.gate.set()
    answers = await asyncio.gather(*futures, return_exceptions=True)

    assert answers[0] == 1
    assert isinstance(answers[1], StaleRun)
    assert isinstance(answers[2], LookupError)
    assert answers[3] == 2
    assert isinstance(answers[4], sqlite3.IntegrityError)
    assert traced.numbers() == [1, 2]
    assert not traced.broken


async def test_operations_are_done_in_the_order_they_were_asked_for(traced: Traced) -> None:
    seen: list[int] = []

    def note(number: int) -> asyncio.Future[None]:
        return traced.writer.do(lambda _: seen.append(number))

    await asyncio.gather(*(note(number) for number in range(1500)))

    assert seen == list(range(1500))


async def test_a_batch_is_bounded(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "LARGEST_BATCH", 10)
    held = traced.hold()
    futures = [traced.insert(number) for number in range(40)]
    traced.gate.set()
    await asyncio.gather(held, *futures)

    assert traced.count("COMMIT") >= 4


async def test_each_loop_is_woken_once_a_batch(
    traced: Traced, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    woken: list[object] = []
    call = loop.call_soon_threadsafe

    def counted(*args: object) -> object:
        woken.append(args)
        return call(*args)  # type: ignore[arg-type]  # passed on as they came

    held = traced.hold()
    futures = [traced.insert(number) for number in range(20)]
    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    traced.gate.set()
    await asyncio.gather(held, *futures)

    assert len(woken) <= 2


async def test_several_loops_are_served(traced: Traced) -> None:
    async def insert(number: int) -> int:
        return await traced.insert(number)

    elsewhere = [asyncio.to_thread(asyncio.run, insert(number)) for number in range(4)]

    assert await asyncio.gather(*elsewhere, insert(4)) == [0, 1, 2, 3, 4]


async def test_who_is_gone_is_not_told_and_hurts_nobody(traced: Traced) -> None:
    traced.hold()
    gone, kept = traced.insert(1), traced.insert(2)
    gone.cancel()
    traced.gate.set()

    assert await kept == 2
    assert traced.numbers() == [1, 2]


def test_a_loop_that_is_closed_hurts_nobody(folder: Path) -> None:
    made = Traced(folder / "beeflow.db")

    async def leave() -> None:
        made.hold()
        made.insert(1)

    asyncio.run(leave())
    made.gate.set()
    made.writer.close()

    assert made.numbers() == [1]


async def test_closing_finishes_what_was_asked_for(traced: Traced) -> None:
    traced.hold()
    futures = [traced.insert(number) for number in range(5)]
    closing = asyncio.create_task(asyncio.to_thread(traced.writer.close))
    traced.gate.set()
    await closing

    assert await asyncio.gather(*futures) == [0, 1, 2, 3, 4]
    with pytest.raises(JournalError, match="closed"):
        traced.insert(6)


# --- faults ----------------------------------------------------------------------------------


class Failing:
    """A connection whose next COMMIT fails so."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.errors: list[sqlite3.Error] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.db, name)

    def execute(self, sql: str, *args: object) -> object:
        if sql == "COMMIT" and self.errors:
            raise self.errors.pop(0)
        return self.db.execute(sql, *args)  # type: ignore[arg-type]  # passed on as they came


def sqlite_error(code: int, text: str = "x") -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    error.sqlite_errorname = "SQLITE_X"
    return error


@pytest.fixture
def failing(folder: Path) -> Iterator[tuple[Traced, Failing]]:
    made = Traced(folder / "beeflow.db")
    made.writer.close()
    db = sqlite3.connect(made.path, isolation_level=None, check_same_thread=False)
    connection = Failing(db)
    made.writer = Writer(connection, made.path, Ears(made.broken.append))  # type: ignore[arg-type]  # stands in
    yield made, connection
    made.gate.set()
    made.writer.close()


async def test_a_full_disk_fails_those_who_wait_and_passes(
    failing: tuple[Traced, Failing],
) -> None:
    traced, connection = failing
    connection.errors = [sqlite_error(sqlite3.SQLITE_FULL)]
    held = traced.hold()
    futures = [traced.insert(1), traced.insert(2)]
    traced.gate.set()
    answers = await asyncio.gather(*futures, return_exceptions=True)

    # The commit that failed was that of the hold, or of all three.
    assert connection.errors == []
    failed = [answer for answer in answers if isinstance(answer, JournalFull)]
    assert len({id(one) for one in failed}) == len(failed)
    with pytest.raises(JournalFull):
        await held
    assert await traced.insert(3) == 3
    assert traced.numbers()[-1] == 3
    assert not traced.broken


async def test_any_other_fault_is_the_end(failing: tuple[Traced, Failing]) -> None:
    traced, connection = failing
    connection.errors = [sqlite_error(sqlite3.SQLITE_IOERR_FSYNC, "disk I/O error")]

    with pytest.raises(JournalBroken, match="disk I/O error"):
        await traced.insert(1)
    with pytest.raises(JournalBroken, match="disk I/O error"):
        await traced.insert(2)

    assert len(traced.broken) == 1
    assert traced.numbers() == []


async def test_a_fault_while_closing_is_told(failing: tuple[Traced, Failing]) -> None:
    traced, connection = failing

    def fail() -> None:
        raise sqlite_error(sqlite3.SQLITE_IOERR_WRITE, "no more")

    close = connection.db.close
    connection.close = fail  # type: ignore[attr-defined]  # stands in
    traced.writer.close()
    close()

    assert [str(one) for one in traced.broken] == [f"the journal {traced.path}: no more"]


async def test_what_is_broken_already_is_not_told_again(
    failing: tuple[Traced, Failing],
) -> None:
    traced, connection = failing
    traced.writer.give_up(JournalBroken("first"))
    traced.writer.give_up(JournalBroken("second"))

    def fail() -> None:
        raise sqlite_error(sqlite3.SQLITE_IOERR_WRITE, "third")

    close = connection.db.close
    connection.close = fail  # type: ignore[attr-defined]  # stands in
    with pytest.raises(JournalBroken, match="first"):
        await traced.insert(1)
    traced.writer.close()
    close()

    assert [str(one) for one in traced.broken] == ["first"]


async def test_a_fault_in_the_second_try_is_one_too(failing: tuple[Traced, Failing]) -> None:
    traced, _ = failing

    def half_done_then_full(db: Connection) -> None:
        _insert(db, 1)
        if db.execute("SELECT count(*) FROM n").fetchone()[0] != 1:
            raise LookupError
        attempts.append(1)
        if len(attempts) == 1:
            raise LookupError("first")
        raise sqlite_error(sqlite3.SQLITE_FULL)

    attempts: list[int] = []
    with pytest.raises(JournalFull):
        await traced.writer.do(half_done_then_full)
    assert await traced.insert(2) == 2
    assert traced.numbers() == [2]


async def test_tells_how_long_each_commit_took_and_how_much_it_held(tmp_path: Path) -> None:
    told: list[tuple[float, int]] = []
    journal = await SqliteJournal.open(
        tmp_path / "beeflow.db", committed=lambda *commit: told.append(commit)
    )
    await asyncio.gather(*(journal.mark({str(one): one}) for one in range(5)))
    assert journal.backlog == 0
    await journal.close()
    assert all(seconds > 0 for seconds, _ in told)
    assert sum(operations for _, operations in told) == 5


async def test_tells_when_there_was_no_room(tmp_path: Path) -> None:
    told: list[JournalFull] = []
    db = sqlite3.connect(tmp_path / "n.db", isolation_level=None, check_same_thread=False)
    db.execute("CREATE TABLE n (x INTEGER UNIQUE)")
    writer = Writer(db, tmp_path / "n.db", Ears(lambda _error: None, told.append))

    def full(_db: Connection) -> None:
        raise sqlite_error(sqlite3.SQLITE_FULL)

    await writer.do(lambda db: _insert(db, 1))
    assert told == []
    with pytest.raises(JournalFull):
        await writer.do(full)
    assert len(told) == 1
    writer.close()
