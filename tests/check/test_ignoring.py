from __future__ import annotations

import pytest

from beeflow.check import Facts, check_text

NOPE = "actions:\n  - action: log.write\n    with:\n"


def told(text: str, facts: Facts) -> list[tuple[str, int]]:
    return [(one.rule, one.range.start.line) for one in check_text(text, facts).findings]


@pytest.mark.parametrize(
    "text",
    [
        "actions:\n  - action: crm.x  # beeflow: ignore[unknown-action] ours\n",
        "actions:\n  # beeflow: ignore[unknown-action] ours\n  - action: crm.x\n",
        "actions:\n  # beeflow: ignore[unknown-action] ours\n\n  # note\n  - action: crm.x\n",
        f"{NOPE}      # beeflow: ignore[unknown-name] why\n      message: |\n        a\n        {{{{ x }}}}\n",
        f"{NOPE}      message: >-  # beeflow: ignore[unknown-name] why\n        a\n        {{{{ x }}}}\n",
        f'{NOPE}      message: "{{{{ x }}}}"  # beeflow:ignore[unknown-name,unknown-field] why\n'.replace(
            ",unknown-field", ""
        ),
    ],
)
def test_what_is_meant_so_is_not_told(text: str, facts: Facts) -> None:
    assert told(text, facts) == []


def test_a_comment_ends_with_the_text_that_it_is_about(facts: Facts) -> None:
    text = (
        f"{NOPE}      # beeflow: ignore[unknown-name] why\n      message: |\n        {{{{ x }}}}\n"
        '  - action: log.write\n    with: {message: "{{ x }}"}\n'
    )
    assert told(text, facts) == [("unknown-name", 8)]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore[unknown-action]", "gives no reason"),
        ("ignore[unknown-acton] why", "there is no rule `unknown-acton`"),
        ("ignore why", "names no rule"),
        ("ignore[] why", "names no rule"),
    ],
)
def test_a_comment_that_is_wrong_silences_nothing(comment: str, message: str, facts: Facts) -> None:
    text = f"actions:\n  - action: crm.x  # beeflow: {comment}\n"
    first, second = check_text(text, facts).findings
    assert (first.rule, second.rule) == ("unknown-action", "bad-ignore")
    assert message in second.message


def test_a_comment_that_is_not_needed_is_told(facts: Facts) -> None:
    text = "actions:\n  - stop: x  # beeflow: ignore[limit, expression] why\n"
    found = check_text(text, facts).findings
    assert [one.message for one in found] == [
        "there is no `expression` here to ignore",
        "there is no `limit` here to ignore",
    ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("nmae: x  # beeflow: ignore[unknown-key] why\nactions: [{stop: x}]\n", "unknown-key"),
        ("name: @x  # beeflow: ignore[yaml-syntax] why\nactions: [{stop: x}]\n", "yaml-syntax"),
    ],
)
def test_what_keeps_a_recipe_from_being_read_cannot_be_ignored(
    text: str, rule: str, facts: Facts
) -> None:
    first, second = check_text(text, facts).findings
    assert {first.rule, second.rule} == {rule, "bad-ignore"}
    (bad,) = (one for one in (first, second) if one.rule == "bad-ignore")
    assert bad.message == f"`{rule}` cannot be ignored here"


def test_a_warning_of_the_reading_can_be_ignored(facts: Facts) -> None:
    text = "name: &x y  # beeflow: ignore[yaml-alias] for later\nactions: [{stop: x}]\n"
    assert told(text, facts) == []
