from __future__ import annotations

from datetime import UTC, datetime

import pytest

from beeflow.errors import ExpressionError, UndefinedName
from beeflow.recipe.templates import parse_template
from beeflow.recipe.templates.limits import Context

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
SCOPE: dict[str, object] = {"tags": ["a"], "n": 5, "now": NOW, "none": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ tags }}", ["a"]),
        ("{{ tags }}\n", ["a"]),
        ("{{tags}}", ["a"]),
        ("{{ n }}", 5),
        ("{{ n == 5 }}", True),
        ("{{ now }}", NOW),
        ("{{ {'a': n} }}", {"a": 5}),
        ("{{- n -}}", 5),
        (" {{ n }}", " 5"),
        ("{{ n }} ", "5 "),
        ("{{ n }}\n\n", "5\n\n"),
        ("\n{{ n }}", "\n5"),
        ("{{ n }}{{ n }}", "55"),
        ("{# c #}{{ n }}", "5"),
        ("{{ n }}{# c #}", "5"),
        ("{% if true %}{{ n }}{% endif %}", "5"),
        ("at {{ now }}", "at 2026-12-01T09:30:00+00:00"),
        ("plain", "plain"),
        ("a\r\nb {{ n }}", "a\r\nb 5"),
        ("{{ '}}' }}", "}}"),
        ("{{ '{{' }}", "{{"),
    ],
)
def test_one_expression_keeps_its_type_and_all_else_is_text(text: str, expected: object) -> None:
    value = parse_template(text).render(SCOPE)
    assert value == expected
    assert type(value) is type(expected)


def test_an_undefined_name_is_an_error_with_what_was_read() -> None:
    with pytest.raises(UndefinedName, match="`nam` is not defined") as caught:
        parse_template("Hello {{ nam }} and {{ tags }}").render(SCOPE)
    error = caught.value
    assert (error.offset, error.length) == (9, 3)
    assert error.operands == (("nam", "(undefined)"), ("tags", ["a"]))


def test_a_template_is_parsed_once_for_each_text() -> None:
    assert parse_template("a {{ n }}") is parse_template("a {{ n }}")
    assert parse_template("a {{ n }}").syntax.text == "a {{ n }}"


def test_a_mistake_is_found_when_it_is_parsed() -> None:
    with pytest.raises(ExpressionError, match="did you mean `upper`"):
        parse_template("a {{ n | uppr }}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ name }}", "&lt;!channel&gt;"),
        ("<b>{{ name }}</b>", "<b>&lt;!channel&gt;</b>"),
        ("{{ {'a<': [name, (name,), 1, none]} }}",
         {"a<": ["&lt;!channel&gt;", ["&lt;!channel&gt;"], 1, None]}),
        ("{{ (name, 1) }}", ["&lt;!channel&gt;", 1]),
    ],
)  # fmt: skip
def test_what_a_template_puts_in_is_escaped_also_within_lists_and_mappings(
    text: str, value: object
) -> None:
    context = Context(escape=lambda text: text.replace("<", "&lt;").replace(">", "&gt;"))
    assert parse_template(text).render({"name": "<!channel>"}, context) == value
