from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell

ENDS = """
trigger: {webhook: event.updated.status%s}
actions:
  - action: events.set_status
    with: {event_ref: "{{ trigger.data.event_ref }}", status: %s}
"""
ROUND = "let one of the recipes leave out what the others do, by `match` or a condition"


def test_a_change_of_status_that_starts_itself(tell: Tell) -> None:
    assert tell(ENDS % ("", "done")) == [
        (
            "loop warning <events.set_status> events.set_status causes event.updated.status, which "
            "starts this recipe again | the second round finds nothing to change, and is the last; "
            "let the trigger `match: {data.status: {not: done}}`"
        )
    ]
    assert tell(ENDS % (", match: {data.status: {not: done}}", "done")) == []


def test_two_recipes_that_answer_each_other(tell: Tell) -> None:
    live = ENDS % (", match: {data.status: live}", "done")
    done = ENDS % (", match: {data.status: done}", "live")
    assert tell(f"# a.yaml\n{live}\n# b.yaml\n{done}") == [
        (
            "loop error <events.set_status> events.set_status causes event.updated.status, which "
            f"starts `b`, and that starts this recipe again | it never ends; {ROUND}"
        )
    ]


def test_recipes_that_run_each_other(tell: Tell) -> None:
    first, second = "actions: [{run: b}]", "actions: [{wait: 1h}, {run: a}]"
    assert tell(f"# a.yaml\n{first}\n# b.yaml\n{second}") == [
        f"loop error <b> this runs `b`, and that starts this recipe again | it never ends; {ROUND}"
    ]
    assert tell("# a.yaml\nactions: [{run: a}]") == [
        (
            "loop error <a> this runs this recipe again | it never ends; put what is to happen "
            "again into a `repeat`"
        )
    ]


def test_a_recipe_that_follows_itself(tell: Tell) -> None:
    (line,) = tell("# a.yaml\ntrigger: {run: succeeded, recipe: a}\nactions: [{stop: here}]")
    assert line.startswith(
        "loop error <{run: succeeded, recipe: a}> the end of a run of this recipe starts this"
    )


@pytest.mark.parametrize(
    ("trigger", "action", "expected"),
    [
        (
            "event.updated",
            "{action: events.update, with: {event_ref: a, title: '{{ now }}'}}",
            (
                "warning <events.update> events.update causes event.updated, which starts this "
                "recipe again | it ends only when nothing changes any more; let the trigger `match: "
                "{keys_updated: {contains: …}}` what is meant"
            ),
        ),
        (
            "event.created",
            "{action: events.create, with: {}}",
            (
                "error <events.create> events.create causes event.created, which starts this recipe "
                "again | it never ends; add a condition that does not hold for what this recipe "
                "makes, or `once`"
            ),
        ),
        (
            "video.*",
            "{action: videos.delete, with: {video_ref: abc}}",
            (
                "warning <videos.delete> videos.delete causes video.updated, which starts this "
                "recipe again | the second round finds nothing to change, and is the last; let the "
                "trigger `match: {keys_updated: {contains: …}}` what is meant"
            ),
        ),
    ],
)
def test_what_causes_its_own_webhook(tell: Tell, trigger: str, action: str, expected: str) -> None:
    assert tell(f'trigger: {{webhook: "{trigger}"}}\nactions: [{action}]') == [f"loop {expected}"]


def test_a_longer_way_round_is_told_of_once(tell: Tell) -> None:
    three = "".join(f"# {one}.yaml\nactions: [{{run: {two}}}]\n" for one, two in ("ab", "bc", "ca"))
    assert tell(three) == [
        f"loop error <b> this runs `b`, and that starts this recipe again | it never ends; {ROUND}"
    ]


def test_it_can_be_ignored_where_it_is_told(tell: Tell) -> None:
    meant = ENDS % ("", "done")
    comment = "  # beeflow: ignore[loop] the second round is harmless"
    assert tell(meant.replace("events.set_status\n", f"events.set_status{comment}\n")) == []


