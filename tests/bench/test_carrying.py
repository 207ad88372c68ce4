from __future__ import annotations

import threading

from beeflow.bench import carrying


def test_a_run_is_carried_to_its_end_and_none_once_the_measurement_is_over() -> None:
    over = threading.Event()
    calls, seconds = carrying._measured(5, over)
    assert calls > 50
    assert len(seconds) == carrying.TURNS
    over.set()
    calls, _ = carrying._measured(5, over)
    assert calls < 10
