from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell


@pytest.mark.parametrize(
    ("steps", "marked", "why"),
    [
        (
            "- action: slack.post\n  with: {channel: c, text: 'at {{ secrets.KEY[2:] | upper }}'}",
            "secrets.KEY",
            "`text` of slack.post is for people to read",
        ),
        (
            "- action: polls.create\n  with: {event_ref: E, question: q, options: [a, '{{ secrets.KEY }}']}",
            "secrets.KEY",
            "`options` of polls.create is for people to read",
        ),
        (
            "- state: {set: {token: '{{ secrets.KEY }}'}}",
            "secrets.KEY",
            "`token` is kept in the journal as it is",
        ),
    ],
)
def test_a_secret_that_is_shown_or_kept(tell: Tell, steps: str, marked: str, why: str) -> None:
    told = [line for line in tell(steps) if line.startswith("shown-secret")]
    assert len(told) == 1
    assert f"warning <{marked}> `{marked}` is a secret, and {why} | leave it out" in told[0]


def test_an_input_of_the_type_secret_is_one(tell: Tell) -> None:
    steps = "- action: slack.post\n  with: {channel: c, text: '{{ inputs.key }} {{ inputs.name }}'}"
    inputs = "inputs: {key: {type: secret, default: KEY}, name: {type: string, default: n}}\n"
    told = tell(f"{inputs}trigger: {{webhook: event.created}}\nactions:\n{steps}")
    assert [line[:28] for line in told if line.startswith("shown")] == [
        "shown-secret warning <inputs"
    ]


@pytest.mark.parametrize(
    "steps",
    [
        "- action: slack.post\n  with: {channel: c, text: 'ends in {{ secrets.KEY | mask(3) }}'}",
        "- action: http.request\n  with: {url: 'https://x.example/', method: POST, body: '{{ secrets.KEY }}'}",
        "- action: log.write\n  with: {message: '{{ secrets.KEY }}'}",
    ],
)
def test_what_is_masked_or_goes_to_a_machine_is_not_told(tell: Tell, steps: str) -> None:
    assert not [line for line in tell(steps) if line.startswith("shown-secret")]
