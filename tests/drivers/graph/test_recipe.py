from __future__ import annotations

import pytest
from drivers.graph.everything import EVERYTHING, drawn, steps

from beeflow.drivers.graph.diagram import Arm, Box, Fork, Loop, ends


def test_what_comes_before_the_steps_is_drawn_first() -> None:
    found = drawn(EVERYTHING)
    assert found.title == 'all: Everything <b>at "once"</b> & more'
    assert [box.title for box in found.triggers] == [
        "webhook event.created",
        "schedule 0 9 * * *",
        "event_start 15m before",
    ]
    policy, fetch, conditions = found.parts[:3]
    assert policy == Box(
        "note",
        "run policy",
        (
            "throttle: once_within 1h, key trigger.id",
            "cancelled by webhook event.deleted",
        ),
    )
    assert fetch == Box("read", "events.get as event", ("event_ref: {{ trigger.id }}",))
    assert conditions == Fork(
        Box("decision", "conditions", ("event.event_title", "any of (a, b)")),
        (Arm("all hold"), Arm("no", (Box("end", "skipped"),))),
    )
    assert found.failing == (Box("action", "log.write", ("message: oh",)),)


def test_without_a_trigger_it_says_so() -> None:
    (box,) = drawn("actions: [{stop: x}]\n").triggers
    assert box.title == "started by hand or by another recipe"


@pytest.mark.parametrize(
    ("step", "part"),
    [
        ("{wait: 10m}", Box("wait", "wait 10m")),
        ("{wait: {until: now}}", Box("wait", "wait until now")),
        (
            "{wait_for: {webhook: poll.created, timeout: 2h, match: {data.x: y}}}",
            Box("wait", "wait for poll.created", ("match.data.x: y", "after 2h it fails")),
        ),
        (
            "{wait_for: {webhook: poll.created, timeout: 2h}, on_timeout: continue}",
            Box("wait", "wait for poll.created", ("after 2h it goes on",)),
        ),
        ("{set: {a: 1}}", Box("inside", "set", ("a: 1",))),
        ("{run: other, with: {a: 1}}", Box("inside", "run other", ("a: 1",))),
        ("{stop: over}", Box("end", "succeeded: over")),
        (
            "{action: slack.post, if: a, once: b, with: {text: t}}",
            Box("irreversible", "slack.post", ("only if a", "text: t", "once for each b")),
        ),
        (
            "{action: events.delete, with: {event_ref: x}}",
            Box("irreversible", "events.delete", ("event_ref: x",)),
        ),
        (
            "{action: http.request, with: {url: 'https://x', method: DELETE}}",
            Box("irreversible", "http.request", ("url: https://x", "method: DELETE")),
        ),
        (
            "{action: events.get, as: e, name: Look, with: {event_ref: x}}",
            Box("read", "Look: events.get as e", ("event_ref: x",)),
        ),
        (
            "{action: made.up, with: {a: 1, b: 2, c: 3, d: 4}}",
            Box("irreversible", "made.up", ("a: 1", "b: 2", "c: 3", "…")),
        ),
        (
            "{if: a, stop: b}",
            Fork(
                Box("decision", "if", ("a",)),
                (Arm("yes", (Box("end", "succeeded: b"),)), Arm("no")),
            ),
        ),
        (
            "{if: a, then: [{wait: 1m}]}",
            Fork(
                Box("decision", "if", ("a",)),
                (Arm("yes", (Box("wait", "wait 1m"),)), Arm("no")),
            ),
        ),
        (
            "{choose: [{when: a, then: [{wait: 1m}]}]}",
            Fork(
                Box("decision", "choose", ("the first that holds",)),
                (Arm("a", (Box("wait", "wait 1m"),)), Arm("else")),
            ),
        ),
        (
            "{parallel: [[{wait: 1m}], [{wait: 2m}]]}",
            Fork(
                Box("inside", "side by side"),
                (Arm("1", (Box("wait", "wait 1m"),)), Arm("2", (Box("wait", "wait 2m"),))),
            ),
        ),
        (
            "{for_each: a, parallel: 2, do: [{wait: 1m}]}",
            Loop(
                Box("inside", "for each item in a", ("2 at once",)),
                (Box("wait", "wait 1m"),),
            ),
        ),
        (
            "{repeat: {until: a}, every: 30s, max: 5, do: [{wait: 1m}]}",
            Loop(
                Box("inside", "repeat", ("until a", "every 30s", "max 5")),
                (Box("wait", "wait 1m"),),
            ),
        ),
        (
            "{action: log.write, with: {message: m}, on_error: [{wait: 1m}]}",
            Fork(
                Box("action", "log.write", ("message: m",)),
                (Arm(""), Arm("if it fails", (Box("wait", "wait 1m"),), rare=True)),
            ),
        ),
    ],
)
def test_each_step_has_its_part(step: str, part: object) -> None:
    assert drawn(steps(step)).parts[0] == part


def test_nothing_comes_after_ways_that_all_have_ended() -> None:
    assert ends(drawn(steps("{if: a, then: [{stop: b}], else: [{stop: c}]}")).parts)
    assert not ends(drawn(steps("{if: a, then: [{stop: b}]}")).parts)
