"""The embedded dispatcher: one process, a queue in memory, an alarm for what sleeps.

The journal knows which runs may run and when the next one wakes; here is only which of them are
being carried, and in which order the others follow.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.engine.alarm import Alarm
from beeflow.engine.journal.records import Moved, OpenRun, Woken
from beeflow.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.ports import Clock
    from beeflow.engine.runtime import Runtime

log = logging.getLogger(__name__)

AT_ONCE: Final = 256
"""Runs that are carried side by side."""

PAGE: Final = 256
"""Runs read from the journal at a time."""

KEPT_FRESH: Final = 4096
"""Runs that wait for their turn with their event in memory; further ones are read back."""

FEW: Final = 8
"""Runs that are carried side by side while webhooks crowd in: a sender waits for its answer, and a
run is in the journal already."""

PATIENCE: Final = 1.0
"""Seconds for which runs give way to a crowd; then they have their part, however long it lasts."""

LOOK: Final = 0.01
"""Seconds until it is seen whether the crowd is still there."""


class LocalDispatcher:
    """Runs what is ready, oldest first, and wakes what sleeps."""

    def __init__(self, journal: Journal, runtime: Runtime, clock: Clock) -> None:
        self._journal = journal
        self._runtime = runtime
        self._queue: deque[str] = deque()
        self._fresh: dict[str, OpenRun] = {}
        self._again: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.alarm = Alarm(clock, self._wake_due, "waking runs")
        self._rests = asyncio.Event()
        self._stopped = False
        self._hurried = asyncio.Event()
        # Of the crowd that was seen last: when it began, and when it was seen. Long ago: none.
        self._crowd_began = self._crowd_seen = -PATIENCE
        self._looks = False
        self.crowded: Callable[[], bool] = lambda: False
        """Asked whether webhooks crowd in, so that runs should give way."""

    @property
    def depth(self) -> int:
        """How many runs wait for their turn in memory."""
        return len(self._queue)

    async def start(self) -> None:
        """Queue what was left, and set the alarm."""
        after: str | None = None
        while page := await self._journal.ready(after, PAGE):
            self._enqueue(page)
            after = page[-1]
        self.alarm.start()

    def submit(self, moved: Moved, fresh: Sequence[OpenRun] = ()) -> None:
        """Take what a change set in motion."""
        if fresh and len(self._fresh) < KEPT_FRESH:
            for opened in fresh:
                self._fresh[opened.run.id] = opened
        for ended in moved.ended:
            self._runtime.world.on_end(ended)
        for woken in moved.woken:
            self._wake(woken)
        for run_id in moved.stopping:
            # What is kept of a run that waits for its turn does not know that it must stop.
            self._fresh.pop(run_id, None)
            self._runtime.stop(run_id)
        if moved.ready:
            self._enqueue(moved.ready)
        if moved.wake_at is not None:
            self.alarm.set(moved.wake_at)

    def _wake(self, woken: Woken) -> None:
        if not self._runtime.woken(woken):
            self._enqueue((woken.run,))

    def _enqueue(self, run_ids: tuple[str, ...]) -> None:
        for run_id in run_ids:
            if run_id in self._tasks:
                self._again.add(run_id)
            else:
                self._queue.append(run_id)
        self._pump()

    def _pump(self) -> None:
        """Carry as many runs as may be carried at once."""
        queue, tasks = self._queue, self._tasks
        if queue and not self._stopped:
            loop = asyncio.get_running_loop()
            most = self._give_way(loop) if self.crowded() else AT_ONCE
            while queue and len(tasks) < most:
                run_id = queue.popleft()
                if run_id not in tasks:
                    tasks[run_id] = loop.create_task(self._carry(run_id))

    def _give_way(self, loop: asyncio.AbstractEventLoop) -> int:
        """Return how many runs may be under way in a crowd."""
        now = loop.time()
        if now - self._crowd_seen > PATIENCE:  # it is another crowd
            self._crowd_began = now
        self._crowd_seen = now
        if now - self._crowd_began > PATIENCE:
            return AT_ONCE
        if not self._looks:
            self._looks = True
            loop.call_later(LOOK, self._look_again)
        return FEW

    def _look_again(self) -> None:
        self._looks = False
        self._pump()

    async def _carry(self, run_id: str) -> None:
        try:
            moved = await self._runtime.carry(run_id, self._fresh.pop(run_id, None))
        except JournalError as error:
            log.error("run %s cannot be carried on: %s", run_id, error)  # noqa: TRY400 - no trace helps
            moved = Moved()
        del self._tasks[run_id]
        if run_id in self._again:
            self._again.discard(run_id)
            self._queue.append(run_id)
        self.submit(moved)
        if self._queue:
            self._pump()
        elif not self._tasks:
            self._rests.set()

    async def _wake_due(self, now: float) -> float | None:
        moved = await self._journal.due(now)
        self.submit(replace(moved, wake_at=None))
        return moved.wake_at

    # --- coming to rest ----------------------------------------------------------------------

    async def idle(self) -> None:
        """Return when nothing is under way and nothing may run now."""
        while self._queue or self._tasks or self.alarm.due:
            if self._queue or self._tasks:
                self._rests.clear()
                await self._rests.wait()
            await asyncio.sleep(0)

    def hurry(self) -> None:
        """Have `stop`, now or later, wait for nothing."""
        self._hurried.set()

    async def stop(self, grace: float) -> int:
        """Begin nothing new, let what is under way end within `grace` seconds, cut off the rest.

        Returns how many were cut off: they go on from their records at the next start.
        """
        self._stopped = True
        await self.alarm.stop()
        await self._drain(grace)
        left = len(self._tasks)
        for task in tuple(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        return left

    async def _drain(self, grace: float) -> None:
        """Return when nothing is under way, time is up, or somebody is in a hurry."""
        if not self._tasks:
            return
        ended = asyncio.create_task(asyncio.wait(tuple(self._tasks.values())))
        hurried = asyncio.create_task(self._hurried.wait())
        await asyncio.wait({ended, hurried}, timeout=grace, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        hurried.cancel()