def test_a_blueprint_that_starts_itself_is_told_of_once(tell: Tell) -> None:
    blueprint = ENDS % ("", "done")
    users = "".join(f"# {name}.yaml\nuse: blueprints/ends.yaml\n" for name in "ab")
    assert len(tell(f"# blueprints/ends.yaml\n{blueprint}\n{users}")) == 1


POLL_EACH = """
trigger: {webhook: poll.created}
fetch: {people: {action: signups.list, with: {event_ref: "{{ trigger.data.poll_event_ref }}"}}}
actions:
  - for_each: %s
    do:
      - action: polls.create
        with: {event_ref: "{{ trigger.data.poll_event_ref }}", question: "{{ people | length }}", options: [b, c]}
"""
ANSWER = """
trigger:
  watch:
    every: 1m
    for_events: {status: live}
    fetch: {messages: {action: chat.list, with: {event_ref: "{{ trigger.data.event_ref }}"%s}}}
    fires: each
    items: %s
    key: item.chat_ref
%s
actions:
  - action: chat.create
    with: {event_ref: %s, name: bot, email: bot@example.com, message: "{{ trigger.item.chat_message }}"}
"""
SAME = '"{{ trigger.data.event_ref }}"'


@pytest.mark.parametrize(
    ("items", "severity"),
    [("range(2)", "error"), ('"[1, 2]"', "error"), ("people", "warning")],
)
def test_a_loop_by_the_turns_of_a_list(tell: Tell, items: str, severity: str) -> None:
    (line,) = [one for one in tell(POLL_EACH % items) if one.startswith("loop")]
    assert line.startswith(
        f"loop {severity} <polls.create> polls.create causes poll.created, which"
    )


@pytest.mark.parametrize(
    "items", ["people | selectattr('signup_visited')", "range(people | length - 3)", '"[]"']
)
def test_turns_that_may_end_it(tell: Tell, items: str) -> None:
    assert [line for line in tell(POLL_EACH % items) if line.startswith("loop")] == []


def test_a_list_that_the_loop_makes_shorter(tell: Tell) -> None:
    text = """
trigger: {webhook: event.updated.status, match: {data.status: [live, done]}}
fetch: {others: {action: events.list, with: {status: live}}}
actions:
  - for_each: others
    do:
      - action: events.set_status
        with: {event_ref: "{{ item.event_ref }}", status: done}
"""
    assert tell(text) == []


def test_a_watch_that_finds_what_it_made(tell: Tell) -> None:
    (line,) = tell(ANSWER % ("", "messages", "", SAME))
    assert line.startswith(
        "loop warning <chat.create> chat.create causes a new item of chat.list, which starts this "
        "recipe again | it never ends; add a condition"
    )


@pytest.mark.parametrize(
    ("more", "items", "asks", "ref"),
    [
        (", qa: true", "messages", "", SAME),
        ("", "messages | rejectattr('chat_name', 'eq', 'bot')", "", SAME),
        ("", "messages", "conditions: [trigger.item.chat_name != 'bot']", SAME),
        ("", "messages", "conditions: [\"'?' in trigger.item.chat_message\"]", SAME),
    ],
)
def test_a_watch_that_does_not(tell: Tell, more: str, items: str, asks: str, ref: str) -> None:
    assert tell(ANSWER % (more, items, asks, ref)) == []


def test_a_recipe_that_runs_itself_with_less(tell: Tell) -> None:
    text = "inputs: {n: {type: integer}}\nactions:\n  - if: inputs.n > 0\n    run: r\n"
    text = f"# r.yaml\n{text}"
    (line,) = [one for one in tell(text) if one.startswith("loop")]
    assert "this runs this recipe again" in line
    less = text + "    with: {n: '{{ inputs.n - 1 }}'}\n"
    assert [one for one in tell(less) if one.startswith("loop")] == []
