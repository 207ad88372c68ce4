from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from beeflow.engine.journal.records import Standing
from beeflow.server.metrics import Meter

Sample = tuple[str, tuple[tuple[str, str], ...]]


async def read(meter: Meter) -> dict[Sample, float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families((await meter.text()).decode())
        for sample in family.samples
    }


async def test_webhooks_are_counted_by_source_and_result() -> None:
    meter = Meter("1.2.3")
    for result in ("accepted", "accepted", "stale"):
        meter.webhook("main", result)
    meter.webhook("other", "accepted")
    found = await read(meter)
    name = "beeflow_webhooks_total"
    assert found[name, (("result", "accepted"), ("source", "main"))] == 2
    assert found[name, (("result", "stale"), ("source", "main"))] == 1
    assert found[name, (("result", "accepted"), ("source", "other"))] == 1


async def test_runs_are_counted_by_recipe_and_outcome() -> None:
    meter = Meter("1.2.3")
    meter.run_ended("go-live", "succeeded")
    assert (await read(meter))[
        "beeflow_runs_total", (("outcome", "succeeded"), ("recipe", "go-live"))
    ] == 1


async def test_times_go_into_histograms() -> None:
    meter = Meter("1.2.3")
    meter.acknowledged(0.003)
    meter.committed(0.0004, 3)
    found = await read(meter)
    assert found["beeflow_acknowledgement_seconds_bucket", (("le", "0.0025"),)] == 0
    assert found["beeflow_acknowledgement_seconds_bucket", (("le", "0.005"),)] == 1
    assert found["beeflow_journal_commit_seconds_bucket", (("le", "0.0005"),)] == 1
    assert found["beeflow_journal_commit_operations_bucket", (("le", "2.0"),)] == 0
    assert found["beeflow_journal_commit_operations_bucket", (("le", "4.0"),)] == 1


async def test_what_is_followed_is_asked_for_when_it_is_read() -> None:
    meter = Meter("1.2.3")
    value = [1]
    meter.follow("queue_depth", "Runs ready but not begun.", lambda: value[0])
    value[0] = 4
    assert (await read(meter))["beeflow_queue_depth", ()] == 4


async def test_calls_are_counted_by_how_they_went_and_timed_by_their_action() -> None:
    meter = Meter("1.2.3")
    meter.called("polls.create", "done", 0.02)
    meter.called("polls.create", "done", 0.02)
    meter.called("polls.create", "open", 30.5)
    found = await read(meter)
    action = ("action", "polls.create")
    assert found["beeflow_calls_total", (action, ("result", "done"))] == 2
    assert found["beeflow_calls_total", (action, ("result", "open"))] == 1
    assert found["beeflow_step_seconds_bucket", (action, ("le", "0.025"))] == 2
    assert found["beeflow_step_seconds_count", (action,)] == 3


async def test_what_is_in_hand_is_shown_also_where_it_is_nothing() -> None:
    meter = Meter("1.2.3")
    meter.stands(Standing({"waiting": 3, "ready": 1}, 2))
    meter.stands(Standing({"waiting": 2}, 0))
    found = await read(meter)
    name = "beeflow_runs_unfinished"
    assert found[name, (("status", "waiting"),)] == 2
    assert found[name, (("status", "ready"),)] == 0
    assert found["beeflow_runs_unknown", ()] == 0


async def test_no_series_says_when_it_began() -> None:
    meter = Meter("1.2.3")
    meter.webhook("main", "accepted")
    assert b"_created" not in await meter.text()


async def test_the_process_tells_of_itself() -> None:
    found = await read(Meter("1.2.3"))
    builds = [labels for name, labels in found if name == "beeflow_build_info"]
    assert dict(builds[0])["version"] == "1.2.3"
    assert found["process_resident_memory_bytes", ()] > 0


async def test_two_meters_do_not_share_numbers() -> None:
    Meter("1").webhook("main", "accepted")
    assert not [name for name, _ in await read(Meter("1")) if name == "beeflow_webhooks_total"]
