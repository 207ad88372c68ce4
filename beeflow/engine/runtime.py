"""The runtime: opens a run, carries it on with the recipe it is pinned to, and says what moved."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from beeflow.engine.carrier import Carrier
from beeflow.engine.commands import Ending, Fault
from beeflow.engine.journal.records import Moved, OpenRun, Woken
from beeflow.engine.performing import Desk
from beeflow.errors import Failure, JournalBroken, StaleRun, UsageError

if TYPE_CHECKING:
    from beeflow.engine.world import World
    from beeflow.recipe.model import Recipe

log = logging.getLogger(__name__)


class Runtime:
    """Carries runs on. `active` are those in memory now, by id.

    A run that is asked to stop while it is still being opened, from a copy that does not know of
    it, is stopped as soon as it is in memory.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.active: dict[str, Carrier] = {}
        self._opening: dict[str, bool] = {}

    async def carry(self, run_id: str, fresh: OpenRun | None = None) -> Moved:
        """Carry a run on until it is over or parked; `fresh` spares reading it back."""
        self._opening[run_id] = False
        try:
            opened = fresh or await self.world.journal.run(run_id)
            if opened is None or opened.run.status == "done":
                return Moved()
            try:
                recipe = await self.world.book.pinned(opened.run.recipe_hash)
                if recipe is None:
                    missing = "the text of its recipe is not in the journal"
                    return await self._give_up(opened, missing)
                return await self._carrier(opened, recipe).carry()
            except StaleRun:
                return Moved()
            except JournalBroken:
                raise
            except UsageError as error:
                return await self._give_up(opened, str(error))
            except Exception as error:
                # A fault of ours must end this run with a word on it, and no other.
                log.exception("run %s broke", run_id)
                why = f"beeflow broke while it carried this run: {type(error).__name__}: {error}"
                return await self._give_up(opened, why)
        finally:
            self._opening.pop(run_id, None)
            self.active.pop(run_id, None)

    def _carrier(self, opened: OpenRun, recipe: Recipe) -> Carrier:
        """Have the run in memory."""
        carrier = self.active[opened.run.id] = Carrier(self.world, opened, recipe)
        if self._opening.pop(opened.run.id, False):
            carrier.stop()
        return carrier

    async def _give_up(self, opened: OpenRun, message: str) -> Moved:
        ending = Ending("failed", message, Fault(Failure("action", message)))
        desk = Desk(self.world, opened, shadow=False)
        ending = desk.told(ending)
        follow = self.world.door.aftermath(opened, ending)
        journal, run_id = self.world.journal, opened.run.id
        now = self.world.clock.now()
        return await desk.commit(journal.finish, run_id, (), ending, now, follow)

    def woken(self, woken: Woken) -> bool:
        """Tell a run in memory that one of its waits was met; whether there is such a run."""
        carrier = self.active.get(woken.run)
        if carrier is not None:
            carrier.woken(woken.path, woken.result)
        return carrier is not None

    def stop(self, run_id: str) -> bool:
        """Cancel a run in memory after the action it is in; whether there is such a run."""
        if run_id in self._opening:
            self._opening[run_id] = True
            return True
        carrier = self.active.get(run_id)
        if carrier is not None:
            carrier.stop()
        return carrier is not None
