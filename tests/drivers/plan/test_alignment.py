from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.drivers.plan.alignment import Pair, align


def alike(one: str, other: str) -> float:
    return float(one[0] == other[0])


def aligned(before: str, after: str) -> list[Pair]:
    return align(before.split(), after.split(), str, alike)


def test_what_stays_is_paired_with_itself() -> None:
    assert aligned("a b", "a b") == [Pair(0, 0), Pair(1, 1)]


def test_what_is_new_and_what_is_gone_stand_where_they_stood() -> None:
    assert aligned("a b c", "a x c") == [Pair(0, 0), Pair(1, None), Pair(None, 1), Pair(2, 2)]


def test_what_is_alike_was_changed() -> None:
    assert aligned("a b1 c", "a b2 c") == [Pair(0, 0), Pair(1, 1), Pair(2, 2)]


def test_what_stands_elsewhere_has_moved() -> None:
    assert Pair(0, 2, moved=True) in aligned("x b c", "b c x")
    assert Pair(0, 2, moved=True) in aligned("x1 b c", "b c x2")


def test_of_two_that_are_alike_the_near_one_is_meant() -> None:
    assert aligned("a1 b a2", "a3 b") == [Pair(0, 0), Pair(1, 1), Pair(2, None)]


items = st.lists(st.sampled_from(["a1", "a2", "b1", "b2", "c"]), max_size=6)


@settings(max_examples=60, deadline=None)
@given(items, items)
def test_every_item_is_told_of_once(before: list[str], after: list[str]) -> None:
    pairs = align(before, after, str, alike)
    assert sorted(p.before for p in pairs if p.before is not None) == list(range(len(before)))
    assert [p.after for p in pairs if p.after is not None] == list(range(len(after)))
