"""How many webhooks may be on their way into the journal at once: so many as get there quickly.

Nobody can say beforehand how many that are: it depends on the disk, on the processor, on what the
runs of those before have to do. So it is felt out, as TCP does (RFC 5681): a little more while all
goes well and the allowance is used, a third less when one took too long. What a machine cannot
acknowledge in time is refused while to say so is cheap, and those let in have it to themselves.
"""

from __future__ import annotations

from typing import Final

QUICK: Final = 0.15
"""Seconds in which a webhook is to be in the journal, from when it was let in."""

LEAST: Final = 256
"""Webhooks that are let in at once, however long they take: else nobody would ever find out that
it goes quickly again, and a commit would serve only a few. A machine that takes some 600 a second
has them acknowledged in time."""

_CUT: Final = 0.7
_STEP: Final = 8.0
_USED: Final = 0.75


class Allowance:
    """The number, between `LEAST` and `most`; `took` tells it of each webhook.

    It begins with `most`: nobody is sent away before it is known that there is no room.
    """

    def __init__(self, most: int) -> None:
        self._most = float(most)
        self._least = float(min(LEAST, most))
        self._cut_at = 0.0
        self.number = self._most
        """How many there may be now."""

    def took(self, began: float, ended: float, at_once: int) -> None:
        """Note that a webhook was on its way from `began` to `ended`, as one of `at_once`."""
        if ended - began > QUICK:
            if began >= self._cut_at:  # those that were let in before it tell nothing new
                self.number = max(self._least, min(self.number, at_once) * _CUT)
                self._cut_at = ended
        elif at_once >= self.number * _USED:
            self.number = min(self._most, self.number + _STEP / self.number)
