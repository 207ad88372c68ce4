"""The carrier: drives one run, from where its records end to where it sleeps or is over.

It feeds the machine what is recorded already, performs the rest, and keeps records of it. While
a run only waits, nothing of it stays in memory: it is parked in the journal and carried on later
from its records.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs
from msgspec.structs import replace

from beeflow.engine import commands as c
from beeflow.engine.interpreter import Begin, interpret
from beeflow.engine.journal.records import Moved, OpenRun, Record
from beeflow.engine.journal.reopening import REOPENED
from beeflow.engine.machine import Diverged, Machine
from beeflow.engine.performing import ASKED, TOLD, Desk
from beeflow.engine.scope import InputScope, SecretScope, batch_scope, trigger_scope
from beeflow.engine.sleeping import SLEEPY, Bed
from beeflow.errors import Failure, JournalError
from beeflow.types import Json, zone

if TYPE_CHECKING:
    from beeflow.engine.hiding import Hider
    from beeflow.engine.world import World
    from beeflow.recipe.model import Recipe

INTERRUPTED: Final = "beeflow was stopped while the call was under way"
"""What a call is answered whose start is on record and whose end is not."""


def begin(world: World, opened: OpenRun, recipe: Recipe, shown: Hider) -> Begin:
    """Return what a run begins with; `shown` is told what it computes from secrets."""
    run, events = opened.run, opened.events
    name = recipe.triggers[run.trigger].name if 0 <= run.trigger < len(recipe.triggers) else None
    home = zone(recipe.timezone)
    batched = recipe.batch is not None and run.trigger >= 0
    trigger = (batch_scope if batched else _single)(events, name, home)
    secrets = SecretScope(world.secrets)
    on_step = None if world.on_step is None else partial(world.on_step, recipe.hash)
    if recipe.inputs and any(one.type == "secret" for one in recipe.inputs.values()):
        shown.armed = True
    return Begin(
        recipe=recipe,
        actions=world.actions,
        trigger=trigger,
        inputs=InputScope(run.inputs, recipe.inputs, secrets),
        secrets=secrets,
        run=run.id,
        attempt=run.attempt,
        event_ref=run.event_ref,
        on_step=on_step,
        secrecy=shown,
    )


def _single(events: Any, name: str | None, home: Any) -> dict[str, Any]:
    return trigger_scope(events[0], name, home)


class Carrier:
    """One run, being carried on. `woken` and `stop` may be called while it is."""

    def __init__(self, world: World, opened: OpenRun, recipe: Recipe) -> None:
        shadow = recipe.mode == "shadow"
        self._world = world
        self._opened = opened
        self._timeout = recipe.timeout
        self._desk = Desk(world, opened, shadow=shadow)
        self._machine = Machine(interpret(begin(world, opened, recipe, self._desk.shown)))
        self._bed = Bed(self._desk, self._machine, shadow=shadow)
        self._tasks: dict[asyncio.Task[c.Result], str] = {}
        self._signal = asyncio.Event()
        self._arrived: list[tuple[str, Json]] = []
        self._stopping = opened.stopping
        self._started = opened.run.created_at
        self._expired = False

    def woken(self, path: str, result: Json) -> None:
        """Take in that a wait was met while the run is in memory."""
        self._arrived.append((path, result))
        self._signal.set()

    def stop(self) -> None:
        """Cancel the run after the action it is in."""
        self._stopping = True
        self._signal.set()

    async def carry(self) -> Moved:
        """Carry the run on until it is over or parked."""
        try:
            while (ending := self._machine.ended) is None:
                await self._go_on()
                if self._busy():
                    continue
                if self._stopping:
                    return await self._finish(c.Ending("cancelled", "cancelled"))
                if self._sleeps_long():
                    return await self._park()
            return await self._finish(ending)
        except asyncio.CancelledError:
            await self._let_go()
            await self._keep_what_is_known()
            raise
        finally:
            await self._let_go()

    def _busy(self) -> bool:
        """Whether there is more to do before the run can be left."""
        return self._machine.ended is not None or bool(self._tasks) or self._machine.asks

    async def _go_on(self) -> None:
        """Take in what happened, answer what was asked, and wait for something to happen."""
        await self._take_asked()
        if self._machine.ended is not None:
            return
        if self._tasks or (len(self._bed) and not self._sleeps_long()):
            await self._something_happens()
        self._take_done()
        await self._take_arrived()
        self._expire_if_over()
        self._bed.wake_due(self._world.clock.now())

    # --- what the run asks -------------------------------------------------------------------

    async def _take_asked(self) -> None:
        while asked := self._machine.take():
            for command in asked:
                if not self._stopping or command.path in self._opened.records:
                    await self._take(command)

    async def _take(self, command: c.Command) -> None:
        record = self._opened.records.get(command.path)
        told = TOLD.get(type(command))
        if command.path == "start":
            self._started = self._begun(record)
        if record is not None and record.status != "open":
            self._machine.resolve(command.path, await self._replayed(command, record))
        elif told is not None:
            self._machine.resolve(command.path, told(self._desk, command))
        elif self._is_over(command.path):
            self._expire(command.path)
        elif isinstance(command, SLEEPY):
            await self._bed.lie_down(command, record)
        elif record is not None:
            self._interrupted(command, record)
        else:
            await self._perform(command)

    def _begun(self, record: Record | None) -> float:
        """Return from when on the run's time counts: anew, where a person opened it again."""
        if record is None:
            return self._world.clock.now()
        again = self._opened.records.get(REOPENED, record)
        return max(record.started_at, again.started_at)

    async def _replayed(self, command: c.Command, record: Record) -> c.Result:
        """Return the result that is on record."""
        if record.kind == "expired":
            self._expired = True
            return c.Expired()
        if record.status == "failed":
            return c.Failed(record.failure or Failure("action", "it failed"))
        if isinstance(command, c.WaitFor):
            return c.Answer(await self._webhook(record.output))
        return c.Answer(record.output)

    def _interrupted(self, command: c.Command, record: Record) -> None:
        """Answer a call that was begun and whose end nobody saw: it may have taken effect.

        A guarded one may still be at it on the other side: nobody looks before its time is over.
        """
        now = self._world.clock.now()
        failure = Failure("connection", INTERRUPTED, open=True)
        if isinstance(command, c.Call) and command.effect == "guarded":
            rest = max(0.0, min(record.started_at - now, 0.0) + command.timeout)
            failure = replace(failure, retryable=True, retry_after=rest)
        self._desk.note(structs.replace(record, status="failed", ended_at=now, failure=failure))
        self._machine.resolve(command.path, c.Failed(failure))

    async def _perform(self, command: c.Command) -> None:
        """Perform a command: right here, or as a task where other branches are under way."""
        work: Coroutine[Any, Any, c.Result] = ASKED[type(command)](self._desk, command)
        if len(self._machine.pending) == 1:
            self._machine.resolve(command.path, await work)
        else:
            self._tasks[asyncio.create_task(work)] = command.path

    # --- what happens ------------------------------------------------------------------------

    def _sleeps_long(self) -> bool:
        """Whether the run only waits, and longer than it is worth being kept in memory."""
        if self._tasks or self._arrived:
            return False
        wakes = self._wakes()
        soon = wakes is not None and wakes - self._world.clock.now() <= self._world.linger
        return not (soon and self._bed.only_timed)

    def _wakes(self) -> float | None:
        times = (self._bed.wakes, None if self._expired else self._deadline())
        return min((one for one in times if one is not None), default=None)

    async def _something_happens(self) -> None:
        """Return when a task is done, a wait is over, or somebody calls."""
        waiting: set[asyncio.Task[Any]] = {*self._tasks, asyncio.create_task(self._signal.wait())}
        wakes = self._wakes()
        if wakes is not None:
            pause = wakes - self._world.clock.now()
            waiting.add(asyncio.create_task(self._world.clock.sleep(pause)))
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting - set(self._tasks):
            task.cancel()
        self._signal.clear()

    def _take_done(self) -> None:
        for task in [task for task in self._tasks if task.done()]:
            self._machine.resolve(self._tasks.pop(task), task.result())

    async def _take_arrived(self) -> None:
        arrived, self._arrived = self._arrived, []
        for path, result in arrived:
            self._bed.get_up(path, result, await self._webhook(result))

    async def _webhook(self, result: Json) -> object:
        """Return the event that met a wait, where it was one."""
        if isinstance(result, Mapping) and "event" in result:
            return await self._world.journal.event(str(result["event"]))
        return None

    # --- the run's own time ------------------------------------------------------------------

    def _deadline(self) -> float | None:
        return None if self._timeout is None else self._started + self._timeout

    def _is_over(self, path: str) -> bool:
        """Whether the command at `path` comes too late; what `on_error` does never does."""
        if path.startswith("on_error/"):
            return False
        deadline = self._deadline()
        return self._expired or (deadline is not None and self._world.clock.now() >= deadline)

    def _expire(self, path: str) -> None:
        self._expired = True
        now = self._world.clock.now()
        self._desk.note(Record(path, "expired", "failed", now, now))
        self._machine.resolve(path, c.Expired())

    def _expire_if_over(self) -> None:
        deadline = self._deadline()
        if not self._expired and deadline is not None and self._world.clock.now() >= deadline:
            self._expired = True
            for path in self._bed.expire(self._is_over):
                self._expire(path)

    # --- leaving -----------------------------------------------------------------------------

    async def _park(self) -> Moved:
        if not len(self._bed):
            raise Diverged(f"run {self._desk.run_id} waits for nothing")
        records = tuple(self._desk.take())
        wakes = self._wakes()
        journal, run_id = self._world.journal, self._desk.run_id
        return await self._desk.commit(lambda: journal.park(run_id, records, wakes))

    async def _finish(self, ending: c.Ending) -> Moved:
        journal, run = self._world.journal, self._opened.run
        ending = self._desk.told(ending)
        records = tuple(self._desk.take())
        follow = self._world.door.aftermath(self._opened, ending)
        now = self._world.clock.now()
        return await self._desk.commit(lambda: journal.finish(run.id, records, ending, now, follow))

    async def _keep_what_is_known(self) -> None:
        """Save the answers that no commit has taken along yet: the process is about to end.

        Without them the next one would ask again, or not know what became of a call that ended.
        """
        known = self._desk.take()
        if known:
            with contextlib.suppress(JournalError):
                await self._world.journal.save(self._desk.run_id, known)

    async def _let_go(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*self._tasks, return_exceptions=True)
        self._machine.close()
