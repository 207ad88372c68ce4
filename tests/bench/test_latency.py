from __future__ import annotations

import pytest

from beeflow.bench.latency import _middle


def test_a_round_in_which_the_machine_did_something_else_is_not_what_is_told() -> None:
    calm, busy = [0.001, 0.002, 0.003], [0.5, 0.6, 0.7]
    assert _middle([calm, busy, calm], 50) == pytest.approx(2.0)
    assert _middle([busy, busy, calm], 50) == pytest.approx(600.0)
