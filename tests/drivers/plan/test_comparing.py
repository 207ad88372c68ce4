from __future__ import annotations

import pytest

from beeflow.drivers.plan.comparing import compare
from beeflow.recipe.parser import parse_recipe

HEAD = "trigger: {webhook: event.created}\n"


def changes(before: str, after: str) -> list[str]:
    recipes = []
    for text in (before, after):
        parsed = parse_recipe(text, path="r.yaml")
        assert parsed.recipe is not None, parsed.problems
        recipes.append(parsed.recipe)
    return [one.text for one in compare(*recipes)]


def steps(*texts: str) -> str:
    return HEAD + "actions:\n" + "".join(f"- {text}\n" for text in texts)


POST = "{action: slack.post, with: {text: Hello, channel: c}}"
LOG = "{action: log.write, with: {message: m}}"


def test_comments_and_layout_are_no_change() -> None:
    assert changes(steps(POST), f"# new\n{HEAD}actions:\n\n  - {POST}  # here\n") == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            ("{wait: 10m}", LOG),
            ("{wait: 5m}", LOG),
            ["step 1 `wait`: 10m → 5m (what follows happens 5m earlier)"],
        ),
        (
            (LOG, "{wait: 1m}"),
            (LOG, "{wait: 1h}"),
            ["step 2 `wait`: 1m → 1h (what follows happens 59m later)"],
        ),
        (("{wait: 1m}",), ("{wait: 60s}",), []),
        (
            ("{wait: 1m}",),
            ('{wait: "{{ trigger.data.x }}"}',),
            ["step 1 `wait`: 1m → {{ trigger.data.x }}"],
        ),
        (
            (POST,),
            (POST.replace("Hello", "Hello everybody in this room and those who are not"),),
            [
                (
                    "step 1 `slack.post`, `text`: was `Hello`, is `Hello everybody in this room "
                    "and those who are not`"
                )
            ],
        ),
        (
            (POST,),
            (POST.replace("}}", "}, once: trigger.id}"),),
            ["step 1 `slack.post`, `once`: now `trigger.id`"],
        ),
        (
            (POST.replace("}}", "}, once: trigger.id}"),),
            (POST,),
            ["step 1 `slack.post`, `once`: no longer `trigger.id`"],
        ),
        ((POST,), (POST, LOG), ["new step 2 `log.write`: message: m"]),
        ((POST, LOG), (LOG,), ["step 1 `slack.post` is gone, which was: text: Hello, channel: c"]),
        (
            (POST, LOG, "{wait: 1m}"),
            (LOG, "{wait: 1m}", POST),
            ["step 1 `slack.post` has moved: it is step 3 now"],
        ),
        (
            (POST, LOG),
            (POST, f"{{if: a, then: [{LOG}]}}"),
            [
                "step 2 `log.write` has moved: it is step 2 > then > step 1 now",
                "new step 2 `if`: a, then: 1 step",
            ],
        ),
        (
            (f"{{if: a, then: [{LOG}, {POST}]}}",),
            (LOG,),
            [
                "step 1 `if` is gone, which was: a, then: 2 steps",
                "step 1 > then > step 1 `log.write` has moved: it is step 1 now",
            ],
        ),
        (
            (f"{{if: a, then: [{{wait: 1m}}], else: [{LOG}]}}",),
            (f"{{if: b, then: [{{wait: 2m}}], else: [{LOG}]}}",),
            [
                "step 1 `if`: a → b",
                "step 1 > then > step 1 `wait`: 1m → 2m (what follows happens 1m later)",
            ],
        ),
        (
            ("{action: log.write, name: Tell, with: {message: m}}",),
            ("{action: slack.post, name: Tell, with: {text: m}}",),
            [
                "step 1 `slack.post`, `action`: log.write → slack.post",
                "step 1 `slack.post`, `message`: no longer `m`",
                "step 1 `slack.post`, `text`: now `m`",
            ],
        ),
    ],
)
def test_steps_are_compared_by_what_they_do(
    before: tuple[str, ...], after: tuple[str, ...], told: list[str]
) -> None:
    assert changes(steps(*before), steps(*after)) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "name: New\n", ["`name`: now `New`"]),
        ("labels: [a]\n", "labels: [a, b]\n", ["`labels`: a → a, b"]),
        ("", "enabled: false\n", ["`enabled`: true → false (nothing starts it any more)"]),
        ("enabled: false\n", "", ["`enabled`: false → true (it runs from now on)"]),
        ("", "mode: shadow\n", ["`mode`: live → shadow"]),
        ("throttle: {once_within: 1h}\n", "", ["`throttle` is gone, which was: once_within: 1h"]),
        ("", "throttle: {once_within: 1h}\n", ["new `throttle`: once_within: 1h"]),
        ("timeout: 1h\n", "timeout: 2h\n", ["`timeout`: 1h → 2h"]),
        (
            "throttle: {once_within: 1h}\n",
            "throttle: {once_within: 2h}\n",
            ["`throttle`, `once_within`: 1h → 2h"],
        ),
        (
            "conditions: [a == 1, b]\n",
            "conditions: [a == 2, b]\n",
            ["condition 1: a == 1 → a == 2"],
        ),
        ("conditions: [a]\n", "conditions: [a, b]\n", ["new condition 2: b"]),
        ("conditions: [a, b]\n", "conditions: [b]\n", ["condition 1 is gone, which was: a"]),
        (
            "cancel_on: {webhook: event.deleted}\n",
            "",
            ["cancel_on is gone, which was: webhook: event.deleted"],
        ),
        (
            "fetch: {e: {action: events.get, with: {event_ref: x}}}\n",
            "fetch: {e: {action: events.get, with: {event_ref: y}}}\n",
            ["fetch `e`, `event_ref`: x → y"],
        ),
        (
            "inputs: {a: {type: integer, default: 1}, b: {type: string, default: x}}\n",
            "inputs: {a: {type: integer, default: 2}, c: {type: string, default: x}}\n",
            [
                "input `a`: 1 → 2",
                "input `b` is gone, which was: type: string, value: x",
                "new input `c`: type: string, value: x",
            ],
        ),
        (
            "inputs: {a: {type: integer, default: 1}}\n",
            "inputs: {a: {type: number, default: 1}}\n",
            ["input `a`, `type`: integer → number"],
        ),
        (
            "on_error: [{stop: a}]\n",
            "on_error: [{stop: b}]\n",
            ["on_error > step 1 `stop`: a → b"],
        ),
    ],
)
def test_all_else_is_compared_too(before: str, after: str, told: list[str]) -> None:
    assert changes(steps(LOG) + before, steps(LOG) + after) == told


def test_triggers_are_told_by_number_where_there_are_several() -> None:
    one, body = "{webhook: event.created}", "actions: [{stop: x}]\n"
    told = changes(
        f"trigger: [{one}, {{schedule: '0 9 * * *'}}]\n{body}",
        f"trigger: [{one}, {{schedule: '0 8 * * *'}}]\ntimezone: Europe/Copenhagen\n{body}",
    )
    assert told == [
        "`timezone`: UTC → Europe/Copenhagen",
        "trigger 2, `schedule`: 0 9 * * * → 0 8 * * *",
    ]
    assert changes(f"trigger: {one}\n{body}", f"trigger: {{event_start: -1h}}\n{body}") == [
        "trigger is gone, which was: webhook: event.created",
        "new trigger: event_start: 1h before",
    ]


def test_an_input_is_told_with_where_it_is_used() -> None:
    inputs = "inputs: {pause: {type: duration, default: %s}}\n"
    body = steps("{if: true, then: [{wait: '{{ inputs.pause }}'}]}")
    assert changes(body + inputs % "10m", body + inputs % "5m") == [
        "input `pause`: 10m → 5m (used in step 1 > then > step 1 `wait`)"
    ]
