from __future__ import annotations

import pytest
from check.causes.tracing import graph, says

from beeflow.check.causes import find_loops

ANY = "trigger: {webhook: event.updated.status}"
LIVE = "trigger: {webhook: event.updated.status, match: {data.status: live}}"
DONE = "trigger: {webhook: event.updated.status, match: {data.status: done}}"
EVENT = "fetch: {event: {action: events.get, with: {event_ref: '{{ trigger.data.event_ref }}'}}}"
POLL = (
    "trigger: {webhook: poll.created}\n%s\nactions:\n"
    "  - action: polls.create\n    %s\n"
    "    with: {event_ref: '{{ trigger.data.poll_event_ref }}', question: Why?, options: [a]}\n"
)
TITLE = "actions: [{action: events.update, with: {event_ref: a, title: %s}}]"


def loops(**texts: str) -> list[str]:
    return [
        f"{' '.join(loop.recipes)}: {loop.course}{'' if loop.sure else ', perhaps'}"
        for loop in find_loops(graph(**texts))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (says(ANY), "settles"),
        (says(f"{ANY}\n{EVENT}\nconditions: [not event.event_title.startswith('x')]"),
         "settles, perhaps"),
        (says("trigger: {webhook: event.*, match: {data.event_lang: en}}"), "settles, perhaps"),
        (POLL % ("", ""), "endless"),
        (POLL % ("conditions: [event.event_lang == 'en']", ""), "endless, perhaps"),
        (POLL % ("timeout: 1h", "if: inputs.x"), "endless, perhaps"),
        ("trigger: {webhook: event.created}\nactions: [{action: events.create, with: {}}]",
         "endless"),
        ("trigger: {webhook: event.updated}\n" + TITLE % "'{{ trigger.data.event_title }}!'",
         "open"),
        (("trigger: {webhook: video.updated}\n"
         "actions: [{action: videos.update, with: {video_ref: a, title: b}}]"), "settles"),
        (("trigger: {webhook: signup.created}\n"
         "actions: [{action: signups.create, with: {event_ref: a, name: b, email: c}}]"), "endless"),
        ("trigger: {run: succeeded, recipe: one}\nactions: [{stop: here}]", "endless"),
        ("actions: [{run: one}]", "endless"),
    ],
)  # fmt: skip
def test_a_recipe_that_starts_itself(text: str, expected: str) -> None:
    assert loops(one=text) == [f"one: {expected}"]


@pytest.mark.parametrize(
    "text",
    [
        says(LIVE),
        says(f"{ANY}\nconditions: [trigger.data.status != 'done']"),
        says(f"{ANY}\n{EVENT}\nconditions: [event.event_status != 'done']"),
        says(f"{ANY}\nthrottle: {{once_within: 1h}}"),
        says(f"{ANY}\nconditions:\n  - state.get('done', 0) == 0"),
        says("trigger: {webhook: event.updated, match: {keys_updated: {contains: event_date}}}"),
        says(
            "trigger: {webhook: event.updated}\nconditions: [\"'event_date' in trigger.keys_updated\"]"
        ),
        says("trigger: {schedule: {every: 15m}}"),
        says("trigger: {run: failed}"),
        POLL % ("conditions: [trigger.data.poll_data.question != 'Why?']", ""),
        POLL % ("conditions: [not trigger.data.poll_data.question.startswith('W')]", ""),
        POLL % ("", "once: trigger.data.poll_event_ref"),
        POLL % ("conditions: [trigger.data.poll_archived == 0]", ""),
        (
            f"{ANY}\nactions:\n  - {{if: trigger.data.status == 'done', stop: it is}}\n"
            "  - {action: events.set_status, with: {event_ref: a, status: done}}"
        ),
        (
            f"{ANY}\nactions:\n  - wait_for: {{webhook: poll.created, timeout: 1h}}\n"
            "  - {action: events.set_status, with: {event_ref: a, status: done}}"
        ),
        (
            f"{ANY}\nactions:\n  - for_each: trigger.data.list\n"
            "    do: [{action: events.set_status, with: {event_ref: '{{ item }}', status: done}}]"
        ),
        (
            f"{ANY}\nactions: [{{stop: here}}]\non_error:\n"
            "  - {action: events.set_status, with: {event_ref: a, status: done}}"
        ),
    ],
)
def test_what_is_no_loop(text: str) -> None:
    assert loops(one=text) == []


def test_recipes_that_answer_each_other() -> None:
    live = says(DONE).replace("status: done}", "status: live}")
    assert loops(a=says(LIVE), b=live.replace("match: {data.status: live}", "match: {data.status: done}")) == [
        "a b: endless"
    ]  # fmt: skip


def test_a_loop_through_what_is_made_and_changed_settles() -> None:
    first = "trigger: {webhook: poll.created}\n" + TITLE % "New poll"
    second = POLL.replace("poll.created", "event.updated") % ("", "")
    assert loops(a=first, b=second) == ["a b: settles"]


def test_each_loop_is_found_once() -> None:
    both = says("trigger: {webhook: event.updated*}")
    assert loops(b=both) == ["b: settles"]
    assert loops(a="actions: [{run: b}]", b="actions: [{run: c}]", c="actions: [{run: a}, {run: c}]") == [
        "a b c: endless",
        "c: endless",
    ]  # fmt: skip
