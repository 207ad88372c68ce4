"""What a change sets in motion, while it is being gathered."""

from __future__ import annotations

import msgspec

from beeflow.engine.journal.records import Ended, Moved, Woken


class Motion(msgspec.Struct, gc=False):
    """A `Moved` in the making."""

    ready: list[str] = msgspec.field(default_factory=list)
    woken: list[Woken] = msgspec.field(default_factory=list)
    cancelled: list[str] = msgspec.field(default_factory=list)
    stopping: list[str] = msgspec.field(default_factory=list)
    wake_at: float | None = None
    ended: list[Ended] = msgspec.field(default_factory=list)

    def look_at(self, instant: float | None) -> None:
        """Note a time at which a run wants to be looked at; the earliest counts."""
        if instant is not None and (self.wake_at is None or instant < self.wake_at):
            self.wake_at = instant

    def moved(self) -> Moved:
        """Return it as the value that callers get, each run named once.

        A run may have been made ready and cancelled by one change; then it is cancelled.
        """
        ready = dict.fromkeys(self.ready)
        for run in self.cancelled:
            ready.pop(run, None)
        return Moved(
            tuple(ready),
            tuple(self.woken),
            tuple(self.cancelled),
            tuple(self.stopping),
            self.wake_at,
            tuple(self.ended),
        )
