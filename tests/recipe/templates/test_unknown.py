from __future__ import annotations

import pytest

from beeflow.errors import ExpressionError, LimitReached
from beeflow.recipe.templates import Unknown, parse_expression, parse_template

SCOPE: dict[str, object] = {"poll": Unknown("poll"), "event": {"title": "Launch", "tags": ["a"]}}


def value(text: str) -> object:
    return parse_expression(text).evaluate(SCOPE)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("poll", "poll"),
        ("poll.poll_ref", "poll.poll_ref"),
        ("poll['a b'].c", "poll.a b.c"),
        ("poll.votes[0]", "poll.votes[0]"),
        ("event[poll.key]", "event[poll.key]"),
        ("poll.count + 1", "poll.count + 1"),
        ("1 - poll.count", "1 - poll.count"),
        ("poll * 2 / 3", "poll * 2 / 3"),
        ("-poll", "-poll"),
        ("+poll", "+poll"),
        ("poll > 3", "poll > 3"),
        ("1 < poll < 3", "1 < poll < 3"),
        ("poll == 3", "poll == 3"),
        ("poll != 'x'", "poll != 'x'"),
        ("[poll] == [1]", "[poll] == [1]"),
        ("'a' in poll", "'a' in poll"),
        ("'b' in [poll, 'a']", "'b' in [poll, 'a']"),
        ("not poll", "not poll"),
        ("poll and true", "poll and true"),
        ("true and poll.x", "poll.x"),
        ("poll or false", "poll or false"),
        ("poll and event.nope", "poll and event.nope"),
        ("1 if poll else 2", "1 if poll else 2"),
        ("poll ~ 'x'", "poll ~ 'x'"),
        ("poll | upper", "poll | upper"),
        ("'a' | replace('a', poll.x)", "'a' | replace('a', poll.x)"),
        ("5 | round(precision=poll)", "5 | round(precision=poll)"),
        ("poll.name.startswith('a')", "poll.name.startswith('a')"),
        ("[poll] | join", "[poll] | join"),
        ("[poll, 1] | map('string')", "[poll, 1] | map('string')"),
        ("[poll] | select", "[poll] | select"),
        ("[poll, poll] | unique", "[poll, poll] | unique"),
        ("[poll] | sum", "[poll] | sum"),
        ("poll is none", "poll is none"),
        ("poll.x is defined", "poll.x is defined"),
        ("poll.x is undefined", "poll.x is undefined"),
        ("poll.x | default('d', true)", "poll.x | default('d', true)"),
        ("poll.x | default('d')", "poll.x"),
        ("event[poll] is defined", "event[poll] is defined"),
        ("'abc'[poll:]", "'abc'[poll:]"),
        ("range(poll)", "range(poll)"),
        ("{poll.x: 1}", "poll.x"),
        ("'2026-01-01' | plus(poll)", "'2026-01-01' | plus(poll)"),
        ("poll | datetime", "poll | datetime"),
        ("poll | items", "poll | items"),
    ],
)
def test_what_is_done_to_an_unknown_value_is_unknown(text: str, label: str) -> None:
    result = value(text)
    assert isinstance(result, Unknown)
    assert result.label == label
    assert result.text == f"\u2039{label}: known after apply\u203a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("poll and false", False),
        ("false and poll", False),
        ("poll or true", True),
        ("true or poll", True),
        ("poll is defined", True),
        ("poll is undefined", False),
        ("'a' in [poll, 'a']", True),
        ("[poll] | length", 1),
        ("'x' if event.title else poll", "x"),
    ],
)
def test_what_can_be_decided_without_it_is(text: str, expected: object) -> None:
    assert value(text) == expected


def test_an_unknown_stays_in_the_list_or_mapping_it_is_put_into() -> None:
    assert value("[poll, 1]") == [Unknown("poll"), 1]
    assert value("{'a': poll.x}") == {"a": Unknown("poll.x")}
    assert value("[poll, 1] | last") == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Vote {{ poll.url }} in {{ event.title }}",
            "Vote \u2039poll.url: known after apply\u203a in Launch",
        ),
        ("a{% if poll %}b{% endif %}c", "a\u2039poll: known after apply\u203ac"),
        ("a{% for x in poll %}b{% endfor %}c", "a\u2039poll: known after apply\u203ac"),
        ("{% set x %}[{{ poll }}]{% endset %}-{{ x }}", "-[\u2039poll: known after apply\u203a]"),
        (
            "{% if poll %}{% set x = 1 %}{% endif %}{{ x }}",
            "\u2039poll: known after apply\u203a" * 2,
        ),
        ("{% for a, b in [poll] %}{{ a }}{% endfor %}!", "\u2039poll: known after apply\u203a!"),
        (
            "{% for a in [1, 2] if a == poll %}{{ a }}{% endfor %}!",
            "\u2039a == poll: known after apply\u203a!",
        ),
        ("{{ [poll] }} {{ event.tags }}", '\u2039poll: known after apply\u203a ["a"]'),
    ],
)
def test_text_shows_the_unknown_part_in_its_place(text: str, shown: str) -> None:
    result = parse_template(text).render(SCOPE)
    assert isinstance(result, Unknown)
    assert result.text == shown


def test_a_limit_is_reached_also_behind_an_unknown_condition() -> None:
    with pytest.raises(LimitReached):
        value("poll and 'a' * 10**9")


def test_a_mistake_elsewhere_is_still_a_mistake() -> None:
    with pytest.raises(ExpressionError, match="`event` has no field"):
        value("[poll, event.nope]")


def test_an_unknown_in_an_explanation_shows_its_mark() -> None:
    operands = parse_expression("poll.x == 1 or [poll + 1] == 2").explain(SCOPE).operands
    assert operands[0] == ("poll.x", "\u2039poll.x: known after apply\u203a")
    assert operands[-1] == ("[poll + 1]", "[\u2039poll + 1: known after apply\u203a…")
