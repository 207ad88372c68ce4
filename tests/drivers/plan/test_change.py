from __future__ import annotations

import pytest

from beeflow.drivers.plan.change import Change, shift


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change("added", "step 2", "wait", after="10m"), "new step 2 `wait`: 10m"),
        (Change("added", "step 2", "wait"), "new step 2 `wait`"),
        (Change("removed", "`timeout`"), "`timeout` is gone"),
        (
            Change("removed", "step 1", "set", before="a: 1"),
            "step 1 `set` is gone, which was: a: 1",
        ),
        (
            Change("moved", "step 1", "set", after="step 3"),
            "step 1 `set` has moved: it is step 3 now",
        ),
        (Change("changed", "step 1", "set", "set.a", "1", "2"), "step 1 `set`, `set.a`: 1 → 2"),
        (Change("changed", "`name`", before="", after="x"), "`name`: was empty, is `x`"),
        (
            Change("changed", "step 1", "log.write", "with.message", "a\nb", "c"),
            "step 1 `log.write`, `message`: was `a b`, is `c`",
        ),
        (
            Change("changed", "step 1", "wait", "wait", "1m", "2m", "so it is"),
            "step 1 `wait`: 1m → 2m (so it is)",
        ),
    ],
)
def test_a_change_reads_as_a_sentence(change: Change, text: str) -> None:
    assert change.text == text


def test_long_texts_are_cut() -> None:
    told = Change("changed", "x", before="a" * 300, after="b").text
    assert "a" * 150 in told
    assert "a" * 200 not in told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("10m", "5m", "what follows happens 5m earlier"),
        ("5m", "1h", "what follows happens 55m later"),
        ("60s", "1m", ""),
        ("{{ a }}", "1m", ""),
    ],
)
def test_a_shift_is_told_where_it_is_known(before: str, after: str, told: str) -> None:
    assert shift(before, after) == told
