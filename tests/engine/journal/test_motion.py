"""What a change sets in motion."""

from __future__ import annotations

from beeflow.engine.journal.motion import Motion
from beeflow.engine.journal.records import Moved


def test_nothing_moved_is_nothing() -> None:
    assert Motion().moved() == Moved()


def test_the_earliest_time_counts() -> None:
    motion = Motion()
    for instant in (300.0, None, 100.0, 200.0):
        motion.look_at(instant)

    assert motion.moved().wake_at == 100.0


def test_each_ready_run_is_named_once_and_a_cancelled_one_not_at_all() -> None:
    motion = Motion(ready=["r-2", "r-1", "r-2", "r-3"], cancelled=["r-3"])

    assert motion.moved() == Moved(ready=("r-2", "r-1"), cancelled=("r-3",))
