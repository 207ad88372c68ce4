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
