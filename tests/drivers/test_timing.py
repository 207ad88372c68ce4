from __future__ import annotations

from beeflow.drivers.timing import Timing


def test_the_second_way_begins_when_the_first_did() -> None:
    timing = Timing(100.0)
    timing.fork("actions/0")
    timing.enter("actions/0/then/0")
    timing.now = 160.0
    timing.enter("actions/0/then/1")
    assert timing.now == 160.0
    timing.enter("actions/0/else/0")
    assert timing.now == 100.0
    timing.now = 110.0
    timing.enter("actions/1")
    assert timing.now == 160.0


def test_forks_within_forks_are_kept_apart() -> None:
    timing = Timing(0.0)
    timing.fork("actions/0")
    timing.enter("actions/0/then/0")
    timing.fork("actions/0/then/0")
    timing.enter("actions/0/then/0/then/0")
    timing.now = 50.0
    timing.enter("actions/0/then/0/else/0")
    assert timing.now == 0.0
    timing.now = 5.0
    timing.enter("actions/0/else/0")
    assert timing.now == 0.0
    timing.enter("actions/1")
    assert timing.now == 50.0
