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
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import structs
from msgspec.structs import replace

from beeflow.engine import commands as c
from beeflow.engine.hiding import HIDDEN
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

Work: TypeAlias = "Coroutine[Any, Any, c.Result | None]"

INTERRUPTED: Final = "beeflow was stopped while the call was under way"
"""What a call is answered whose start is on record and whose end is not."""


def begin(world: World, opened: OpenRun, recipe: Recipe, shown: Hider) -> Begin:
    """Return what a run begins with; `shown` is told what it computes from secrets."""
    run, events = opened.run, opened.events
    name = recipe.triggers[run.trigger].name if 0 <= run.trigger < len(recipe.triggers) else None
    home = zone(recipe.timezone)
    batched = recipe.batch is not None and run.trigger >= 0
    trigger = batch_scope(events, name, home) if batched else trigger_scope(events[0], name, home)
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


class Carrier:
    """One run, being carried on. `woken` and `stop` may be called while it is."""

    __slots__ = (
        "_arrived", "_bed", "_desk", "_expired", "_machine", "_opened", "_signal", "_started",
        "_stopping", "_tasks", "_timeout", "_world",
    )  # fmt: skip

    def __init__(self, world: World, opened: OpenRun, recipe: Recipe) -> None:
        shadow = recipe.mode == "shadow"
        self._world = world
        self._opened = opened
        self._timeout = recipe.timeout
        self._desk = Desk(world, opened, shadow=shadow)
        self._machine = Machine(interpret(begin(world, opened, recipe, self._desk.shown)))
        self._bed = Bed(self._desk, self._machine, shadow=shadow)
        self._tasks: dict[asyncio.Task[c.Result | None], str] = {}
        self._signal: asyncio.Event | None = None
        self._arrived: list[tuple[str, Json]] = []
        self._stopping = opened.stopping
        self._started = opened.run.created_at
        self._expired = False

    def woken(self, path: str, result: Json) -> None:
        """Take in that a wait was met while the run is in memory."""
        self._arrived.append((path, result))
        self._call()

    def stop(self) -> None:
        """Cancel the run after the action it is in."""
        self._stopping = True
        self._call()

    def _call(self) -> None:
        """Wake whoever waits for something to happen; who does not will look by itself."""
        if self._signal is not None:
            self._signal.set()

    async def carry(self) -> Moved:
        """Carry the run on until it is over or parked."""
        machine = self._machine
        try:
            while (ending := machine.ended) is None:
                if machine.asked:
                    await self._take_asked()
                    continue
                await self._go_on()
                if machine.ended is not None or machine.asked or self._tasks:
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
            if self._tasks:
                await self._let_go()
            if machine.pending:
                machine.close()

    async def _go_on(self) -> None:
        """Wait for something to happen, and take in what did."""
        if self._tasks or (len(self._bed) and not self._sleeps_long()):
            await self._something_happens()
        self._take_done()
        await self._take_arrived()
        self._expire_if_over()
        self._bed.wake_due(self._world.clock.now())

    # --- what the run asks -------------------------------------------------------------------

    async def _take_asked(self) -> None:
        """Answer what was asked: right here, or in a task where other branches are under way."""
        machine = self._machine
        while machine.asked:
            asked, machine.asked = machine.asked, []
            for command in asked:
                work = self._take(command)
                if work is None:
                    continue
                if len(machine.pending) > 1 and not isinstance(command, SLEEPY):
                    self._tasks[asyncio.create_task(work)] = command.path
                elif (result := await work) is not None:
                    machine.resolve(command.path, result)

    def _take(self, command: c.Command) -> Work | None:
        """Answer a command at once, or return the work that comes to its answer.

        What comes to None is put to bed, and answered later.
        """
        path, kind = command.path, type(command)
        record = self._opened.records.get(path)
        if record is None and self._stopping:
            return None
        if path == "start":
            self._started = self._begun(record)
        if record is not None and record.status != "open":
            if kind is c.WaitFor and record.status == "done":
                return self._met(record)
            if kind is c.StartRun and f"{path}/{HIDDEN}" not in self._opened.records:
                return self._heard(record)
            self._machine.resolve(path, self._replayed(record))
        elif (told := TOLD.get(kind)) is not None:
            self._machine.resolve(path, told(self._desk, command))
        elif (self._expired or self._timeout is not None) and self._is_over(path):
            self._expire(path)
        elif isinstance(command, SLEEPY):
            return self._bed.lie_down(command, record)
        elif record is not None:
            self._interrupted(command, record)
        else:
            return ASKED[kind](self._desk, command)
        return None

    def _begun(self, record: Record | None) -> float:
        """Return from when on the run's time counts: anew, where a person opened it again."""
        if record is None:
            return self._world.clock.now()
        again = self._opened.records.get(REOPENED, record)
        return max(record.started_at, again.started_at)

    def _replayed(self, record: Record) -> c.Result:
        """Return the result that is on record."""
        if record.kind == "expired":
            self._expired = True
            return c.Expired()
        if record.status == "failed":
            return c.Failed(record.failure or Failure("action", "it failed"))
        return c.Answer(record.output)

    async def _met(self, record: Record) -> c.Result:
        """Return the webhook that met a wait, as the record tells which it was."""
        return c.Answer(await self._webhook(record.output))

    async def _heard(self, record: Record) -> c.Result:
        """Return what another run has told while this one slept."""
        await self._overhear(record.output)
        self._desk.keep(record.path, record.output)
        return self._replayed(record)

    async def _overhear(self, output: Json) -> None:
        """Learn what of another run's result nobody may read, where it told one."""
        if isinstance(output, Mapping) and output.get("result") is not None:
            other = await self._world.journal.run(str(output.get("run_id")))
            if other is not None:
                self._desk.overhear(other)

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
        if self._signal is None:
            self._signal = asyncio.Event()
            if self._arrived or self._stopping:
                self._signal.set()  # who called did so before anybody listened
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
            path, result = self._tasks.pop(task), task.result()
            if result is not None:
                self._machine.resolve(path, result)

    async def _take_arrived(self) -> None:
        arrived, self._arrived = self._arrived, []
        for path, result in arrived:
            await self._overhear(result)
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
        return await self._desk.commit(journal.park, run_id, records, wakes)

    async def _finish(self, ending: c.Ending) -> Moved:
        world, desk = self._world, self._desk
        ending = desk.told(ending)
        records = tuple(desk.take())
        follow = world.door.aftermath(self._opened, ending)
        finish, now = world.journal.finish, world.clock.now()
        return await desk.commit(finish, desk.run_id, records, ending, now, follow)

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
