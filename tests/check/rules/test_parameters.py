from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            "{action: signups.create, with: {event_ref: a, name: b, emial: c}}",
            ["unknown-parameter error <emial> signups.create has no parameter `emial` | did you mean `email`? (has: email, event_ref, message, name)"],
        ),
        (
            "{action: signups.create, with: {event_ref: a, name: b, email: c, mesage: d}}",
            ["unknown-parameter error <mesage> signups.create has no parameter `mesage` | did you mean `message`? (has: email, event_ref, message, name)"],
        ),
        ("{action: signups.create, with: {event_ref: a, name: b, email: c, company: d, E-Mail: e}}", []),
        (
            "{action: http.request, with: {url: 'https://x.example/', headers: {X-A: [1]}}}",
            ["bad-parameter error <[1]> `headers` has `[1]` for `X-A` | it must be text"],
        ),
        (
            "{action: log.write, with: {message: x, retry: {attempts: 3}}}",
            ["unknown-parameter error <retry> log.write has no parameter `retry` | `retry` stands beside `with`, in the same column, not within it"],
        ),
    ],
)  # fmt: skip
def test_what_an_action_is_called_with(tell: Tell, step: str, told: list[str]) -> None:
    assert tell(f"actions: [{step}]") == told


def test_a_name_that_stands_too_deep_is_not_missed_where_it_is_used(tell: Tell) -> None:
    steps = "[{action: polls.list, with: {event_ref: a, as: b}}, {stop: '{{ b[0].poll_ref }}'}]"
    (line,) = tell(f"actions: {steps}")
    assert line.startswith("unknown-parameter error <as>")
