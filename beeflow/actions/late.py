"""Actions whose libraries are imported at their first call.

What posts to Slack takes as long to import as all of the engine, and most daemons start without
anything to say there: so it is imported when there is, beside the event loop.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from beeflow.actions.definition import Args, Context, DefinedAction, Definition
from beeflow.turns import short_turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.types import Json


class LateAction(DefinedAction):
    """An action that `make` makes, in a thread, when it is first called."""

    def __init__(self, definition: Definition, make: Callable[[], DefinedAction]) -> None:
        self.definition = definition
        self._make = make
        self._made: DefinedAction | None = None
        self._making = asyncio.Lock()

    async def call(self, args: Args, context: Context) -> Json:
        """Perform it once. Raises `ActionError`."""
        made = self._made or await self._once_made()
        return await made.call(args, context)

    async def _once_made(self) -> DefinedAction:
        async with self._making:  # first calls may come side by side
            if self._made is None:
                self._made = await asyncio.to_thread(self._make_aside)
        return self._made

    def _make_aside(self) -> DefinedAction:
        with short_turns():
            return self._make()
