"""The seam `Dispatcher`: who runs a run, when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.engine.journal.records import Moved, OpenRun


class Dispatcher(Protocol):
    """Takes what the journal set in motion, and sees that it is carried on."""

    @property
    def depth(self) -> int:
        """How many runs that may run have not been begun."""
        ...

    async def start(self) -> None:
        """Begin to work: first what was left unfinished."""
        ...

    def submit(self, moved: Moved, fresh: Sequence[OpenRun] = ()) -> None:
        """Take what a change set in motion; `fresh` spares reading new runs back."""
        ...

    async def idle(self) -> None:
        """Return when nothing is under way and nothing may run now."""
        ...

    async def stop(self, grace: float) -> int:
        """Take nothing more, and let what is under way end within `grace` seconds.

        Returns how many did not end: they stay in the journal, for the next start to carry on.
        """
        ...
