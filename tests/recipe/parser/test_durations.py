from __future__ import annotations

import pytest
from recipe.parsing import only

from beeflow.recipe.parser.durations import likely_duration


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("5 minutes", "5m"),
        ("5min", "5m"),
        ("1 Hour", "1h"),
        ("1 hour and 30 minutes", "1h30m"),
        ("1,5 h", "1.5h"),
        ("-15 min", "-15m"),
        ("+10 min", "10m"),
        ("2 days, 3 hours", "2d3h"),
        ("00:05:00", "5m"),
        ("1:30", "1h30m"),
        ("00:00", None),
        ("5 moons", None),
        ("soon", None),
        ("", None),
    ],
)
def test_what_surely_is_a_duration(text: str, likely: str | None) -> None:
    assert likely_duration(text) == likely


@pytest.mark.parametrize(
    ("step", "at", "mend"),
    [
        ("{wait: 5 minutes}", "5 minutes", "write 5m"),
        ("{wait: {hours: 1, minutes: 30}}", "{hours: 1, minutes: 30}", "write wait: 1h30m"),
        ("{wait: soon}", "soon", "write a number and a unit"),
    ],
)
def test_a_duration_in_other_words_is_mended(step: str, at: str, mend: str) -> None:
    found = only(f"actions: [{step}]")
    assert (found.rule, found.at) == ("bad-duration", at)
    assert found.help.startswith(mend)
