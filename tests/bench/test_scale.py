from __future__ import annotations

from beeflow.bench.scale import FULL, QUICK


def test_a_scale_can_be_made_smaller_but_never_nothing() -> None:
    small = FULL.times(0.01)
    assert (small.webhooks, small.waiting, small.rounds) == (60, 1_000, 1)
    least = QUICK.times(0.00001)
    assert (least.webhooks, least.few, least.matched) == (2, 2, 2)
    assert least.many > least.few
    assert least.seconds > 0
    assert FULL.times(1).rounds == FULL.rounds
