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
        ("{status: {not: scheduled}}", "<scheduled> `event_status` is never the text 'scheduled'"),
    ],
)
def test_a_filter_that_no_event_passes(tell: Tell, filters: str, told: str) -> None:
    (line,) = tell(WATCH % filters)
    assert line.startswith(f"never-matches error {told}")


@pytest.mark.parametrize(
    "filters",
    ["{status: live}", "{status: [live, force_live], title: {prefix: a}}", "{}", "{ref: abc}"],
)
def test_filters_that_some_event_passes(tell: Tell, filters: str) -> None:
    assert tell(WATCH % filters) == []


def test_no_filter_is_held_against_events_that_are_not_known(tell: Tell) -> None:
    told = tell(WATCH % "{status: ended}", actions={})
    assert [line for line in told if line.startswith("never-matches")] == []
