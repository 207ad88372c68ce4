from __future__ import annotations

from typing import TYPE_CHECKING

from check.causes.tracing import graph, says

if TYPE_CHECKING:
    from beeflow.check.causes import Graph

LIVE = "trigger: {webhook: event.updated.status, match: {data.status: live}}"
DONE = "trigger: {webhook: event.updated.status, match: {data.status: done}}"
STOP = "actions: [{stop: here}]"


def links(found: Graph) -> list[tuple[str, str, str, str | None, int | None]]:
    return [
        (one.source, one.target, one.by, one.step.head.path if one.step else None, one.trigger)
        for one in found.links
    ]


def test_a_step_causes_a_webhook_that_starts_another() -> None:
    found = graph(ends=says(LIVE), cleans=f"{DONE}\n{STOP}", greets=f"{LIVE}\n{STOP}")
    assert links(found) == [("ends", "cleans", "event.updated.status", "actions/0", 0)]
    assert found.links[0].doubts == ()
    assert found.links[0].changes == {"status": ("done",)}


def test_the_first_trigger_that_surely_matches_counts() -> None:
    two = (
        "trigger:\n"
        "  - {webhook: event.updated, match: {data.event_lang: en}}\n"
        "  - {webhook: event.updated}\n"
        "  - {webhook: event.*}\n"
    )
    found = graph(ends=says(LIVE), other=two + STOP)
    assert links(found) == [
        ("ends", "other", "event.updated", "actions/0", 0),
        ("ends", "other", "event.updated", "actions/0", 1),
        ("ends", "other", "event.updated.status", "actions/0", 2),
    ]
    assert [one.text for one in found.links[0].doubts] == ["data.event_lang"]


def test_what_is_known_goes_with_the_run() -> None:
    relay = (
        "inputs: {status: {type: string}}\n"
        "actions:\n"
        "  - action: events.set_status\n"
        "    with: {event_ref: a, status: '{{ inputs.status }}'}\n"
    )
    calls = f"{LIVE}\nactions: [{{run: relay, with: {{status: done}}}}]"
    found = graph(calls=calls, relay=relay, live=f"{LIVE}\n{STOP}", done=f"{DONE}\n{STOP}")
    # By itself, `relay` may set any status; what `calls` starts sets only one.
    assert ("relay", "live", "event.updated.status", "actions/0", 0) in links(found)
    (follows,) = (
        ways for ways in found.follows.values() if ways and all(not one.doubts for one, _ in ways)
        and ways[0][0].source == "relay"
    )  # fmt: skip
    assert [one.target for one, _ in follows] == ["done"]


def test_runs_start_runs() -> None:
    found = graph(
        first="actions: [{run: second}, {run: nowhere}]",
        second=STOP,
        after=f"trigger: {{run: succeeded, recipe: second}}\n{STOP}",
        alarm=f"trigger: {{run: failed}}\n{STOP}",
    )
    assert links(found) == [
        ("first", "second", "run", "actions/0", None),
        ("first", "alarm", "run", None, 0),
        ("second", "after", "run", None, 0),
        ("second", "alarm", "run", None, 0),
        ("after", "alarm", "run", None, 0),
    ]
    assert [one.kind for one in found.links[1].doubts] == ["failure"]


def test_who_is_switched_off_or_a_shadow_causes_nothing() -> None:
    ends = says(LIVE)
    cleans = f"{DONE}\n{STOP}"
    assert links(graph(ends=f"enabled: false\n{ends}", cleans=cleans)) == []
    assert links(graph(ends=ends, cleans=f"enabled: false\n{cleans}")) == []
    assert links(graph(ends=f"mode: shadow\n{ends}", cleans=cleans)) == []


def test_conditions_that_cannot_hold_keep_a_run_from_anything() -> None:
    never = says(f"{LIVE}\nconditions: [\"trigger.data.status == 'done'\"]")
    assert links(graph(never=never, cleans=f"{DONE}\n{STOP}")) == []


def test_an_unknown_action_causes_nothing() -> None:
    assert links(graph(a=f"{LIVE}\nactions: [{{action: crm.update}}]", b=f"{DONE}\n{STOP}")) == []
