from __future__ import annotations

from beeflow.server.tallies import Counts, Gauge, Histogram


def test_what_was_counted_stands_by_its_labels() -> None:
    seen = Counts("seen", "What was seen.", ("kind", "size"))
    assert seen.counted() == ()
    for size in ("big", "small", "big"):
        seen.add(("bee", size))
    assert seen.counted() == ((("bee", "big"), 2), (("bee", "small"), 1))


def test_a_gauge_without_labels_stands_at_nothing_to_begin_with() -> None:
    assert Gauge("bees", "Bees that are in.").stands() == (((), 0.0),)
    by_hive = Gauge("bees", "Bees that are in.", ("hive",))
    assert by_hive.stands() == ()
    by_hive.set(3, "a")
    by_hive.set(2, "a")
    assert by_hive.stands() == ((("a",), 2),)


def test_values_fall_under_the_first_bound_that_is_no_less() -> None:
    took = Histogram("took", "How long it took.", (0.1, 1.0), "what")
    for value in (0.05, 0.1, 0.5, 7.0):
        took.times("a").observe(value)
    ((key, times),) = took.taken()
    assert key == ("a",)
    assert times.buckets() == [("0.1", 2.0), ("1.0", 3.0), ("+Inf", 4.0)]
    assert times.sum == 7.65
