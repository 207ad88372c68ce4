from __future__ import annotations

import pytest
from recipe.parsing import only, recipe, with_actions


@pytest.mark.parametrize(
    ("text", "rule", "at", "message", "mend"),
    [
        ("name: 3", "wrong-type", "3", "must be text, and this is the number 3", 'in quotes: "3"'),
        ("name: [a]", "wrong-type", "[a]", "must be one value, and this is a list", ""),
        (f"name: {'x' * 201}", "limit", "x" * 201, "201 characters, and 200 are allowed", ""),
        ("mode: lvie", "bad-value", "lvie", "cannot be the text `lvie`", "did you mean `live`?"),
        ("mode: 'off'", "bad-value", "'off'", "the text `off`", "allowed: live, shadow"),
        ("enabled: yes", "wrong-type", "yes", "must be true or false", "write true"),
        ("enabled: 'false'", "wrong-type", "'false'", "true or false", "write false"),
        ("enabled: maybe", "wrong-type", "maybe", "true or false", ""),
        ("timezone: Mars", "bad-timezone", "Mars", "not a time zone", "Europe/Copenhagen"),
        ("timezone: [a]", "wrong-type", "[a]", "one value", ""),
        ("timeout: 10", "bad-duration", "10", "this is the number 10", "10s, 10m or 10h"),
        ("timeout: true", "bad-duration", "true", "this is `true`", "30s, 10m"),
        ("timeout: soon", "bad-duration", "soon", "not a duration", "a number and a unit"),
        ("timeout: -5m", "bad-duration", "-5m", "cannot be negative", "minus sign"),
        ("timeout: 0s", "bad-duration", "0s", "must be at least 1ms", ""),
        ("timeout: 200000d", "bad-duration", "200000d", "longer than 100 years", ""),
        ("batch: {window: 1h, max: 0}", "bad-value", "0", "must be at least 1", ""),
        ("batch: {window: 1h, max: 99999}", "limit", "99999", "at most 10000 is allowed", ""),
        ("batch: {window: 1h, max: '5'}", "wrong-type", "'5'", "a whole number", "without quotes"),
        ("batch: {window: 1h, max: 1.5}", "wrong-type", "1.5", "a whole number", "quotes"),
        ("batch: {window: 1h, max: true}", "wrong-type", "true", "a whole number", "quotes"),
    ],
)
def test_a_wrong_value_says_what_is_wrong_and_the_mend(
    text: str, rule: str, at: str, message: str, mend: str
) -> None:
    found = only(with_actions(text))
    assert (found.rule, found.at) == (rule, at)
    assert message in found.message
    assert mend in found.help


def test_right_values_are_read() -> None:
    read = recipe(
        with_actions(
            "name: on\ndescription: '5'\nmode: shadow\nenabled: false\ntimezone: Asia/Tokyo\n"
            "timeout: 1h30m\nlabels: [a, no]\n"
        )
    )
    assert (read.name, read.description, read.mode) == ("on", "5", "shadow")
    assert (read.enabled, read.timezone, read.timeout) == (False, "Asia/Tokyo", 5400.0)
    assert read.labels == ("a", "no")
