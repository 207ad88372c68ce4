from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client import Histogram as Theirs

from beeflow.server.tallies import Counts, Histogram

BOUNDS = (0.1, 1.0, 10.0)


def test_nothing_is_told_of_what_never_was() -> None:
    registry = CollectorRegistry()
    Counts("seen", "What was seen.", ("kind",), registry)
    assert b'kind="' not in generate_latest(registry)


def test_what_was_counted_is_told_by_its_labels() -> None:
    registry = CollectorRegistry()
    seen = Counts("seen", "What was seen.", ("kind", "size"), registry)
    for size in ("big", "small", "big"):
        seen.add(("bee", size))
    assert registry.get_sample_value("seen_total", {"kind": "bee", "size": "big"}) == 2
    assert registry.get_sample_value("seen_total", {"kind": "bee", "size": "small"}) == 1


def test_a_histogram_is_told_as_the_library_tells_its_own() -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    mine = Histogram("took", "How long it took.", BOUNDS, ours, "what")
    other = Theirs("took", "How long it took.", ("what",), buckets=BOUNDS, registry=theirs)
    for value in (0.0, 0.1, 0.11, 1.0, 9.5, 10.0, 10.5, 1e9):
        mine.times("a").observe(value)
        other.labels("a").observe(value)
    told = {line for line in generate_latest(theirs).splitlines() if b"_created" not in line}
    assert set(generate_latest(ours).splitlines()) == told


def test_a_histogram_without_a_label_is_told_from_the_start() -> None:
    registry = CollectorRegistry()
    Histogram("took", "How long it took.", BOUNDS, registry).times()
    assert registry.get_sample_value("took_bucket", {"le": "+Inf"}) == 0
    assert registry.get_sample_value("took_sum") == 0
