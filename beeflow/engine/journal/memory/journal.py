"""`MemoryJournal`: the protocol `Journal` without a disk, for tests, dry runs and backtests.

It behaves as the journal on disk does, and what goes in comes out as it would from there. It
knows no clock: all times are those it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.engine.journal import encoding, ids, policy
from beeflow.engine.journal.memory import admission, planning, reading, running, waiting
from beeflow.engine.journal.memory.running import End
from beeflow.engine.journal.memory.tables import Tables
from beeflow.engine.journal.motion import Motion
from beeflow.engine.journal.records import (
    Pruned,
)
from beeflow.errors import StaleRun

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
        Receipt,
        Record,
        Run,
        Standing,
        StoredWait,
    )
    from beeflow.recipe.model import Bundle
    from beeflow.types import Json


class MemoryJournal:
    """The journal in memory."""

    def __init__(self) -> None:
        self._tables = Tables()

    async def close(self) -> None:
        """Do nothing: it goes when it is let go of."""

    @property
    def unfinished(self) -> int:
        """How many runs have not ended."""
        return len(self._tables.open)

    # --- reading

    async def events(self, wanted: Filter) -> list[tuple[Event, int]]:
        """List events, newest first, each with the number of its runs."""
        return reading.events(self._tables, wanted)

    async def event(self, event_id: str) -> Event | None:
        """Return one event by its id, or by the payload's own id."""
        return reading.event(self._tables, event_id)

    async def runs(self, wanted: Filter) -> list[Run]:
        """List runs, newest first."""
        return reading.runs(self._tables, wanted)

    async def run(self, run_id: str) -> OpenRun | None:
        """Return one run with its events and records."""
        return reading.run(self._tables, run_id)

    async def bundle(self, recipe_hash: str) -> Bundle | None:
        """Return the text of a recipe that a run is pinned to."""
        return self._tables.bundles.get(recipe_hash)

    async def counts(self) -> Counts:
        """Count what there is."""
        return reading.counts(self._tables)

    async def standing(self) -> Standing:
        """Count what is in hand."""
        return reading.standing(self._tables)

    async def state(self, namespace: str) -> dict[str, Json]:
        """Return the values kept between the runs of a recipe."""
        return dict(encoding.plain(self._tables.state.get(namespace, {})))

    def keep(self, namespace: str, values: Mapping[str, Json]) -> None:
        """Set what a recipe keeps between its runs, as if earlier ones had."""
        self._tables.state[namespace] = encoding.plain(dict(values))

    # --- the door

    async def admit(self, admission_: Admission) -> Receipt:
        """Journal an event with everything it brings about."""
        prepared = admission.prepare(self._tables, admission_)
        return admission.admit(self._tables, prepared, Motion())

    async def keep_bundle(self, recipe_hash: str, bundle: Bundle) -> None:
        """Keep the text of a recipe, so that runs can be pinned to it."""
        self._tables.bundles.setdefault(recipe_hash, bundle)

    # --- carrying out a run

    async def save(
        self, run_id: str, records: Sequence[Record], waits: Sequence[StoredWait] = ()
    ) -> None:
        """Store records (replacing those of the same path), and register waits."""
        kept = waiting.prepared(records)
        held = self._tables.require_open(run_id)
        waiting.store(self._tables, held, kept)
        waiting.register(self._tables, held, waits, Motion())

    async def park(
        self,
        run_id: str,
        records: Sequence[Record],
        wake_at: float | None,
        waits: Sequence[StoredWait] = (),
    ) -> Moved:
        """Store records and put the run to sleep until `wake_at` or a wait is met."""
        kept = waiting.prepared(records)
        held = self._tables.require_open(run_id)
        waiting.store(self._tables, held, kept)
        return running.park(self._tables, held, wake_at, waits)

    async def finish(
        self,
        run_id: str,
        records: Sequence[Record],
        ending: Ending,
        ended_at: float,
        follow: Admission | None = None,
    ) -> Moved:
        """End a run, and admit the event that tells of it."""
        kept = waiting.prepared(records)
        held = self._tables.require_open(run_id)
        prepared = None if follow is None else admission.prepare(self._tables, follow)
        waiting.store(self._tables, held, kept)
        return running.finish(self._tables, held, End(ending, ended_at, prepared))

    async def change_state(
        self, run_id: str, namespace: str, record: Record, change: WriteState
    ) -> dict[str, Json]:
        """Apply a change to a recipe's kept values; returns them all."""
        values = policy.changed_state(self._tables.state.get(namespace, {}), change)
        self._answer(run_id, record, values)
        self._tables.state[namespace] = encoding.plain(values)
        return values

    async def claim(self, run_id: str, namespace: str, record: Record, claim: Claim) -> bool:
        """Take a key in the once-ledger."""
        mine = (ids.run_number(run_id) or 0, record.path)
        key = (namespace, claim.once_id, claim.key)
        answer = self._tables.ledger.get(key, mine) == mine
        self._answer(run_id, record, answer)
        if answer:
            self._tables.ledger[key] = mine
        return answer

    async def release(self, run_id: str, namespace: str, record: Record, claim: Claim) -> None:
        """Give a claim of this run back."""
        self._answer(run_id, record, record.output)
        key = (namespace, claim.once_id, claim.key)
        holder = self._tables.ledger.get(key)
        if holder is not None and holder[0] == ids.run_number(run_id):
            del self._tables.ledger[key]

    async def passes(
        self, run_id: str, namespace: str, record: Record, throttle: Pass, at: float
    ) -> bool:
        """Whether an event of the instant `at` passes the throttle."""
        mine = ids.run_number(run_id) or 0
        passed = self._tables.throttles.setdefault((namespace, throttle.key), [])
        answer = not any(
            at - throttle.within < instant < at + throttle.within and run != mine
            for instant, _, run in passed
        )
        self._answer(run_id, record, answer)
        if answer:
            passed.append((at, at + throttle.within, mine))
        return answer

    def _answer(self, run_id: str, record: Record, answer: Json) -> None:
        kept = waiting.prepared((replace(record, output=answer),))
        waiting.store(self._tables, self._tables.require_open(run_id), kept)

    # --- waking

    async def due(self, now: float, limit: int = 256) -> Moved:
        """Make ready the parked and delayed runs whose time has come."""
        return running.due(self._tables, now, limit)

    async def ready(self, after: str | None = None, limit: int = 256) -> tuple[str, ...]:
        """List runs that may run, oldest first."""
        first = 0 if after is None else ids.run_number(after)
        if first is None:
            raise StaleRun(f"there is no run {after}")
        found = self._tables.find_open(
            lambda held: held.run.status == "ready" and held.number > first
        )
        return tuple(held.run.id for held in found[:limit])

    # --- a person's hand

    async def retry(self, run_id: str, now: float) -> Moved:
        """Let a run that ended failed, unknown or cancelled run again."""
        return running.retry(self._tables, run_id, now)

    async def resolve(self, run_id: str, path: str, record: Record, now: float) -> Moved:
        """Answer an unknown outcome, and let the run go on."""
        (answer,) = waiting.prepared((replace(record, path=path),))
        return running.resolve(self._tables, run_id, answer, now)

    async def cancel(self, run_id: str, now: float) -> Moved:
        """Cancel a run."""
        return running.cancel(self._tables, run_id, now)

    # --- plan and marks

    async def plan(self, changes: Sequence[PlannedEvent | str], now: float) -> None:
        """Reconcile the plan of event starts with a list that was read at `now`."""
        planning.reconcile(self._tables, changes, now)

    async def planned(self, after: float, until: float) -> list[PlannedEvent]:
        """List planned events with `after < start_at <= until`, by start."""
        found = [one for one in self._tables.plan.values() if after < one.start_at <= until]
        return sorted(found, key=lambda one: (one.start_at, one.event_ref))

    async def planned_ref(self, event_ref: str) -> PlannedEvent | None:
        """Return one planned event."""
        return self._tables.plan.get(event_ref)

    async def planned_refs(self) -> dict[str, float]:
        """All planned events: reference to start."""
        return {ref: one.start_at for ref, one in sorted(self._tables.plan.items())}

    async def marks(self, prefix: str) -> dict[str, Json]:
        """Return the marks whose key begins so."""
        every = sorted(self._tables.marks.items())
        return {key: value for key, value in every if key.startswith(prefix)}

    async def mark(self, values: Mapping[str, Json]) -> None:
        """Write marks; a value None removes one."""
        planning.mark(self._tables, values.items())

    # --- care

    @property
    def trouble(self) -> str | None:
        """Never: memory is not watched."""
        return None

    @property
    def missing(self) -> int:
        """None: it begins empty."""
        return 0

    async def prune(self, before: float, *, shrink: bool = False) -> Pruned:
        """Delete runs that ended before an instant, and events received before it."""
        pruned = reading.prune(self._tables, before)
        return Pruned(pruned.runs, pruned.events, freed=0 if shrink else None)
