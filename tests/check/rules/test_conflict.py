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


def test_which_thing_is_meant_may_be_set_before(tell: Tell) -> None:
    recipe = """
trigger: {webhook: event.created}
actions:
  - set: {ref: E1}
  - action: events.set_status
    with: {event_ref: "{{ ref }}", status: %s}
"""
    (line,) = tell(two(recipe % "video", recipe % "done"))
    assert line.startswith("conflict warning <video>")


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


def at(
    trigger: str, status: str, ref: str = "'{{ trigger.data.event_ref }}'", more: str = ""
) -> str:
    return (
        f"trigger: {trigger}\n{more}\nactions:\n  - action: events.set_status\n"
        f"    with: {{event_ref: {ref}, status: {status}}}\n"
    )


START, OTHER = "{event_start: 0m}", "'{{ trigger.event.event_ref }}'"
NINE = '{schedule: "0 9 * * mon-fri", timezone: Europe/Copenhagen}'


@pytest.mark.parametrize(
    ("one", "other", "when"),
    [
        (at(START, "live"), at(START, "video", OTHER), "at the same moment of each event"),
        (at(NINE, "live", "abc"), at(NINE, "done", "abc"), "at the same time"),
        (at(NINE, "live", "abc"), at('{schedule: "0 7 * * *"}', "done", "abc"), "at the same time"),
        (at(NINE, "live", "abc"), at("{schedule: {every: 15m}}", "done", "abc"), "at the same time"),
        (at("{schedule: {every: 7m}}", "live", "abc"), at("{schedule: {every: 7m}}", "done", "abc"), "at the same time"),
        (at('{schedule: {at: "2999-12-01 09:00"}}', "live", "abc"), at('{schedule: "0 9 1 dec *"}', "done", "abc"), "at the same time"),
        (at("{run: failed, recipe: x}", "live"), at("{run: [failed, unknown], recipe: x}", "done"), "at the end of the same run"),
    ],
)  # fmt: skip
def test_recipes_that_begin_at_once(tell: Tell, one: str, other: str, when: str) -> None:
    x = "\n# x.yaml\nactions: [{stop: x}]\n"
    (line,) = [text for text in tell(two(one, other) + x) if text.startswith("conflict")]
    assert f"sets it to `{other.rpartition('status: ')[2].strip(chr(10) + '}')}` {when} |" in line
    assert "both begin at once, and whichever is slower wins: let it `wait`" in line


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (at(START, "live"), at("{event_start: 15m}", "video")),
        (at(START, "live"), SETS % ("", "", "video")),
        (at(START, "live"), at(NINE, "video", "abc")),
        (at(NINE, "live", "abc"), at(NINE, "done", "abd")),
        (at(NINE, "live", "abc"), at('{schedule: "0 10 * * *"}', "done", "abc")),
        (at(NINE, "live", "abc"), at('{schedule: "0 8 * * sat,sun", timezone: Europe/London}', "done", "abc")),
        (at(NINE, "live", "abc"), at("{schedule: {every: 7m}}", "done", "abc")),
        (at('{schedule: {at: "2999-12-01 09:00"}}', "live", "abc"), at('{schedule: {at: "2999-12-02 09:00"}}', "done", "abc")),
        (at("{run: failed, recipe: x}", "live"), at("{run: succeeded, recipe: x}", "done")),
        (
            at(NINE, "live", "'{{ e[0].event_ref }}'", "fetch: {e: {action: events.list, with: {status: idle}}}"),
            at(NINE, "done", "'{{ e[0].event_ref }}'", "fetch: {e: {action: events.list, with: {status: live}}}"),
        ),
    ],
)  # fmt: skip
def test_recipes_that_do_not(tell: Tell, one: str, other: str) -> None:
    x = "\n# x.yaml\nactions: [{stop: x}]\n"
    assert [text for text in tell(two(one, other) + x) if text.startswith("conflict")] == []


def test_many_that_fight_are_told_of_once(tell: Tell) -> None:
    folder = "".join(f"# r{n}.yaml\n{SETS % ('', '', ('done', 'video')[n > 0])}" for n in range(8))
    (line,) = [text for text in tell(folder) if text.startswith("conflict")]
    assert "and `r1` sets it to `video` for the same webhook (and so do 6 more) |" in line
