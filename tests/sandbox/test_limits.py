from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.sandbox.limits import RateLimit


@settings(deadline=None)
@given(st.lists(st.floats(0, 20), max_size=60), st.integers(1, 5))
def test_no_sixty_seconds_hold_more_than_the_limit(gaps: list[float], limit: int) -> None:
    rate, now, allowed = RateLimit(limit), 0.0, list[float]()
    for gap in gaps:
        now += gap
        if rate.take("a", now) == 0:
            allowed.append(now)
    assert all(
        sum(moment - 60 < other <= moment for other in allowed) <= limit for moment in allowed
    )


def test_who_waits_as_told_is_let_in() -> None:
    rate = RateLimit(1)
    assert rate.take("a", 0.5) == 0
    wait = rate.take("a", 30.0)
    assert wait == 31
    assert rate.take("a", 30.0 + wait) == 0
    assert rate.take("b", 30.0) == 0
    rate.forget()
    assert rate.take("a", 61.0) == 0
