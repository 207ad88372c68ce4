from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client import Histogram as Theirs

from beeflow.server.exposition import write
from beeflow.server.tallies import Counts, Gauge, Histogram

BOUNDS = (0.1, 1.0, 10.0)


def lines_of(tally: Counts | Gauge | Histogram) -> set[bytes]:
    return {line for line in write([tally]).splitlines() if tally.name.encode() in line}


def test_nothing_is_told_of_what_never_was() -> None:
    head = {b"# HELP seen_total What was seen.", b"# TYPE seen_total counter"}
    assert lines_of(Counts("seen", "What was seen.", ("kind",))) == head


def test_what_was_counted_is_told_by_its_labels() -> None:
    seen = Counts("seen", "What was seen.", ("kind", "size"))
    for size in ("big", "small", "big"):
        seen.add(("bee", size))
    told = lines_of(seen)
    assert b'seen_total{kind="bee",size="big"} 2.0' in told
    assert b'seen_total{kind="bee",size="small"} 1.0' in told


def test_a_gauge_tells_what_was_said_last() -> None:
    gauge = Gauge("bees", "Bees that are in.", ("hive",))
    gauge.set(3, "a")
    gauge.set(2, "a")
    assert b'bees{hive="a"} 2.0' in lines_of(gauge)
    assert b"bees 0.0" in lines_of(Gauge("bees", "Bees that are in."))


def test_a_histogram_is_told_as_the_library_tells_its_own() -> None:
    theirs = CollectorRegistry()
    mine = Histogram("took", "How long it took.", BOUNDS, "what")
    other = Theirs("took", "How long it took.", ("what",), buckets=BOUNDS, registry=theirs)
    for value in (0.0, 0.1, 0.11, 1.0, 9.5, 10.0, 10.5, 1e9):
        mine.times("a").observe(value)
        other.labels("a").observe(value)
    told = {line for line in generate_latest(theirs).splitlines() if b"_created" not in line}
    assert lines_of(mine) == told


def test_a_histogram_without_a_label_is_told_from_the_start() -> None:
    took = Histogram("took", "How long it took.", BOUNDS)
    took.times()
    assert {b'took_bucket{le="+Inf"} 0.0', b"took_sum 0.0"} <= lines_of(took)
