"""What a journal in memory holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import structs

from beeflow.engine.event import Event, NewEvent
from beeflow.engine.journal import encoding, ids
from beeflow.errors import StaleRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from beeflow.engine.journal.policy import Spot
    from beeflow.engine.journal.records import PlannedEvent, Record, Run, StoredWait
    from beeflow.recipe.model import Bundle
    from beeflow.types import Json


class HeldEvent(msgspec.Struct, frozen=True):
    """An event; once it is pruned, `visible` is false and only its key counts."""

    number: int
    new: NewEvent
    visible: bool = True

    @property
    def key_until(self) -> float | None:
        """When its key is free again; None for never."""
        return None if self.new.window is None else self.new.received_at + self.new.window

    def seen(self) -> Event:
        """Return it as readers get it."""
        return Event(
            id=ids.event_id(self.number),
            key=self.new.key,
            source=self.new.source,
            type=self.new.type,
            received_at=self.new.received_at,
            payload=encoding.decode(self.new.body),
            payload_id=self.new.payload_id,
            event_ref=self.new.event_ref,
        )


class HeldRun(msgspec.Struct):
    """A run with what the journal alone knows of it.

    `turn` is its place in the queue; `collects` the kind and key of a debounce or batch that is
    not over, which began at `since`; `items` are the events of a batch beside its first, and
    `met` those that its waits were met by.
    """

    number: int
    run: Run
    spot: Spot
    event: int
    records: dict[str, Record] = msgspec.field(default_factory=dict)
    turn: int = 0
    stopping: bool = False
    collects: tuple[str, str] | None = None
    since: float = 0.0
    items: list[int] = msgspec.field(default_factory=list)
    met: set[int] = msgspec.field(default_factory=set)

    def change(self, **changes: Any) -> None:
        """Change fields of its `Run`."""
        self.run = structs.replace(self.run, **changes)

    @property
    def events(self) -> list[int]:
        """The numbers of its events, in order of arrival."""
        return [self.event, *self.items]


class HeldWait(msgspec.Struct):
    """A registered wait; `met` while its run was not parked."""

    run: int
    wait: StoredWait
    met: bool = False


class Tables(msgspec.Struct):
    """Everything, by number, key or name.

    `open` are the runs that have not ended, `unfinished` how many those are of each recipe.
    """

    events: dict[int, HeldEvent] = msgspec.field(default_factory=dict)
    keys: dict[str, int] = msgspec.field(default_factory=dict)
    runs: dict[int, HeldRun] = msgspec.field(default_factory=dict)
    open: dict[int, HeldRun] = msgspec.field(default_factory=dict)
    unfinished: Counter[str] = msgspec.field(default_factory=Counter)
    waits: list[HeldWait] = msgspec.field(default_factory=list)
    bundles: dict[str, Bundle] = msgspec.field(default_factory=dict)
    state: dict[str, dict[str, Json]] = msgspec.field(default_factory=dict)
    ledger: dict[tuple[str, str, str], tuple[int, str]] = msgspec.field(default_factory=dict)
    throttles: dict[tuple[str, str], list[tuple[float, float, int]]] = msgspec.field(
        default_factory=dict
    )
    plan: dict[str, PlannedEvent] = msgspec.field(default_factory=dict)
    marks: dict[str, Json] = msgspec.field(default_factory=dict)
    last_event: int = 0
    last_run: int = 0

    def begin(self, held: HeldRun) -> None:
        """Count a run among those that have not ended."""
        self.open[held.number] = held
        self.unfinished[held.spot.recipe] += 1

    def end(self, held: HeldRun) -> None:
        """Count it no longer."""
        del self.open[held.number]
        self.unfinished[held.spot.recipe] -= 1

    def require_open(self, run_id: str) -> HeldRun:
        """Return a run that is not done, or raise `StaleRun`."""
        held = self.open.get(ids.run_number(run_id) or 0)
        if held is None:
            raise StaleRun(f"the run {run_id} is done already, or there is none")
        return held

    def find_open(self, wanted: Callable[[HeldRun], bool]) -> list[HeldRun]:
        """Return the runs that have not ended and are wanted, oldest first."""
        found = [held for held in self.open.values() if wanted(held)]
        return sorted(found, key=lambda held: held.number)

    def drop_waits(self, run: int, paths: Iterable[str] | None = None) -> None:
        """Drop a run's waits: those at some paths, or all."""
        gone = None if paths is None else set(paths)
        self.waits = [
            held
            for held in self.waits
            if held.run != run or (gone is not None and held.wait.path not in gone)
        ]
