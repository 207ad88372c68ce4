"""Sleeping: a run's waits, for the time, for a webhook, for another run.

A wait's record is "open" while it lasts and "done" once it is over; the journal ends those that
a webhook or another run meets, so that a wait outlives the daemon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec
from msgspec.structs import replace

from beeflow.engine import commands as c
from beeflow.engine.interpreter.waits import too_late
from beeflow.engine.journal.records import Record, StoredWait
from beeflow.engine.journal.reopening import REOPENED
from beeflow.errors import Failure

if TYPE_CHECKING:
    from beeflow.engine.machine import Machine
    from beeflow.engine.performing import Desk
    from beeflow.types import Json

Sleepy: TypeAlias = c.Wait | c.Backoff | c.WaitFor | c.StartRun
"""The commands that may take long."""

SLEEPY: Final = (c.Wait, c.Backoff, c.WaitFor, c.StartRun)

_KINDS: Final[Mapping[type, str]] = {
    c.Wait: "wait",
    c.Backoff: "backoff",
    c.WaitFor: "wait_for",
    c.StartRun: "run",
}


class _Sleep(msgspec.Struct, frozen=True):
    command: Sleepy
    record: Record


class Bed:
    """The waits of one run that are going on, by path."""

    def __init__(self, desk: Desk, machine: Machine, *, shadow: bool) -> None:
        self._desk = desk
        self._machine = machine
        self._shadow = shadow
        self._sleeps: dict[str, _Sleep] = {}

    def __len__(self) -> int:
        return len(self._sleeps)

    @property
    def wakes(self) -> float | None:
        """When the first of them ends by itself."""
        untils = [one.record.until for one in self._sleeps.values() if one.record.until is not None]
        return min(untils, default=None)

    @property
    def only_timed(self) -> bool:
        """Whether nothing but the time ends them."""
        return all(isinstance(one.command, c.Wait | c.Backoff) for one in self._sleeps.values())

    async def lie_down(self, command: Sleepy, record: Record | None) -> None:
        """Begin a wait, or go on with one that an earlier process began."""
        if record is None:
            now = self._desk.world.clock.now()
            record = Record(
                command.path, _KINDS[type(command)], "open", now, until=self._until(command, now)
            )
            self._sleeps[command.path] = _Sleep(command, record)
            await self._register(command, record)
        else:
            self._sleeps[command.path] = _Sleep(command, record)
            if isinstance(command, c.StartRun):
                await self._wait_again(command.path, record)

    def _until(self, command: Sleepy, now: float) -> float | None:
        if isinstance(command, c.Wait):
            return command.until if command.until is not None else now + command.seconds
        if isinstance(command, c.WaitFor):
            return now + command.timeout
        if isinstance(command, c.Backoff):
            longest = min(command.max_delay, command.delay * 2.0 ** (command.attempt - 1))
            drawn = self._desk.world.jitter(longest)
            return now + max(drawn, command.at_least)
        return None

    async def _register(self, command: Sleepy, record: Record) -> None:
        if isinstance(command, c.StartRun):
            await self._start_child(command, record)
        elif isinstance(command, c.WaitFor):
            given: Json = {"webhook": list(command.types), "match": dict(command.match)}
            waits = tuple(
                StoredWait(self._desk.run_id, command.path, topic, command.event_ref, command.match)
                for topic in command.types
            )
            await self._desk.save(replace(record, input=self._desk.shown(given)), waits=waits)
        else:
            self._desk.note(record)

    # --- another run -------------------------------------------------------------------------

    async def _start_child(self, command: c.StartRun, record: Record) -> None:
        """Start another recipe, and wait for it unless it is detached."""
        path = command.path
        if self._shadow:
            self.get_up(path, {"outcome": "succeeded", "run_id": "", "result": None})
            return
        world, desk = self._desk.world, self._desk
        command = replace(command, hidden=desk.shown.found_in(dict(command.inputs)))
        child = await desk.commit(world.door.start_child, desk.opened, command)
        if child.too_deep:
            self.get_up(path, {"outcome": "skipped", "run_id": None, "result": None})
        elif child.run is None:
            self.break_off(path, Failure("action", child.refusal))
        elif command.detach:
            self.get_up(path, {"outcome": None, "run_id": child.run, "result": None})
        else:
            waiting = replace(record, output={"run_id": child.run})
            wait = StoredWait(desk.run_id, path, f"run:{child.run}", None, {})
            await desk.save(waiting, waits=(wait,))
            await self._see_child(path, waiting.output)

    async def _wait_again(self, path: str, record: Record) -> None:
        """Go on waiting for another run, also where the end of this one had dropped the wait."""
        if REOPENED in self._desk.opened.records and isinstance(record.output, Mapping):
            topic = f"run:{record.output.get('run_id')}"
            await self._desk.save(waits=(StoredWait(self._desk.run_id, path, topic, None, {}),))
        await self._see_child(path, record.output)

    async def _see_child(self, path: str, output: Json) -> None:
        """Get up where the other run is over already."""
        run_id = output.get("run_id") if isinstance(output, Mapping) else None
        child = await self._desk.world.journal.run(str(run_id))
        if child is None:
            message = f"the run {run_id} is no longer in the journal"
            self.break_off(path, Failure("action", message))
        elif child.run.status == "done":
            result = (child.run.ending or {}).get("result")
            outcome: Json = child.run.outcome
            self._desk.overhear(child)
            self.get_up(path, {"outcome": outcome, "run_id": child.run.id, "result": result})

    # --- waking ------------------------------------------------------------------------------

    def get_up(self, path: str, output: Json, answer: object = None) -> None:
        """End a wait, and record it; `answer` is what the run sees, where it is not `output`."""
        sleep = self._sleeps.pop(path, None)
        if sleep is None:
            return
        now = self._desk.world.clock.now()
        self._desk.note(replace(sleep.record, status="done", ended_at=now, output=output))
        self._desk.keep(path, output)
        self._machine.resolve(path, c.Answer(output if answer is None else answer))

    def break_off(self, path: str, failure: Failure) -> None:
        """End a wait in a failure."""
        sleep = self._sleeps.pop(path)
        now = self._desk.world.clock.now()
        self._desk.note(replace(sleep.record, status="failed", ended_at=now, failure=failure))
        self._machine.resolve(path, c.Failed(failure))

    def wake_due(self, now: float) -> bool:
        """End the waits whose time is over; whether there was any."""
        due = [
            (path, sleep)
            for path, sleep in self._sleeps.items()
            if sleep.record.until is not None and sleep.record.until <= now
        ]
        for path, sleep in due:
            command = sleep.command
            if not isinstance(command, c.WaitFor):
                self.get_up(path, now)
            elif command.fails:
                self.break_off(path, too_late(command.types))
            else:
                self.get_up(path, None)
        return bool(due)

    def expire(self, late: Callable[[str], bool]) -> list[str]:
        """Drop the waits that come too late, for a run whose time is over; returns their paths."""
        paths = [path for path in self._sleeps if late(path)]
        for path in paths:
            del self._sleeps[path]
        return paths
