"""The writer: one thread, the only writing connection, everything queued as one transaction.

::

    event loops ──▶ queue ──▶ writer thread:  BEGIN · operation · operation · … · COMMIT
         ▲                                                                         │
         └──────────── one call_soon_threadsafe for each loop ◀── synced ──────────┘

While one commit is being synced the next operations queue up, so that under load one sync
serves many (group commit). An operation that refuses before it changed anything (`StaleRun`,
`ValueError`) costs the others nothing; where one fails half-way, the transaction is rolled back
and all are carried out again, each within a savepoint of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import time
from queue import SimpleQueue
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

import msgspec

from beeflow.engine.journal.sqlite.faults import fault, is_storage
from beeflow.engine.journal.sqlite.known import known_by
from beeflow.errors import JournalBroken, JournalError, JournalFull

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

P = ParamSpec("P")
T = TypeVar("T")

LARGEST_BATCH: Final = 512
"""Operations in one transaction: enough to make the sync cheap, few enough to answer soon."""


class _Operation(msgspec.Struct, eq=False):
    """Something to do in a transaction, and who waits for it."""

    work: Callable[..., Any]
    args: tuple[Any, ...]
    options: dict[str, Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    alone: bool = False
    result: Any = None
    error: BaseException | None = None


class _HalfDone(Exception):  # noqa: N818 - never leaves this module
    """An operation failed after it had changed something."""


class Ears(msgspec.Struct, frozen=True):
    """Who is told what of the writer, in its thread.

    `broken`: an I/O error made an end of it. `full`: a transaction found no room. `committed`: the
    seconds a transaction took, its sync included, and how many operations it held.
    """

    broken: Callable[[JournalBroken], None]
    full: Callable[[JournalFull], None] = lambda _error: None
    committed: Callable[[float, int], None] = lambda _seconds, _operations: None


class Writer:
    """Carries out operations in the order they are handed in.

    After an I/O error every further operation fails with `JournalBroken`.
    """

    def __init__(self, db: Connection, path: Path, ears: Ears) -> None:
        self._db = db
        self._ears = ears
        self._path = path
        self._queue: SimpleQueue[_Operation | None] = SimpleQueue()
        self._broken: JournalBroken | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="beeflow-journal", daemon=True)
        self._thread.start()

    def do(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """Queue an operation; the future has its result once that is on disk."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._enqueue(_Operation(work, args, kwargs, future, loop))
        return future

    def alone(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """Queue an operation that can be in no transaction; all others wait while it is done."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._enqueue(_Operation(work, args, kwargs, future, loop, alone=True))
        return future

    def _enqueue(self, operation: _Operation) -> None:
        if self._closed:
            raise JournalError(f"the journal {self._path} is closed")
        self._queue.put(operation)

    @property
    def backlog(self) -> int:
        """How many operations wait for the next transaction."""
        return self._queue.qsize()

    def close(self) -> None:
        """Finish what was queued, then end the thread and close the connection; blocks."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def give_up(self, error: JournalBroken) -> None:
        """Take nothing any more: a reader has found the file broken."""
        if self._broken is None:
            self._broken = error
            self._ears.broken(error)

    # --- in the writer's thread --------------------------------------------------------------

    def _serve(self) -> None:
        going = True
        while going:
            batch, going = self._collect()
            if batch:
                self._carry_out(batch)
                _answer(batch)
        self._let_go()

    def _collect(self) -> tuple[list[_Operation], bool]:
        """Return what is queued, waiting for the first, and whether more may come."""
        batch: list[_Operation] = []
        queue = self._queue
        item = queue.get()
        while item is not None:
            batch.append(item)
            if len(batch) == LARGEST_BATCH or queue.empty():
                return batch, True
            item = queue.get()
        return batch, False

    def _carry_out(self, batch: list[_Operation]) -> None:
        try:
            if self._broken is not None:
                raise self._broken
            together = [operation for operation in batch if not operation.alone]
            if together:
                began = time.perf_counter()
                self._transact(together)
                self._ears.committed(time.perf_counter() - began, len(together))
            if len(together) < len(batch):
                self._perform_alone(batch)
        except sqlite3.Error as error:
            self._fail(batch, fault(error, self._path))
        except JournalBroken as error:
            self._fail(batch, error)

    def _transact(self, batch: list[_Operation]) -> None:
        try:
            self._try(batch, self._perform)
        except _HalfDone:
            self._try(batch, self._perform_apart)

    def _try(self, batch: list[_Operation], perform: Callable[[_Operation], None]) -> None:
        """Carry a batch out as one transaction, or not at all."""
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            for operation in batch:
                perform(operation)
            db.execute("COMMIT")
        except BaseException:
            known_by(db).doubt()
            # After some errors SQLite has rolled back already.
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    def _perform(self, operation: _Operation) -> None:
        before = self._db.total_changes
        try:
            operation.result = operation.work(self._db, *operation.args, **operation.options)
        except Exception as error:
            if is_storage(error):
                raise
            # Whatever else it is, it belongs to the one who asked, and not to the others.
            if self._db.total_changes != before:
                raise _HalfDone from error
            operation.error = error

    def _perform_apart(self, operation: _Operation) -> None:
        operation.error = None
        self._db.execute("SAVEPOINT operation")
        try:
            operation.result = operation.work(self._db, *operation.args, **operation.options)
        except Exception as error:
            if is_storage(error):
                raise
            # As above; this time what it changed is taken back.
            self._db.execute("ROLLBACK TO operation")
            known_by(self._db).doubt()
            operation.error = error
        self._db.execute("RELEASE operation")

    def _perform_alone(self, batch: list[_Operation]) -> None:
        for operation in batch:
            if operation.alone:
                try:
                    operation.result = operation.work(
                        self._db, *operation.args, **operation.options
                    )
                except JournalFull as error:
                    operation.error = error

    def _fail(self, batch: list[_Operation], error: JournalError) -> None:
        for operation in batch:
            operation.error = type(error)(str(error))
        if isinstance(error, JournalBroken):
            self.give_up(error)
        elif isinstance(error, JournalFull):
            self._ears.full(error)

    def _let_go(self) -> None:
        try:
            self._db.close()
        except sqlite3.Error as error:
            if self._broken is None:
                self._ears.broken(JournalBroken(f"the journal {self._path}: {error}"))


def _answer(batch: list[_Operation]) -> None:
    """Tell everyone who waits: one wake-up for each event loop."""
    for loop in {operation.loop for operation in batch}:
        operations = [operation for operation in batch if operation.loop is loop]
        # A loop that was closed meanwhile has nobody left who waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, operations)


def _resolve(operations: list[_Operation]) -> None:
    for operation in operations:
        if operation.future.done():  # who asked has been cancelled meanwhile
            continue
        if operation.error is not None:
            operation.future.set_exception(operation.error)
        else:
            operation.future.set_result(operation.result)
