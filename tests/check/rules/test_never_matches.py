from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell

WATCH = """
trigger:
  watch:
    every: 1m
    for_events: %s
    fetch: {stream: {action: events.stream, with: {event_ref: "{{ trigger.data.event_ref }}"}}}
    when: stream.view_data[0].viewers < 50
actions: [{stop: here}]
"""


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (
            "{status: ended}",
            "<ended> `event_status` is never the text 'ended' | did you mean 'done'?",
        ),
        ("{event_status: [live, runing]}", "<runing> `event_status` is never the text 'runing'"),
        (
            "{status: force_live}",
            "<force_live> events cannot be listed by the status 'force_live' | write event_status: force_live",
        ),
        ("{status: {not: scheduled}}", "<scheduled> `event_status` is never the text 'scheduled'"),
    ],
)
def test_a_filter_that_no_event_passes(tell: Tell, filters: str, told: str) -> None:
    (line,) = tell(WATCH % filters)
    assert line.startswith(f"never-matches error {told}")


@pytest.mark.parametrize(
    "filters",
    [
        "{status: live}",
        "{event_status: force_live}",
        "{status: [live, force_live], title: {prefix: a}}",
        "{}",
        "{ref: abc}",
    ],
)
def test_filters_that_some_event_passes(tell: Tell, filters: str) -> None:
    assert tell(WATCH % filters) == []


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ("{statsu: live}", "<statsu> an event has no field `statsu` to be filtered by | did you mean `status`?"),
        ("{event_titel: x}", "<event_titel> an event has no field `event_titel` to be filtered by | did you mean `title`?"),
        ("{orderBy: created}", "<orderBy> an event has no field `orderBy` to be filtered by | `orderBy` is a parameter"),
        ("{nothing_like_it: 1}", "<nothing_like_it> an event has no field `nothing_like_it` to be filtered by | has: chat, "),
    ],
)  # fmt: skip
def test_a_filter_on_what_no_event_has(tell: Tell, filters: str, told: str) -> None:
    (line,) = tell(WATCH % filters)
    assert line.startswith(f"unknown-trigger-field error {told}")


def test_a_path_that_begins_elsewhere_is_told_with_the_path_that_is_right(tell: Tell) -> None:
    recipe = (
        "trigger: {webhook: event.updated.status, match: {%s: live}}\nactions: [{stop: here}]\n"
    )
    for wrong in ("status", "trigger.data.status"):
        (line,) = tell(recipe % wrong)
        assert line.startswith("unknown-trigger-field error")
        assert "did you mean `data.status`?" in line


def test_no_filter_is_held_against_events_that_are_not_known(tell: Tell) -> None:
    told = tell(WATCH % "{status: ended}", actions={})
    assert [line for line in told if line.startswith("never-matches")] == []
