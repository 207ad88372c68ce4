"""How much is measured: all of it, quickly, or a part of either."""

from __future__ import annotations

from typing import Final

import msgspec


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of a measurement; `seconds` is for how long webhooks come at a steady rate.

    `few` and `many` recipes are started with, `matched` are matched against `few`, a `crowd` is
    on one type of webhook, and so many runs are `waiting`.
    """

    rounds: int
    webhooks: int
    seconds: float
    burst: int
    few: int
    many: int
    matched: int
    crowd: int
    waiting: int

    def times(self, factor: float) -> Scale:
        """Return a scale with everything but the rounds multiplied; no count is less than 2."""
        return Scale(
            rounds=self.rounds if factor >= 1 else 1,
            webhooks=_times(self.webhooks, factor),
            seconds=max(0.2, self.seconds * factor),
            burst=_times(self.burst, factor),
            few=_times(self.few, factor),
            many=_times(self.many, factor) + 1,
            matched=_times(self.matched, factor),
            crowd=_times(self.crowd, factor),
            waiting=_times(self.waiting, factor),
        )


def _times(count: int, factor: float) -> int:
    return max(2, round(count * factor))


FULL: Final = Scale(
    rounds=3, webhooks=6_000, seconds=8.0, burst=4_000, few=10, many=1_000, matched=10_000,
    crowd=5_000, waiting=100_000,
)  # fmt: skip
QUICK: Final = Scale(
    rounds=2, webhooks=1_500, seconds=2.0, burst=1_000, few=10, many=100, matched=1_000,
    crowd=200, waiting=5_000,
)  # fmt: skip
"""A minute or less; small counts tell less, above all of memory and of many recipes."""
