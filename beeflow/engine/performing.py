"""Performing: what each command of a run does, and the record it leaves.

Commands that only tell something are answered at once (`TOLD`); those that reach out are
coroutines (`ASKED`); waits are the carrier's own business.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from msgspec import structs
from msgspec.structs import replace

from beeflow.engine import commands as c
from beeflow.engine.hiding import HIDDEN, Hider, only_configured
from beeflow.engine.journal.records import OpenRun, Record, StoredWait
from beeflow.engine.kept import asked_change, asked_state
from beeflow.engine.ports import Action, CallContext
from beeflow.errors import ActionError, Failure, JournalFull

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from beeflow.engine.world import CallResult, World
    from beeflow.types import Json

log = logging.getLogger(__name__)

T = TypeVar("T")

BACKSTOP: Final = 5.0
"""Seconds after an action's own timeout at which it is cut off."""

ROOM_PAUSE: Final = 1.0
"""Seconds between two tries to write to a journal that is full."""


P = ParamSpec("P")


class Desk:
    """Where one run's records are written. `unsaved` go along with the next commit."""

    __slots__ = ("namespace", "opened", "run_id", "shown", "unsaved", "world")

    def __init__(self, world: World, opened: OpenRun, *, shadow: bool) -> None:
        self.world = world
        self.opened = opened
        self.run_id = opened.run.id
        self.unsaved: list[Record] = []
        # What is said of the run, without what nobody may read.
        self.shown = Hider(world.masking or only_configured(world.secrets), opened)
        # What a shadow recipe keeps must not stand in its way once it goes live.
        self.namespace = opened.run.recipe + ("~shadow" if shadow else "")

    def note(self, record: Record) -> None:
        """Keep a record for the next commit."""
        self.unsaved.append(record)

    def keep(self, path: str, value: Json) -> None:
        """Note beside what is kept as it came which texts in it nobody may read."""
        beside = self.shown.beside(path, value, self.world.clock.now())
        if beside is not None:
            self.note(beside)

    def overhear(self, other: OpenRun) -> None:
        """Learn what nobody may read of the result that another run has told."""
        beside = other.records.get(f"end/{HIDDEN}")
        if beside is not None:
            self.shown.learn(beside)

    def told(self, ending: c.Ending) -> c.Ending:
        """Return a run's end as it is told: without what nobody may read, but for its result."""
        if not ending.reason and ending.result is None and ending.fault is None:
            return ending
        self.keep("end", None if ending.result is None else dict(ending.result))
        fault = ending.fault
        if fault is not None:
            operands = tuple((text, self.shown(value)) for text, value in fault.operands)
            fault = structs.replace(fault, failure=masked(self, fault.failure), operands=operands)
        return structs.replace(ending, reason=str(self.shown(ending.reason)), fault=fault)

    def take(self) -> list[Record]:
        """Return what is not saved yet, to be saved by the caller."""
        records, self.unsaved = self.unsaved, []
        return records

    def save(self, *records: Record, waits: tuple[StoredWait, ...] = ()) -> Awaitable[None]:
        """Commit these records and all that wait for a commit."""
        together = (*self.take(), *records)
        return self.commit(self.world.journal.save, self.run_id, together, waits)

    async def commit(
        self, change: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Make a change to the journal; while there is no room, wait for it."""
        while True:
            try:
                return await change(*args, **kwargs)
            except JournalFull:
                log.warning("the journal is full: run %s waits for room", self.run_id)
                await asyncio.sleep(ROOM_PAUSE)

    def done(self, path: str, kind: str, output: Json = None, given: Json = None) -> Record:
        """Return the record of a command that was answered."""
        now = self.world.clock.now()
        return Record(path, kind, "done", now, now, given, output)


# --- told ------------------------------------------------------------------------------------


def told_decision(desk: Desk, command: c.Decide) -> c.Result:
    """Record a decision with each clause, and take it as it is."""
    clauses: list[Json] = []
    for one in command.clauses:
        operands: list[Json] = list(map(list, one.operands))
        clauses.append({"text": one.text, "value": one.value, "operands": operands})
    shown = desk.shown({"value": command.value, "clauses": clauses})
    now = desk.world.clock.now()
    desk.unsaved.append(Record(command.path, "decide", "done", now, now, shown, command.value))
    return c.Answer(command.value)


def told_assignment(desk: Desk, command: c.Assign) -> c.Result:
    """Record what was set."""
    desk.note(desk.done(command.path, "set", None, desk.shown(dict(command.values))))
    return c.Answer()


def told_time(desk: Desk, command: c.Now) -> c.Result:
    """Record the time."""
    now = desk.world.clock.now()
    desk.unsaved.append(Record(command.path, "now", "done", now, now, None, now))
    return c.Answer(now)


TOLD: Final[Mapping[type, Callable[[Desk, Any], c.Result]]] = {
    c.Decide: told_decision,
    c.Assign: told_assignment,
    c.Now: told_time,
}


# --- asked -----------------------------------------------------------------------------------


async def asked_call(desk: Desk, command: c.Call) -> c.Result:
    """Perform an action once; before what must not be repeated, its start is on disk.

    With arguments that are wrong nothing is sent, and the record says `refused`.
    """
    world = desk.world
    action = _action(desk, command.action)
    begun = _begun(desk, command, action)
    wrong = action.check(command.args)
    if wrong:
        refused = structs.replace(begun, input={**_given(begun), "refused": True})
        return _ended(desk, refused, c.Failed(Failure("action", "; ".join(wrong))))
    if command.shadow:
        begun = structs.replace(begun, kind="would")
        world.on_call(desk.opened.run, begun)
        return _ended(desk, begun, c.Answer(action.sample))
    world.on_call(desk.opened.run, begun)
    if command.effect in _RECORDED_FIRST:
        await desk.save(begun)
    context = _context(desk, command.path, command.timeout, command)
    started = perf_counter()
    try:
        work = action.call(command.args, context)
        result: c.Result = c.Answer(await world.backstop.within(command.timeout + BACKSTOP, work))
    except Exception as error:  # noqa: BLE001 - whatever it was is told
        result = _gone_wrong(desk, command, error)
    world.on_answer(command.action, _result_of(result), perf_counter() - started)
    return _ended(desk, begun, result)


_RECORDED_FIRST: Final = frozenset({"guarded", "once"})
"""The effects of calls whose start is on disk before they are made."""


def _given(begun: Record) -> dict[str, Json]:
    return dict(begun.input) if isinstance(begun.input, dict) else {}


def _result_of(result: c.Result) -> CallResult:
    if not isinstance(result, c.Failed):
        return "done"
    return "open" if result.failure.open else "failed"


async def asked_look(desk: Desk, command: c.Look) -> c.Result:
    """Look what a guarded action made already."""
    action = _action(desk, command.action)
    begun = _begun(desk, command, action)
    context = _context(desk, command.path, command.timeout)
    try:
        work = action.look(command.args, context)
        found = await desk.world.backstop.within(command.timeout + BACKSTOP, work)
    except Exception as error:  # noqa: BLE001 - whatever it was is told
        return _ended(desk, begun, _gone_wrong(desk, command, error))
    return _ended(desk, begun, c.Answer(found))


def _action(desk: Desk, name: str) -> Action:
    action = desk.world.actions.get(name)
    if action is None:
        raise LookupError(f"the interpreter asked for an action that is not there: {name}")
    return action


def _context(desk: Desk, path: str, timeout: float, call: c.Call | None = None) -> CallContext:
    run = desk.opened.run
    pages = call.pages if call else None
    return CallContext(run.id, run.recipe, path, timeout, pages, desk.shown)


def _gone_wrong(desk: Desk, command: c.Call | c.Look, error: Exception) -> c.Failed:
    """Return how a call failed by what it raised."""
    effect = command.effect if isinstance(command, c.Call) else "read"
    if isinstance(error, ActionError):
        return c.Failed(error.failure)
    if isinstance(error, TimeoutError):
        message = f"`{command.action}` did not end within {command.timeout:g} s"
        return c.Failed(Failure("timeout", message, open=effect != "read", retryable=True))
    # An action, perhaps somebody else's, broke: the run must end with it, and not the daemon.
    told = {"traceback": desk.shown("".join(traceback.format_exception(error)))}
    log.error("action %s broke at %s", command.action, command.path, extra=told)
    message = f"`{command.action}` broke: {type(error).__name__}: {error}"
    return c.Failed(Failure("action", message, open=effect in _RECORDED_FIRST))


def _begun(desk: Desk, command: c.Call | c.Look, action: Action) -> Record:
    args = mask_fields(dict(command.args), action)
    given: dict[str, Json] = {"action": command.action, "args": args}
    kind = "look"
    if isinstance(command, c.Call):
        given["effect"], kind = command.effect, "call"
    return Record(command.path, kind, "open", desk.world.clock.now(), None, desk.shown(given))


def _ended(desk: Desk, begun: Record, result: c.Result) -> c.Result:
    now = desk.world.clock.now()
    if isinstance(result, c.Answer):
        record = structs.replace(begun, status="done", ended_at=now, output=result.value)
        desk.shown.learn(record)
        desk.unsaved.append(record)
        desk.keep(begun.path, result.value)
    elif isinstance(result, c.Failed):
        failure = masked(desk, result.failure)
        desk.note(structs.replace(begun, status="failed", ended_at=now, failure=failure))
        return c.Failed(failure)
    return result


def masked(desk: Desk, failure: Failure) -> Failure:
    """Return a failure without secret values."""
    detail = desk.shown(dict(failure.detail)) if failure.detail else None
    message = desk.shown(failure.message)
    return replace(
        failure, message=str(message), detail=detail if isinstance(detail, dict) else None
    )


def mask_fields(value: Json, action: Action) -> Json:
    """Replace an action's secret fields by `***`."""
    for path in parted(action.secret_fields):
        if type(value) is not dict or path[0] in value:
            value = _mask_path(value, path)
    return value


@lru_cache(maxsize=256)
def parted(fields: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return dotted paths as their parts; worked out once for each action."""
    return tuple(tuple(field.split(".")) for field in fields)


def _mask_path(value: Json, path: tuple[str, ...]) -> Json:
    if not path:
        return value if value is None else "***"
    head, rest = path[0], path[1:]
    if isinstance(value, list):
        inner = rest if head == "*" else path
        return [_mask_path(item, inner) for item in value]
    if isinstance(value, dict) and head in value:
        masked_in_it = _mask_path(value[head], rest)
        return value if masked_in_it is value[head] else {**value, head: masked_in_it}
    return value


async def asked_claim(desk: Desk, command: c.Claim) -> c.Result:
    """Take a key of the once-ledger."""
    journal, space = desk.world.journal, desk.namespace
    record = desk.done(command.path, "claim", None, {"key": desk.shown(command.key)})
    return c.Answer(await desk.commit(journal.claim, desk.run_id, space, record, command))


async def asked_release(desk: Desk, command: c.Release) -> c.Result:
    """Give a key back."""
    journal, space = desk.world.journal, desk.namespace
    record = desk.done(command.path, "release", None, {"key": desk.shown(command.key)})
    claim = c.Claim(command.path, command.once_id, command.key)
    await desk.commit(journal.release, desk.run_id, space, record, claim)
    return c.Answer()


async def asked_pass(desk: Desk, command: c.Pass) -> c.Result:
    """Pass the throttle, or not."""
    journal, space = desk.world.journal, desk.namespace
    record = desk.done(command.path, "throttle", None, {"key": desk.shown(command.key)})
    at = desk.opened.events[0].received_at
    return c.Answer(await desk.commit(journal.passes, desk.run_id, space, record, command, at))


ASKED: Final[Mapping[type, Callable[[Desk, Any], Coroutine[Any, Any, c.Result]]]] = {
    c.Call: asked_call,
    c.Look: asked_look,
    c.ReadState: asked_state,
    c.WriteState: asked_change,
    c.Claim: asked_claim,
    c.Release: asked_release,
    c.Pass: asked_pass,
}
