from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.sandbox import audience
from beeflow.sandbox.audience import Watched
from beeflow.sandbox.names import Names


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.integers(1, 80), st.floats(0, 10_000))
def test_what_is_counted_adds_up(seed: int, count: int, now: float) -> None:
    views = audience.planned(Names(Random(seed)), 0.0, count)
    seen = Watched(views, now).within(0, now)
    assert 0 <= seen.present <= len(seen.views) <= count
    for metric in ("views", "watch_time", "viewers"):
        total = audience.measured(seen, metric, "count")
        groups = audience.grouped(seen, metric, "browser")
        assert sum(value for _, value in groups) == total
    steps = audience.series(seen, 0, int(now) + 60, 60)
    assert sum(value for _, value in steps) == len(seen.views)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.floats(0, 5000))
def test_nobody_is_left_when_a_stream_ends(seed: int, end: float) -> None:
    views = audience.ended(audience.planned(Names(Random(seed)), 0.0, 50), end)
    assert all(view.start < end and view.end <= end for view in views)
    assert Watched(views, end).present == 0


def test_the_first_viewer_is_there_within_a_second() -> None:
    views = audience.planned(Names(Random(3)), 10.0, 5)
    assert 10 <= views[0].start < 11
    assert views == sorted(views, key=lambda view: view.start)
