from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell

SETS = """
trigger: {webhook: event.created%s}
%s
actions:
  - action: events.set_status
    with: {event_ref: "{{ trigger.data.event_ref }}", status: %s}
"""
POLL = """
trigger: {webhook: poll.created}
actions:
  - action: %s
    with: {event_ref: "{{ trigger.data.poll_event_ref }}", poll_ref: "{{ trigger.data.poll_ref }}", state: %s}
"""


def two(one: str, other: str) -> str:
    return f"# a.yaml\n{one}\n# b.yaml\n{other}"


def test_two_recipes_that_fight_over_a_status(tell: Tell) -> None:
    assert tell(two(SETS % ("", "", "video"), SETS % ("", "", "done"))) == [
        (
            "conflict warning <video> this sets `status` to `video`, and `b` sets it to `done` for "
            "the same webhook | both begin at once, and whichever is slower wins: narrow one of them "
            "by `match`, let it `wait`, or make one recipe of the two"
        )
    ]


@pytest.mark.parametrize("status", ["ended", "scheduled", "lvie", "1", "true"])
def test_a_status_that_there_is_not_is_no_conflict_as_well(status: str, tell: Tell) -> None:
    (line,) = tell(two(SETS % ("", "", status), SETS % ("", "", "done")))
    assert line.startswith(f"bad-parameter error <{status}>")


def test_two_recipes_that_fight_over_a_poll(tell: Tell) -> None:
    (line,) = tell(two(POLL % ("polls.set_state", "true"), POLL % ("polls.update", "false")))
    assert line.startswith(
        "conflict warning <true> this sets `state` to `true`, and `b` sets it to `false`"
    )


def test_one_of_them_may_have_a_condition(tell: Tell) -> None:
    asks = SETS % ("", "conditions: [trigger.data.event_lang != 'x']", "done")
    assert len(tell(two(SETS % ("", "", "video"), asks))) == 1
    other = SETS % ("", "conditions: [trigger.data.event_lang == 'x']", "video")
    assert tell(two(other, asks)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SETS % ("", "", "done"), SETS % ("", "", "done")),
        (SETS % ("", "", "done"), (SETS % ("", "", "video")).replace("event.created", "event.deleted")),
        (SETS % (", match: {data.event_lang: a}", "", "done"), SETS % (", match: {data.event_lang: b}", "", "video")),
        (SETS % (", match: {data.event_lang: {prefix: a}}", "", "done"), SETS % (", match: {data.event_lang: {prefix: b}}", "", "video")),
        (SETS % ("", "", "done"), (SETS % ("", "", "video")).replace("actions:", "actions:\n  - wait: 1h")),
        (SETS % ("", "", "done"), (SETS % ("", "", "video")).replace("event_ref }}", "event_ref }}x")),
        (SETS % ("", "", "done"), SETS % ("", "enabled: false", "video")),
        (SETS % ("", "", "done"), SETS % ("", "mode: shadow", "video")),
        (SETS % ("", "", "done"), SETS % ("", "", "'{{ trigger.data.event_lang }}'")),
    ],
)  # fmt: skip
def test_what_is_no_conflict(tell: Tell, one: str, other: str) -> None:
    assert [line for line in tell(two(one, other)) if line.startswith("conflict")] == []


def test_patterns_that_meet(tell: Tell) -> None:
    one = SETS % (", match: {data.event_lang: [a, b]}", "", "done")
    other = SETS % (", match: {data.event_lang: {not: a}}", "", "video")
    assert len(tell(two(one, other))) == 1
