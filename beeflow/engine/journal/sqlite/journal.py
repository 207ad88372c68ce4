"""`SqliteJournal`: the protocol `Journal` on one SQLite file, owned by one process."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import ExitStack
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import msgspec
from msgspec.structs import replace

from beeflow.engine.journal import encoding, ids, reopening
from beeflow.engine.journal.records import Pruned
from beeflow.engine.journal.sqlite import (
    admission,
    intervention,
    keeping,
    planning,
    pruning,
    recording,
    running,
    shrinking,
    waking,
)
from beeflow.engine.journal.sqlite.access import require_writable
from beeflow.engine.journal.sqlite.faults import require_room, translated
from beeflow.engine.journal.sqlite.history import Readers, StoredHistory
from beeflow.engine.journal.sqlite.keeping import Asker
from beeflow.engine.journal.sqlite.lock import LockFile
from beeflow.engine.journal.sqlite.opening import (
    Synchronous,
    missing_events,
    open_for_writing,
    real_file,
    require_place,
)
from beeflow.engine.journal.sqlite.place import Place
from beeflow.engine.journal.sqlite.running import End
from beeflow.engine.journal.sqlite.writer import Ears, Writer
from beeflow.errors import JournalBroken, JournalFull, StaleRun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from sqlite3 import Connection

    from beeflow.engine.commands import Claim, Ending, Pass, WriteState
    from beeflow.engine.journal.records import (
        Admission,
        Moved,
        PlannedEvent,
        Receipt,
        Record,
        StoredWait,
    )
    from beeflow.recipe.model import Bundle
    from beeflow.types import Json

P = ParamSpec("P")
T = TypeVar("T")


class _Opened(msgspec.Struct, frozen=True):
    """What a journal needs of its file."""

    lock: LockFile
    db: Connection
    readers: Readers
    missing: int


def _open(path: Path, synchronous: Synchronous) -> _Opened:
    """Open everything, or nothing; blocks."""
    require_place(path)
    require_writable(path)
    lock = LockFile(path)
    with translated(path, writing=True), ExitStack() as undo:
        lock.take()
        undo.callback(lock.release)
        db = open_for_writing(path, synchronous)
        undo.callback(db.close)
        lock.guard()
        opened = _Opened(lock, db, Readers(path), missing_events(db))
        undo.pop_all()
    return opened


class SqliteJournal(StoredHistory):
    """The embedded journal. Make one with `await SqliteJournal.open(path)`.

    `broken` is set when an I/O error made an end of it (`fault` says which): nothing may be
    acknowledged any more, and the daemon is to exit. `full` is set from when there was no
    room until `try_room` finds some.
    `missing` is the number of events that were journaled once and are gone, though nothing
    pruned them: to be reported.
    """

    def __init__(
        self, path: Path, opened: _Opened, committed: Callable[[float, int], None]
    ) -> None:
        self.path = path
        self.missing = opened.missing
        self.fault: JournalBroken | None = None
        self.broken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._lock = opened.lock
        self._readers = opened.readers
        # Any run that begins from now on is pinned to one of these.
        self._live: set[str] = set()
        self.full = asyncio.Event()
        self._writer = Writer(opened.db, path, Ears(self._break, self._run_full, committed))
        self._place = Place.of(path)

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        synchronous: Synchronous = "FULL",
        committed: Callable[[float, int], None] = lambda _seconds, _operations: None,
    ) -> SqliteJournal:
        """Open the journal in the file `path`, or begin one.

        `committed` is told, from another thread, how many seconds each commit took, and how many
        operations it held.

        With `synchronous` "NORMAL" a power loss may cost the last events that were accepted; a
        crash of the process never does. Raises `JournalLocked`, `JournalTooNew`, `JournalFull`,
        `JournalBroken` for a damaged file, and `JournalError` for what is no journal.
        """
        path = real_file(path)
        return cls(path, await asyncio.to_thread(_open, path, synchronous), committed)

    def announce(self, address: str) -> None:
        """Say where this process listens, to other commands that find the journal owned."""
        self._lock.announce(address)

    async def close(self) -> None:
        """Finish what was asked for, and let go of the file."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        # The readers first: the last connection to close carries the log over into the file.
        self._readers.close()
        self._writer.close()
        self._lock.release()

    def _break(self, fault: JournalBroken) -> None:
        self.fault = fault
        # A loop that is closed has nobody left to be told.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.broken.set)

    def _run_full(self, _error: JournalFull) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.full.set)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written now, None where it can as far as is known."""
        if self.fault is not None:
            return "the journal cannot be used any more"
        return "there is no room for the journal" if self.full.is_set() else None

    @property
    def backlog(self) -> int:
        """How many changes wait to be written."""
        return self._writer.backlog

    async def require_place(self) -> None:
        """See that the file is where it was opened; else nothing is taken any more (`broken`)."""
        left = await asyncio.to_thread(self._place.left)
        if left is not None:
            self._writer.give_up(
                JournalBroken(
                    f"{left} was moved, replaced or deleted while it is in use: what is written to "
                    "it now would be lost; end the daemon before you touch its journal"
                )
            )

    async def try_room(self) -> None:
        """See whether there is room again, for the largest webhook and some more.

        Raises `JournalFull` where there is not, and the journal is `full`; else it no longer is.
        """
        try:
            await self._writer.do(keeping.touch)
            await asyncio.to_thread(require_room, self.path)
        except JournalFull:
            self.full.set()
            raise
        if self.full.is_set():
            self._lock.repeat()
        self.full.clear()

    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Read on a connection of its own, off the event loop."""
        try:
            return await self._readers.read(lambda db: work(db, *args, **kwargs))
        except JournalBroken as error:
            self._writer.give_up(error)
            raise

    # --- the door

    async def admit(self, admission_: Admission) -> Receipt:
        """Journal an event with everything it brings about."""
        return await self._writer.do(admission.admit, admission_)

    async def keep_bundle(self, recipe_hash: str, bundle: Bundle) -> None:
        """Keep the text of a recipe, so that runs can be pinned to it."""
        self._live.add(recipe_hash)
        await self._writer.do(keeping.keep_bundle, recipe_hash, encoding.encode_bundle(bundle))

    # --- carrying out a run

    async def save(
        self, run_id: str, records: Sequence[Record], waits: Sequence[StoredWait] = ()
    ) -> None:
        """Store records (replacing those of the same path), and register waits."""
        part = recording.part(_number(run_id), records)
        await self._writer.do(running.save, part, tuple(waits))

    async def park(
        self,
        run_id: str,
        records: Sequence[Record],
        wake_at: float | None,
        waits: Sequence[StoredWait] = (),
    ) -> Moved:
        """Store records and put the run to sleep until `wake_at` or a wait is met."""
        part = recording.part(_number(run_id), records)
        return await self._writer.do(running.park, part, wake_at, tuple(waits))

    async def finish(
        self,
        run_id: str,
        records: Sequence[Record],
        ending: Ending,
        ended_at: float,
        follow: Admission | None = None,
    ) -> Moved:
        """End a run, and admit the event that tells of it."""
        part = recording.part(_number(run_id), records)
        return await self._writer.do(running.finish, part, End(ending, ended_at, follow))

    async def change_state(
        self, run_id: str, namespace: str, record: Record, change: WriteState
    ) -> dict[str, Json]:
        """Apply a change to a recipe's kept values; returns them all."""
        asker = Asker(_number(run_id), namespace, record)
        return await self._writer.do(keeping.change_state, asker, change)

    async def claim(self, run_id: str, namespace: str, record: Record, claim: Claim) -> bool:
        """Take a key in the once-ledger."""
        return await self._writer.do(
            keeping.claim, Asker(_number(run_id), namespace, record), claim
        )

    async def release(self, run_id: str, namespace: str, record: Record, claim: Claim) -> None:
        """Give a claim of this run back."""
        await self._writer.do(keeping.release, Asker(_number(run_id), namespace, record), claim)

    async def passes(
        self, run_id: str, namespace: str, record: Record, throttle: Pass, at: float
    ) -> bool:
        """Whether an event of the instant `at` passes the throttle."""
        asker = Asker(_number(run_id), namespace, record)
        return await self._writer.do(keeping.passes, asker, throttle, at)

    # --- waking

    async def due(self, now: float, limit: int = 256) -> Moved:
        """Make ready the parked and delayed runs whose time has come."""
        return await self._writer.do(waking.due, now, limit)

    async def ready(self, after: str | None = None, limit: int = 256) -> tuple[str, ...]:
        """List runs that may run, oldest first."""
        number = 0 if after is None else _number(after)
        return await self.read(waking.ready, number, limit)

    # --- a person's hand

    async def retry(self, run_id: str, now: float) -> Moved:
        """Let a run that ended failed, unknown or cancelled run again."""
        return await self._writer.do(intervention.retry, reopening.named_run(run_id), now)

    async def resolve(self, run_id: str, path: str, record: Record, now: float) -> Moved:
        """Answer an unknown outcome, and let the run go on."""
        answer = replace(record, path=path)
        return await self._writer.do(intervention.resolve, reopening.named_run(run_id), answer, now)

    async def cancel(self, run_id: str, now: float) -> Moved:
        """Cancel a run."""
        return await self._writer.do(intervention.cancel, reopening.named_run(run_id), now)

    # --- plan and marks

    async def plan(self, changes: Sequence[PlannedEvent | str], now: float) -> None:
        """Reconcile the plan of event starts with a list that was read at `now`."""
        await self._writer.do(planning.reconcile, tuple(changes), now)

    async def planned(self, after: float, until: float) -> list[PlannedEvent]:
        """List planned events with `after < start_at <= until`, by start."""
        return await self.read(planning.planned, after, until)

    async def planned_ref(self, event_ref: str) -> PlannedEvent | None:
        """Return one planned event."""
        return await self.read(planning.planned_ref, event_ref)

    async def planned_refs(self) -> dict[str, float]:
        """All planned events: reference to start."""
        return await self.read(planning.planned_refs)

    async def marks(self, prefix: str) -> dict[str, Json]:
        """Return the marks whose key begins so."""
        return await self.read(planning.marks, prefix)

    async def mark(self, values: Mapping[str, Json]) -> None:
        """Write marks; a value None removes one."""
        await self._writer.do(planning.mark, tuple(values.items()))

    # --- care

    async def prune(self, before: float, *, shrink: bool = False) -> Pruned:
        """Delete runs that ended before an instant, and events received before it.

        Done in slices, each a transaction, between which everything else goes on; not so `shrink`.
        """
        runs = events = 0
        for some in _slices(await self.read(pruning.old_runs, before)):
            runs += await self._writer.do(pruning.delete_runs, some, before)
        for some in _slices(await self.read(pruning.old_events, before)):
            events += await self._writer.do(pruning.drop_events, some, before)
        old = await self.read(pruning.old_texts)
        texts = await self._writer.do(pruning.drop_texts, old, self._live)
        await self._writer.do(pruning.drop_passes, before)
        freed = await self._writer.alone(shrinking.shrink, self.path) if shrink else None
        return Pruned(runs, events, texts, freed)


def _slices(numbers: list[int]) -> list[list[int]]:
    starts = range(0, len(numbers), pruning.SLICE)
    return [numbers[start : start + pruning.SLICE] for start in starts]


def _number(run_id: str) -> int:
    number = ids.run_number(run_id)
    if number is None:
        raise StaleRun(f"there is no run {run_id}")
    return number
