from __future__ import annotations

import pytest

from beeflow.errors import ExpressionError
from beeflow.recipe.templates import parse_template

SCOPE: dict[str, object] = {
    "people": [{"name": "Ann", "age": 30}, {"name": "Bo", "age": 17}],
    "data": {"a": 1, "b": 2},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% if data.a == 1 %}one{% elif data.a == 2 %}two{% else %}more{% endif %}!", "one!"),
        ("{% if data.a == 2 %}two{% elif data.b == 2 %}b{% else %}more{% endif %}!", "b!"),
        ("{% if false %}x{% endif %}", ""),
        ("{% for p in people %}{{ p.name }} {% endfor %}", "Ann Bo "),
        ("{% for p in people if p.age > 18 %}{{ p.name }}{% endfor %}", "Ann"),
        ("{% for p in people if p.age > 98 %}x{% else %}none{% endfor %}", "none"),
        ("{% for k, v in data.items() %}{{ k }}={{ v }};{% endfor %}", "a=1;b=2;"),
        ("{% for k in data %}{{ k }}{% endfor %}", "ab"),
        ("{% for a, (b, c) in [[1, [2, 3]]] %}{{ a + b + c }}{% endfor %}", "6"),
        (
            "{% for a in [4, 5] %}{{ loop.index }}{{ '' if loop.last else ',' }}{% endfor %}",
            "1,2",
        ),
        (
            (
                "{% for a in 'xyz' | list %}{{ loop.index0 }}{{ loop.revindex }}"
                "{{ loop.revindex0 }}{{ loop.length }}{{ loop.first }} {% endfor %}"
            ),
            "0323true 1213false 2103false ",
        ),
        (
            (
                "{% for a in [1, 2] %}{{ loop.previtem | default('-') }}"
                "{{ loop.nextitem | default('-') }}{% endfor %}"
            ),
            "-21-",
        ),
        (
            "{% for a in [1, 2] %}{% for b in [3] %}{{ loop.index }}+{% endfor %};{% endfor %}",
            "1+;1+;",
        ),
        ("{% set x = 1 %}{{ x + 1 }}", "2"),
        ("{% set a, b = [1, 2] %}{{ a }}{{ b }}", "12"),
        ("{% set x %}a{{ data.a }}{% endset %}[{{ x }}]", "[a1]"),
        (
            "{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}",
            "231",
        ),
        ("{% if true %}{% set x = 5 %}{% endif %}{{ x }}", "5"),
        ("{% set data = 5 %}{{ data }}", "5"),
        ("{% set x = x | default(4) %}{{ x }}", "4"),
        ("{{ data }} {{ none }} {{ [true, 'a'] }}", '{"a": 1, "b": 2} null [true, "a"]'),
        ("a{# comment {{ x }} #}b", "ab"),
        ("a\n{% if true %}\n  b\n{% endif %}\nc\n", "a\n\n  b\n\nc\n"),
        ("a\n{%- if true -%}\n  b\n{%- endif %}\nc", "ab\nc"),
        ("", ""),
    ],
)
def test_statements_write_what_jinja_would(text: str, expected: str) -> None:
    assert parse_template(text).render(SCOPE) == expected


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("{% for a in 'abc' %}{% endfor %}", "| list", "'abc'"),
        ("{% for a in 5 %}{% endfor %}", "goes through a list, not number 5", "5"),
        ("{% for a in data.nope %}{% endfor %}", "no field `nope`", "nope"),
        ("{% for k, v in data %}{% endfor %}", "mapping.items()", "k, v"),
        ("{% for a in people recursive %}{% endfor %}", "`recursive` is not there", "for"),
        ("{% for a in [1] %}{{ a.b }}{% endfor %}", "`a` has no field `b`", "b"),
        ("{% set loop = 1 %}", "`loop` is taken", "loop"),
        ("{% set _x = 1 %}", "underscore", "_x"),
        ("{% set data.x = 1 %}", "a field cannot be set", "data"),
        ("{% set x | upper %}a{% endset %}", "no filter can stand here", "upper"),
        (
            "{% if true %}{% for a in [1] %}{% endfor %}{{ loop.index }}{% endif %}",
            "`loop` is not defined",
            "loop",
        ),
        ("{% for a in [1] %}{% set x = 1 %}{% endfor %}{{ x }}", "`x` is not defined", "x"),
        ("a {{ data.c }}", "`data` has no field `c`", "c"),
    ],
)
def test_mistakes_have_their_place(text: str, message: str, marked: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_template(text).render(SCOPE)
    error = caught.value
    assert message in error.message
    assert text[error.offset : error.offset + error.length] == marked


def test_a_value_that_cannot_be_written_is_marked_where_it_stands() -> None:
    with pytest.raises(ExpressionError, match="type `object`") as caught:
        parse_template("a {{ thing }}").render({"thing": object()})
    assert (caught.value.offset, caught.value.length) == (5, 5)


def test_rendered_text_is_never_a_template() -> None:
    scope = {"title": "{{ secrets.TOKEN }}{% if true %}"}
    assert parse_template("{{ title }}").render(scope) == scope["title"]
    assert parse_template("a {{ title }}").render(scope) == "a " + scope["title"]


def test_names_are_restored_after_an_error_in_a_loop() -> None:
    template = parse_template("{% for a in [1, 0] %}{{ 1 / a }}{% endfor %}")
    for _ in range(2):
        with pytest.raises(ExpressionError, match="divides by zero"):
            template.render({})
