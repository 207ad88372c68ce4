"""What templates compute from secrets is told, and no more than that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from beeflow.config.masking import Masker
from beeflow.errors import ExpressionError
from beeflow.recipe.templates import (
    Context,
    parse_expression,
    reference,
    trace_expression,
    trace_template,
)

if TYPE_CHECKING:
    from collections.abc import Collection

SECRETS = {
    "KEY": "s3cr3t-Tok3n-Val",
    "MANY": "alpha,beta,gamma",
    "PIN": "48151",
    "SHORT": "abc",
    "LONG": "e" * 300 + "1",
    "QUOTED": 'a"b<c>d&e f/g',
}


@dataclass
class Known:
    """A taint: the long secrets, and what was derived."""

    values: set[str] = field(default_factory=lambda: set(SECRETS.values()))
    derived: set[str] = field(default_factory=set)

    def holds(self, value: object) -> bool:
        return self.masked(value) is not value

    def derive(self, texts: Collection[str]) -> None:
        self.derived |= set(texts)

    def masked(self, value: object) -> object:
        return Masker(self.values | self.derived).json(value)  # type: ignore[arg-type]  # JSON


class Store:
    def attribute(self, name: str) -> object:
        return SECRETS[name]

    def names(self) -> tuple[str, ...]:
        return ()


def scope() -> dict[str, object]:
    trigger = {"title": "plain-title", "parts": ["plain-one", "plain-two"], "key": "live-9f83a1c2"}
    return {"secrets": Store(), "trigger": trigger}


def shown(text: str, known: Known | None = None) -> object:
    known = known or Known()
    return known.masked(trace_template(text).render(scope(), Context(taint=known)))


@pytest.mark.parametrize(
    "expression",
    [
        "secrets.KEY | upper",
        "secrets.KEY | lower",
        "secrets.KEY.replace('t', '7')",
        "secrets.KEY | replace('-', '+')",
        "secrets.KEY[2:9]",
        "secrets.KEY[::-1]",
        "secrets.KEY | reverse",
        "secrets.KEY | list | reverse | join",
        "secrets.KEY | list | map('upper') | join",
        "secrets.KEY | list | join('-')",
        "secrets.KEY[3:6] ~ secrets.KEY[0:3]",
        "secrets.KEY[0] ~ secrets.KEY[2] ~ secrets.KEY[1] ~ secrets.KEY[3]",
        "secrets['KEY'] | title",
        "(secrets.MANY ~ ':' ~ secrets.KEY) | upper",
        "secrets.MANY.split(',') | last",
        "secrets.MANY.split(',')[1] ~ ''",
        "secrets.PIN | int + 1",
        "secrets.QUOTED | urlencode",
        "secrets.QUOTED | urlencode | urlencode",
        "secrets.QUOTED | escape | escape",
        "secrets.QUOTED | json | json | json",
        "secrets.KEY | truncate(9)",
        "secrets.KEY | wordwrap(6)",
        "(secrets.KEY if 1 == 1 else '') | upper",
        "(none or secrets.KEY) | upper",
        "[secrets.KEY] | first | upper",
        "{'a': secrets.KEY}['a'] | upper",
        "({'a': secrets.KEY} | json) | upper",
        "secrets.MISSING_NOT | default(secrets.KEY) | upper",
    ],
)
def test_what_is_made_of_a_secret_is_secret(expression: str) -> None:
    value = shown("{{ " + expression.replace("secrets.MISSING_NOT", "trigger.nothing") + " }}")
    assert value == "***"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Bearer {{ secrets.KEY }} for {{ trigger.title }}", "Bearer *** for plain-title"),
        ("{{ 'Bearer ' ~ secrets.KEY }}", "Bearer ***"),
        ("{{ {'k': secrets.KEY, 't': trigger.title} | json }}", '{"k": "***", "t": "plain-title"}'),
        ("{{ {'k': secrets.KEY, 't': 'x'} | urlencode }}", "k=***&t=x"),
        ("{{ [secrets.KEY, trigger.title] | join('/') }}", "***/plain-title"),
        ("{{ [secrets.KEY, trigger.title] | last }}", "plain-title"),
        ("{{ 'prod' if secrets.KEY == 'x' else 'staging' }}", "staging"),
        ("{% if secrets.KEY %}there{% endif %}", "there"),
        ("{{ secrets.KEY is string }} {{ secrets.KEY | length }}", "true 16"),
        ("{{ secrets.KEY | mask(2) }}", "***al"),
        ("ends in {{ secrets.KEY[-3:] }}", "ends in Val"),
        ("{% for c in secrets.KEY | list %}{{ c }}_{% endfor %}", "***"),
        ("{% set key = secrets.KEY | lower %}{{ key[3:] }} {{ trigger.title }}", "*** plain-title"),
        ("{% set c = secrets.KEY | list %}{{ c | join('.') }}", "***"),
        ("{{ trigger.title | upper }} {{ secrets.KEY }}", "PLAIN-TITLE ***"),
        ("{{ trigger.parts | map('upper') | join(' ') }} {{ secrets.KEY }}", "PLAIN-ONE PLAIN-TWO ***"),
    ],
)  # fmt: skip
def test_what_stands_beside_a_secret_is_not(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_what_a_run_learned_is_watched_like_a_configured_secret() -> None:
    known = Known()
    known.values.add("live-9f83a1c2")
    assert shown("{{ trigger.key | upper }} {{ trigger.title | upper }}", known) == (
        "*** PLAIN-TITLE"
    )
    assert shown("{{ trigger.get('key') | upper }}", known) == "***"
    assert shown("{{ trigger | json }}", known) == (
        '{"title": "plain-title", "parts": ["plain-one", "plain-two"], "key": "***"}'
    )


def test_a_name_within_a_template_hides_that_of_the_secrets() -> None:
    known = Known()
    assert shown("{% set secrets = {'KEY': 'harmless'} %}{{ secrets.KEY | upper }}", known) == (
        "HARMLESS"
    )
    assert not known.derived


@pytest.mark.parametrize(
    "text",
    [
        "{{ secrets.LONG + 1 }}",
        "{{ ('Bearer ' ~ secrets.LONG).foo }}",
        "{{ secrets.KEY < 5 }}",
        "{{ secrets.KEY | number }}",
        "{{ (secrets.KEY | upper) | datetime }}",
        "{{ secrets.QUOTED + 1 }}",
        "{{ secrets.SHORT + 1 }} {{ secrets.KEY }}",
    ],
)
def test_no_error_quotes_a_secret(text: str) -> None:
    known = Known()
    with pytest.raises(ExpressionError) as raised:
        trace_template(text).render(scope(), Context(taint=known))
    told = f"{raised.value.message} {raised.value} {raised.value.operands}"
    for part in ("eeee", "s3cr", "S3CR", "b<c", "b\\"):
        assert part not in told


def test_operands_are_left_out_where_their_value_would_not_be_recognised() -> None:
    known = Known()

    def operands(text: str) -> object:
        told = trace_expression(text).explain(scope(), Context(taint=known)).operands
        return [known.masked(value) for _, value in told]

    assert operands("secrets.LONG == 'x'") == ["***"]
    assert operands("secrets.SHORT == 'x'") == ["***"]
    assert operands("trigger.title == 'x' or secrets.KEY") == ["plain-title", "***"]
    assert operands("secrets.KEY | upper == 'x'") == ["***", "***"]
    assert operands("trigger.title or (trigger.title | number) > 3") == [
        "plain-title",
        "(not evaluated)",
    ]


def test_whatever_there_is_gives_the_same_when_it_is_watched() -> None:
    class Kept:
        def attribute(self, name: str) -> object:
            raise KeyError(name)

        def names(self) -> tuple[str, ...]:
            return ()

    for entry in reference():
        watched = trace_expression(entry.example)
        told = watched.evaluate({"state": Kept()}, Context(taint=Known()))
        assert told == parse_expression(entry.example).evaluate({"state": Kept()}), entry.name
