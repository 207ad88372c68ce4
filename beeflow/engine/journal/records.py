"""The values that go into the journal and come out of it. Times are Unix seconds, UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.engine.commands import Ending
    from beeflow.engine.event import Event, NewEvent
    from beeflow.errors import Failure
    from beeflow.types import Json, Outcome

Status: TypeAlias = Literal["delayed", "queued", "ready", "waiting", "done"]
"""Where a run stands.

======== =====================================================================================
delayed  collects: a debounce or a batch that is not over; `wake_at` says when
queued   behind another run of its concurrency group
ready    may run now, or is running
waiting  parked: until `wake_at`, or until one of its waits is met
done     ended, with an outcome
======== =====================================================================================
"""


class Delay(msgspec.Struct, frozen=True):
    """A debounce or batch: how long a start collects before it becomes a run that may run."""

    kind: Literal["debounce", "batch"]
    key: str
    seconds: float
    max: float | None = None
    """For a debounce the longest wait in seconds (or None), for a batch the most items."""


class Start(msgspec.Struct, frozen=True, gc=False):
    """A run that an event asks for.

    `trigger` is the index of the recipe's trigger that matched, -1 for none. `group` is the
    concurrency group's value (None: no group, all side by side); groups are per recipe. With
    `deny`, the run is recorded as ended so at once (a policy's key could not be evaluated).
    """

    recipe: str
    recipe_hash: str
    trigger: int = -1
    group: str | None = None
    mode: Literal["queue", "drop", "restart", "parallel"] = "parallel"
    max: int | None = None
    delay: Delay | None = None
    inputs: Mapping[str, Json] = msgspec.field(default_factory=dict)
    event_ref: str | None = None
    depth: int = 1
    cause: str | None = None
    deny: Ending | None = None


class Cancel(msgspec.Struct, frozen=True):
    """Cancels a recipe's unfinished runs.

    Those for `event_ref` and those without one; with `event_ref` None all of them.
    """

    recipe: str
    event_ref: str | None


class PlannedEvent(msgspec.Struct, frozen=True):
    """A BeeStreamed event's start as it is known: the durable plan of event starts.

    `seen_at` is when this start became known; a reminder that lay before it then was never due.
    `data` is the event as last seen.
    """

    event_ref: str
    start_at: float
    seen_at: float
    data: Mapping[str, Json]


class PlanChange(msgspec.Struct, frozen=True):
    """The event starts at `planned.start_at` now, or (None) is gone.

    An unchanged start keeps its `seen_at`, and only its data are replaced.
    """

    event_ref: str
    planned: PlannedEvent | None


class StoredWait(msgspec.Struct, frozen=True, gc=False):
    """A parked wait. `topic` is a webhook type, a `*` pattern, or `run:<id>`."""

    run: str
    path: str
    topic: str
    event_ref: str | None
    match: Mapping[str, Json]


class Admission(msgspec.Struct, frozen=True):
    """Everything an event brings about, to be journaled in one transaction.

    `wakes` is asked for each stored wait on the event's type (and its event's reference, where
    both have one): does the event meet it? `marks` are written beside.
    """

    event: NewEvent
    starts: tuple[Start, ...] = ()
    cancels: tuple[Cancel, ...] = ()
    plan: tuple[PlanChange, ...] = ()
    marks: tuple[tuple[str, Json], ...] = ()
    wakes: Callable[[StoredWait], bool] | None = None


class Woken(msgspec.Struct, frozen=True, gc=False):
    """A wait that was met: the record at `path` now holds `result`."""

    run: str
    path: str
    result: Json


class Ended(msgspec.Struct, frozen=True, gc=False):
    """A run that ended: what is told and counted of it. Times are instants."""

    run: str
    recipe: str
    event: str
    outcome: Outcome
    reason: str
    created_at: float
    ended_at: float


class Moved(msgspec.Struct, frozen=True, gc=False):
    """What else a change set in motion, for the dispatcher.

    `ready` are runs that may run now; `cancelled` were ended as cancelled; `stopping` are ready
    (perhaps running) and must be ended as cancelled after the action they are in; `wake_at` is
    the earliest new time at which a parked or delayed run wants to be looked at. `ended` are all
    that ended, whatever way.
    """

    ready: tuple[str, ...] = ()
    woken: tuple[Woken, ...] = ()
    cancelled: tuple[str, ...] = ()
    stopping: tuple[str, ...] = ()
    wake_at: float | None = None
    ended: tuple[Ended, ...] = ()


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """The journal's word on an event: it is on disk.

    `event_id` is the id of the event, of the first one for a duplicate. `runs` are the ids of
    the runs it made, dropped and denied ones included. `fresh` are those of them that may run
    now (batches aside): this is their only event, so they need not be read back.
    """

    event_id: str
    status: Literal["accepted", "duplicate", "conflict"]
    runs: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    moved: Moved = Moved()
    fresh: tuple[Run, ...] = ()


class Record(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What became of one command of a run, by its path.

    `status` "open": begun (a wait with `until`, or an action whose outcome is not known yet);
    "done": `output` is the answer; "failed": `failure` says why. `input` is for people, masked.
    """

    path: str
    kind: str
    status: Literal["open", "done", "failed"]
    started_at: float
    ended_at: float | None = None
    input: Json = None
    output: Json = None
    failure: Failure | None = None
    until: float | None = None


class Run(msgspec.Struct, frozen=True, gc=False):
    """A run as the journal has it."""

    id: str
    recipe: str
    recipe_hash: str
    event: str
    status: Status
    trigger: int = -1
    group: str | None = None
    outcome: Outcome | None = None
    reason: str = ""
    created_at: float = 0.0
    started_at: float | None = None
    ended_at: float | None = None
    wake_at: float | None = None
    attempt: int = 1
    depth: int = 1
    cause: str | None = None
    event_ref: str | None = None
    inputs: Mapping[str, Json] = msgspec.field(default_factory=dict)
    ending: Mapping[str, Json] | None = None
    """The ending's fault and result as JSON, for people (`Ending` in plain data)."""


class OpenRun(msgspec.Struct, frozen=True, gc=False):
    """All that is needed to carry a run on: itself, its events, and its records so far.

    `events` holds one event, or for a batch all of them in order of arrival. `stopping` is
    whether it must end as cancelled.
    """

    run: Run
    events: tuple[Event, ...]
    records: Mapping[str, Record]
    stopping: bool = False


class Filter(msgspec.Struct, frozen=True):
    """What to list, newest first. `limit` 0 means all; `since` is an instant."""

    limit: int = 50
    since: float | None = None
    recipe: str | None = None
    outcome: str | None = None
    status: str | None = None
    type: str | None = None
    source: str | None = None
    event: str | None = None


class Standing(msgspec.Struct, frozen=True):
    """What is in hand: unfinished runs by status, and runs whose outcome nobody knows."""

    unfinished: Mapping[str, int]
    unknown: int


class Pruned(msgspec.Struct, frozen=True):
    """What was pruned: runs, events of which at most the key is left, and texts of recipes.

    `freed` is by how many bytes the file shrank, None where that was not asked for.
    """

    runs: int
    events: int
    texts: int = 0
    freed: int | None = None


class Counts(msgspec.Struct, frozen=True):
    """How much there is: events, and runs by status and by outcome."""

    events: int
    runs: Mapping[str, int]
    outcomes: Mapping[str, int]
