from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from beeflow.server.metrics import Meter
from beeflow.server.ports import Load

Sample = tuple[str, tuple[tuple[str, str], ...]]


def read(meter: Meter) -> dict[Sample, float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(meter.text().decode())
        for sample in family.samples
    }


def test_webhooks_are_counted_by_source_and_result() -> None:
    meter = Meter("1.2.3")
    for result in ("accepted", "accepted", "stale"):
        meter.webhook("main", result)
    meter.webhook("other", "accepted")
    found = read(meter)
    name = "beeflow_webhooks_total"
    assert found[name, (("result", "accepted"), ("source", "main"))] == 2
    assert found[name, (("result", "stale"), ("source", "main"))] == 1
    assert found[name, (("result", "accepted"), ("source", "other"))] == 1


def test_runs_are_counted_by_recipe_and_outcome() -> None:
    meter = Meter("1.2.3")
    meter.run_ended("go-live", "succeeded")
    assert read(meter)["beeflow_runs_total", (("outcome", "succeeded"), ("recipe", "go-live"))] == 1


def test_times_go_into_histograms() -> None:
    meter = Meter("1.2.3")
    meter.acknowledged(0.003)
    meter.committed(0.0004, 3)
    found = read(meter)
    assert found["beeflow_acknowledgement_seconds_bucket", (("le", "0.0025"),)] == 0
    assert found["beeflow_acknowledgement_seconds_bucket", (("le", "0.005"),)] == 1
    assert found["beeflow_journal_commit_seconds_bucket", (("le", "0.0005"),)] == 1
    assert found["beeflow_journal_commit_operations_bucket", (("le", "2.0"),)] == 0
    assert found["beeflow_journal_commit_operations_bucket", (("le", "4.0"),)] == 1


def test_load_is_asked_for_when_it_is_read() -> None:
    meter = Meter("1.2.3")
    load = [Load(1, 2)]
    meter.follow(lambda: load[0], lambda: 7)
    load[0] = Load(3, 4)
    found = read(meter)
    assert found["beeflow_runs_running", ()] == 3
    assert found["beeflow_queue_depth", ()] == 4
    assert found["beeflow_webhooks_in_flight", ()] == 7


def test_the_process_tells_of_itself() -> None:
    found = read(Meter("1.2.3"))
    builds = [labels for name, labels in found if name == "beeflow_build_info"]
    assert dict(builds[0])["version"] == "1.2.3"
    assert found["process_resident_memory_bytes", ()] > 0


def test_two_meters_do_not_share_numbers() -> None:
    Meter("1").webhook("main", "accepted")
    assert not [name for name, _ in read(Meter("1")) if name == "beeflow_webhooks_total"]
