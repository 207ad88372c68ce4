"""Crons as people write them: the wrong field is marked, and the right form is the help."""

from __future__ import annotations

import pytest

from beeflow.recipe.parser import parse_recipe

WRITE = [
    ("«?» 9 * * mon", "0 9 * * mon"),
    ("0 9 «?» * mon", "0 9 * * mon"),
    ("0 9 * * «monday»", "0 9 * * mon"),
    ("0 9 * * «tues,thurs»", "0 9 * * tue,thu"),
    ("0 9 * «september» *", "0 9 * sep *"),
    ("«5/15» * * * *", "5-59/15 * * * *"),
    ("«0/15» * * * *", "*/15 * * * *"),
    ("«5-1» * * * *", "1-5 * * * *"),
    ("0 «22-4» * * *", "0 22-23,0-4 * * *"),
    ("0 «22-0» * * *", "0 22-23,0 * * *"),
    ("0 9 * * «fri-mon»", "0 9 * * fri,sat,sun,mon"),
    ("0 9 * * «6-1»", "0 9 * * 6,0-1"),
    ("0 9 * «nov-february» *", "0 9 * nov,dec,jan,feb *"),
    ("«60» * * * *", "0 * * * *"),
    ("0 «24» * * *", "0 0 * * *"),
    ("«1,,2» * * * *", "1,2 * * * *"),
    ("0 9 * * «mon,»", "0 9 * * mon"),
    ("0 9 «mon» * *", "0 9 * * mon"),
    ("0 9 * «mon-fri» *", "0 9 * * mon-fri"),
    ("0 9 * * «jan»", "0 9 * jan *"),
    ("«mon» 9 * * *", "0 9 * * mon"),
    ("«H» 9 * * *", "0 9 * * *"),
    ("0 9 * * «weekdays»", "0 9 * * mon-fri"),
    ("«0 0 9 * * mon»", "0 9 * * mon"),
    ("«0 0 9 ? * MON-FRI *»", "0 9 * * MON-FRI"),
    ("«0 9 * * mon 2026»", "0 9 * * mon"),
    ("«0 9 * * 1 - 5»", "0 9 * * 1-5"),
    ("«0 9 * * 1, 3»", "0 9 * * 1,3"),
    ("«9:00»", "0 9 * * *"),
    ("«9:30pm mon-fri»", "30 21 * * mon-fri"),
    ("«daily at 8:15»", "15 8 * * *"),
    ("«mondays 9:00»", "0 9 * * mon"),
    ("«@daily»", "0 0 * * *"),
    ("«@every 5m»", "{every: 5m}"),
    ("«every 10 minutes»", "{every: 10m}"),
    ("«hourly»", "{every: 1h}"),
    ("«every day»", "{every: 1d}"),
]
OTHERS = [
    ("0 9 «L» * *", "a cron has no last, nearest or n-th day"),
    ("0 9 * * «5L»", "a cron has no last, nearest or n-th day"),
    ("0 9 * * «5#2»", "ask for the day in `conditions`"),
    ("0 9 «15W» * *", "such as 28-31 or 8-14"),
    ("0 9 «31 2» *", "no such day is in that month; write one that it has"),
    ("0 9 «31 4,jun» *", "no such day is in that month; write one that it has"),
    ("0 9 «32» * *", "it takes 1 to 31"),
    ("0 9 * * «8»", "it takes 0 to 7"),
    ("«9 * * *»", "minute hour day month weekday, such as 0 9 * * mon-fri"),
    ("«@reboot»", "a recipe cannot be started by the start of the daemon"),
]


def told(cron: str) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    parsed = parse_recipe(f"trigger: {{schedule: {cron}}}\nactions: [{{stop: x}}]", path="r.yaml")
    text = parsed.document.source.text
    return [
        (text[one.span.start : one.span.end], one.message, one.help, one.suggestions)
        for one in parsed.problems
    ]


@pytest.mark.parametrize(("marked", "right"), WRITE)
def test_the_right_form_is_the_help(marked: str, right: str) -> None:
    cron = marked.replace("«", "").replace("»", "")
    (found,) = told(f'"{cron}"')
    whole = marked.startswith("«") and marked.endswith("»")
    wrong = marked[marked.index("«") + 1 : marked.index("»")]
    assert found[0] == (f'"{wrong}"' if whole else wrong)
    assert found[2:] == (f"write {right}", (right,))


@pytest.mark.parametrize(("marked", "help_"), OTHERS)
def test_what_has_no_right_form_says_what_there_is(marked: str, help_: str) -> None:
    (found,) = told('"' + marked.replace("«", "").replace("»", "") + '"')
    assert found[0].strip('"') == marked[marked.index("«") + 1 : marked.index("»")]
    assert help_ in (found[2] or "")


def test_each_wrong_field_is_told_of() -> None:
    found = told('"61 25 * * monday"')
    assert [one[0] for one in found] == ["61", "25", "monday"]
    assert found[0][1] == "`61` is no minute of a cron"


def test_why_it_is_wrong_is_said_beside_the_mend() -> None:
    ((_, message, help_, _),) = told('"5/15 * * * *"')
    assert message == "`5/15`: a step needs a range, such as 5-59/2 or */2"
    assert help_ == "write 5-59/15 * * * *"


@pytest.mark.parametrize(
    "cron",
    ["0 9 * * MON-FRI", "0 9 * * sun-sat", "0 9 * * 1-7", "*/7 * * * *", "0 9 29 2 *", "0 9 31 * *", "0 09 * jan-mar,6 5", "0 9 31 4 mon"],
)  # fmt: skip
def test_right_ones_are_left_alone(cron: str) -> None:
    assert told(f'"{cron}"') == []


def test_a_cron_in_a_block_is_marked_there() -> None:
    parsed = parse_recipe(
        "trigger:\n  schedule: >-\n    0 9\n    * * monday\nactions: [{stop: x}]", path="r.yaml"
    )
    (problem,) = parsed.problems
    assert parsed.document.source.text[problem.span.start : problem.span.end] == "monday"
