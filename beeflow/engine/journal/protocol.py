"""The seam `Journal`: what is remembered.

Every method that changes something is one transaction, and returns once it is on disk. Methods
that carry a run's records store them in the same transaction as the change they belong to, so
that a crash can never separate the two. All raise `JournalFull` while there is no room,
`JournalBroken` after an I/O error, and `StaleRun` for a run that is done already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.engine.commands import Claim, Ending, Pass, WriteState
    from beeflow.engine.event import Event
    from beeflow.engine.journal.records import (
        Admission,
        Counts,
        Filter,
        Moved,
        OpenRun,
        PlannedEvent,
        Pruned,
        Receipt,
        Record,
        Run,
        Standing,
        StoredWait,
    )
    from beeflow.recipe.model import Bundle
    from beeflow.types import Json


class History(Protocol):
    """Reading. Takes no lock; works while a daemon writes."""

    async def events(self, wanted: Filter) -> list[tuple[Event, int]]:
        """List events, newest first, each with the number of its runs."""
        ...

    async def event(self, event_id: str) -> Event | None:
        """Return one event by its id, or by the payload's own id."""
        ...

    async def runs(self, wanted: Filter) -> list[Run]:
        """List runs, newest first."""
        ...

    async def run(self, run_id: str) -> OpenRun | None:
        """Return one run with its events and records."""
        ...

    async def bundle(self, recipe_hash: str) -> Bundle | None:
        """Return the text of a recipe that a run is pinned to."""
        ...

    async def counts(self) -> Counts:
        """Count what there is."""
        ...

    async def standing(self) -> Standing:
        """Count what is in hand; cheap, however much has ended."""
        ...

    async def state(self, namespace: str) -> dict[str, Json]:
        """Return the values kept between the runs of a recipe."""
        ...


class Journal(History, Protocol):
    """Reading and writing."""

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written now, None where it can as far as is known."""
        ...

    @property
    def missing(self) -> int:
        """How many events were gone when it was opened, though nothing pruned them."""
        ...

    async def close(self) -> None:
        """Finish what was asked for, and let go of the file."""
        ...

    # --- the door

    async def admit(self, admission: Admission) -> Receipt:
        """Journal an event with everything it brings about.

        In this order: the event (a key that is there already ends it: duplicate, or conflict
        where the body differs), cancels, starts with their policies, waits it meets, plan, marks.
        """
        ...

    async def keep_bundle(self, recipe_hash: str, bundle: Bundle) -> None:
        """Keep the text of a recipe, so that runs can be pinned to it."""
        ...

    # --- carrying out a run

    async def save(
        self, run_id: str, records: Sequence[Record], waits: Sequence[StoredWait] = ()
    ) -> None:
        """Store records (replacing those of the same path), and register waits."""
        ...

    async def park(
        self,
        run_id: str,
        records: Sequence[Record],
        wake_at: float | None,
        waits: Sequence[StoredWait] = (),
    ) -> Moved:
        """Store records and put the run to sleep until `wake_at` or a wait is met.

        Waits registered before stay. Where one of them was met meanwhile, the run stays ready
        and is among the returned `ready`.
        """
        ...

    async def finish(
        self,
        run_id: str,
        records: Sequence[Record],
        ending: Ending,
        ended_at: float,
        follow: Admission | None = None,
    ) -> Moved:
        """End a run.

        Stores its last records and its ending, drops its waits, releases the next of its group,
        wakes runs that wait for `run:<id>` (with outcome, run_id and result), and admits the
        event that tells of it.
        """
        ...

    async def change_state(
        self, run_id: str, namespace: str, record: Record, change: WriteState
    ) -> dict[str, Json]:
        """Apply a change to a recipe's kept values; returns them all.

        Incrementing a missing value counts from 0. Raises `ValueError` for one that is not a
        number, or when the whole exceeds 256 KiB as JSON.
        """
        ...

    async def claim(self, run_id: str, namespace: str, record: Record, claim: Claim) -> bool:
        """Take a key in the once-ledger and store the record with the answer as output.

        True when it was free or is this very run's; a run that repeats the question after a
        crash gets the same answer.
        """
        ...

    async def release(self, run_id: str, namespace: str, record: Record, claim: Claim) -> None:
        """Give a claim of this run back, and store the record."""
        ...

    async def passes(
        self, run_id: str, namespace: str, record: Record, throttle: Pass, at: float
    ) -> bool:
        """Whether an event of the instant `at` passes the throttle.

        If so, its window begins at `at`. Stores the record with the answer as output.
        """
        ...

    # --- waking

    async def due(self, now: float, limit: int = 256) -> Moved:
        """Make ready the parked and delayed runs whose time has come.

        A delayed run enters its concurrency group now. `wake_at` is the next time, if any.
        """
        ...

    async def ready(self, after: str | None = None, limit: int = 256) -> tuple[str, ...]:
        """List runs that may run, oldest first, after the id `after`: for the start."""
        ...

    # --- a person's hand

    async def retry(self, run_id: str, now: float) -> Moved:
        """Let a run that ended failed, unknown or cancelled run again, from where it ended.

        What failed or is open, and what `on_error` did, is dropped; what was done is kept, and so
        is a failure that the recipe handled. Its attempt counts up. Raises `NothingFound` and
        `UsageError`.
        """
        ...

    async def resolve(self, run_id: str, path: str, record: Record, now: float) -> Moved:
        """Answer an unknown outcome: replace the record at `path` and let the run go on."""
        ...

    async def cancel(self, run_id: str, now: float) -> Moved:
        """Cancel a run: ended at once, or after the action it is in (`stopping`)."""
        ...

    # --- plan and marks

    async def plan(self, changes: Sequence[PlannedEvent | str], now: float) -> None:
        """Reconcile the plan of event starts: upserts, and references that are gone."""
        ...

    async def planned(self, after: float, until: float) -> list[PlannedEvent]:
        """List planned events with `after < start_at <= until`, by start."""
        ...

    async def planned_ref(self, event_ref: str) -> PlannedEvent | None:
        """Return one planned event."""
        ...

    async def planned_refs(self) -> dict[str, float]:
        """All planned events: reference to start."""
        ...

    async def marks(self, prefix: str) -> dict[str, Json]:
        """Return the marks whose key begins so: what schedules and watches remember."""
        ...

    async def mark(self, values: Mapping[str, Json]) -> None:
        """Write marks; a value None removes one."""
        ...

    # --- care

    async def prune(self, before: float, *, shrink: bool = False) -> Pruned:
        """Delete runs that ended before an instant, and events received before it.

        Never what is pending, a run whose outcome is unknown until a person has answered, nor a
        dedupe key that is still needed (keys of events stay, with the body dropped). Texts of
        recipes go that no run is pinned to, but for those kept since the journal was opened.
        With `shrink` the room that became free is given back; everything else waits meanwhile.
        """
        ...
