from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell

GET = "{action: events.get, with: {event_ref: '{{ trigger.data.event_ref }}'}}"
RECIPE = "trigger: {{webhook: event.created}}\nfetch: {{event: {get}}}\nactions: [{step}]"


def test_a_read_that_nothing_uses(tell: Tell) -> None:
    assert tell(RECIPE.format(get=GET, step="{wait: 1m}")) == [
        (
            "unused-name warning <event> `event` is read by events.get, and nothing reads it | "
            "leave it out: it costs a request for every webhook"
        )
    ]
    assert tell(RECIPE.format(get=GET, step="{stop: '{{ event.event_title }}'}")) == []


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("[{set: {note: hello}}, {wait: 1m}]", "<note> `note` is set here, and nothing reads it"),
        (
            "[{action: events.get, as: later, with: {event_ref: abc}}]",
            "<later> `later` is read by events.get, and nothing reads it | leave the step out",
        ),
        (
            "[{for_each: range(3), do: [{wait: 1m}], into: all}]",
            "<all> `all` is collected here, and nothing reads it",
        ),
    ],
)
def test_a_name_that_nothing_uses(tell: Tell, steps: str, expected: str) -> None:
    text = f"trigger: {{webhook: event.created}}\nactions: {steps}"
    found = [line for line in tell(text) if line.startswith("unused-name")]
    assert len(found) == 1
    assert expected in found[0]


def test_what_a_watch_reads_in_vain(tell: Tell) -> None:
    text = (
        "trigger:\n  watch:\n    every: 1m\n"
        "    fetch: {events: {action: events.list}, usage: {action: client.usage, with: {client_ref: a}}}\n"
        "    when: events | length > 3\nactions: [{wait: 1m}]"
    )
    (line,) = tell(text)
    assert line.startswith("unused-name warning <usage> `usage` is read by client.usage")


@pytest.mark.parametrize(
    "text",
    [
        "actions: [{set: {result: 1}}]",
        ("# a.yaml\ntrigger: {webhook: event.created}\nactions: [{set: {result: 1}}]\n"
        "# b.yaml\nactions: [{run: a, as: told}, {stop: '{{ told.result }}'}]"),
        ("trigger: {webhook: event.created}\nactions:\n"
        "  - {action: chat.create, as: said, with: {event_ref: a, name: b, email: c@d.example, message: e}}"),
        "trigger: {webhook: event.created}\nactions: [{set: {a: 1, b: '{{ a }}'}}, {stop: '{{ b }}'}]",
    ],
)  # fmt: skip
def test_names_that_serve(tell: Tell, text: str) -> None:
    assert tell(text) == []


def test_a_slip_in_the_use_is_told_of_once(tell: Tell) -> None:
    (line,) = tell(RECIPE.format(get=GET, step="{stop: '{{ evnt.event_title }}'}"))
    assert line.startswith("unknown-name")
    (line,) = tell(
        "inputs: {note: {type: string, default: a}}\nactions: [{stop: '{{ inputs.nte }}'}]"
    )
    assert line.startswith("unknown-input")


def test_an_input_that_nothing_uses(tell: Tell) -> None:
    text = "inputs: {note: {type: string, default: a}, other: {type: string, default: b}}\nactions: [{stop: '%s'}]"  # fmt: skip
    assert tell(text % "{{ inputs.note }}") == [
        (
            "unused-input warning <other> the input `other` is declared, and nothing reads it | "
            "write {{ inputs.other }} where it is meant, or leave it out"
        )
    ]
    assert tell(text % '{{ inputs["note"] }} {{ inputs.other }}') == []
    assert tell(text % "{{ inputs | json }}") == []


def test_an_input_in_a_key_that_is_no_template(tell: Tell) -> None:
    text = (
        "# blueprints/b.yaml\ninputs: {offset: {type: duration}}\n"
        "trigger: {event_start: '-{{ inputs.offset }}'}\nactions: [{wait: 1m}]\n"
        "# a.yaml\nuse: blueprints/b.yaml\nwith: {offset: 1h}\n"
    )
    assert tell(text) == []
