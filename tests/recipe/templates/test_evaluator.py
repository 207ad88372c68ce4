"""The closed list: what is not on it does not exist."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.errors import BeeflowError, ExpressionError
from beeflow.recipe.templates import parse_expression, parse_template

SCOPE: dict[str, object] = {"event": {"title": "Launch", "keys": 1}, "tags": ["a", "b"], "n": None}

ATTACKS = [
    "''.__class__",
    "''.__class__.__mro__[1].__subclasses__()",
    "().__class__.__mro__",
    "[].__class__.__base__",
    "event.__class__",
    "event.__init__.__globals__",
    "'' | attr('__class__')",
    "[''] | map(attribute='__class__')",
    "[''] | map('attr', '__class__')",
    "tags | selectattr('__x')",
    "tags | rejectattr('__x', 'eq', 1)",
    "tags | groupby('__class__')",
    "tags | groupby(attribute='__class__')",
    "tags | sort(attribute='_x')",
    "tags | sort(attribute='a,_x')",
    "tags | min(attribute='__class__')",
    "tags | unique(attribute='__class__')",
    "tags | sum(attribute='a.__class__')",
    "tags | map(attribute='a' ~ '.__class__')",
    "'{0.__class__}'.format('')",
    "'{0.__class__}' | format('')",
    "'%s' % ''",
    "''.format_map({})",
    "''.encode()",
    "''.translate({})",
    "''.__len__()",
    "event.__getitem__('title')",
    "event.pop('title')",
    "event.update({})",
    "event.clear()",
    "event.setdefault('a', 1)",
    "tags.append('x')",
    "tags.sort()",
    "tags.pop()",
    "_private",
    "__builtins__",
    "__import__('os')",
    "eval('1')",
    "open('/etc/passwd')",
    "print(1)",
    "dict(a=1)",
    "namespace(a=1)",
    "cycler('a')",
    "joiner()",
    "lipsum()",
    "self.x",
    "lambda: 1",
    "[x for x in tags]",
    "tags[0]()",
    "(event)()",
    "range(*tags)",
    "range(**event)",
    "tags | join(*tags)",
    "tags | random",
    "tags | pprint",
    "tags | xmlattr",
    "tags | tojson",
    "'a' | safe",
    "'a' | urlize",
    "'a' | foo.bar",
    "tags is callable",
    "tags is sameas none",
    "'upper' is filter",
    "'a' is escaped",
    "tags | map('map', attribute='__class__')",
    "caller()",
    "varargs",
    "super()",
    "('2026-01-01' | datetime).__class__",
    "('2026-01-01' | datetime).tzinfo",
    "('2026-01-01' | datetime).replace(year=1)",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_with_a_reason_and_its_place(attack: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(attack).evaluate(SCOPE)
    error = caught.value
    assert error.message
    assert 0 <= error.offset < len(attack)
    assert 0 < error.length <= len(attack)
    with pytest.raises(ExpressionError):
        parse_template("{{ " + attack + " }}").render(SCOPE)


PARTS = st.sampled_from(
    [
        *("event", "tags", "n", "''", "[]", "{}", "1", "10**9", "(", ")", "()", "[0]"),
        *(
            ".__class__",
            ".__init__",
            ".title",
            "['title']",
            ".get('title')",
            ".items()",
            ".format(1)",
        ),
        *(
            " | map(attribute='__class__')",
            " | first",
            " | attr('x')",
            " | list",
            " | sort",
            " | json",
        ),
        *(" | default('__class__')", " | string", " | groupby(0)", " is defined"),
        *(" and ", " ~ ", " + ", " == ", " * "),
    ]
)


@settings(max_examples=300)
@given(st.lists(PARTS, max_size=7).map("".join))
def test_no_mixture_of_parts_gives_anything_but_data(text: str) -> None:
    try:
        value = parse_expression(text).evaluate(SCOPE)
    except BeeflowError:
        return
    allowed = (str, int, float, bool, list, dict, type(None))
    assert isinstance(value, allowed)


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("event.title | uper", "did you mean `upper`?", "uper"),
        ("event.title | tojson", "called `json` here", "tojson"),
        ("event.title is definde", "did you mean `defined`?", "definde"),
        ("event.title.startwith('a')", "did you mean `startswith`?", "startwith"),
        ("event.title.length()", "write `| length`", "length"),
        ("rnge(3)", "did you mean `range`?", "rnge"),
        ("now()", "without ()", "now()"),
        ("tags | batch", "batch(linecount, fill_with=none)", "tags | batch"),
        ("tags | join(x=1)", "join(d='')", "tags | join(x=1)"),
        ("tags | join(d=1, d=2)", "a name stands twice", "tags | join(d=1, d=2)"),
        ("tags.index()", "list.index(item)", "tags.index()"),
        ("event.title.index('a')", "has no method `index`", "event.title.index('a')"),
        ("(5).get('a')", "it has none", "(5).get('a')"),
        ("event.count('a')", "it has: get, items, keys, values", "event.count('a')"),
        ("tags.count('a', 1, 2)", "too many", "tags.count('a', 1, 2)"),
        ("event.title | upper | map", "takes attribute=", "event.title | upper | map"),
        (
            "tags | map(attribut='x')",
            "there is: attribute=…, default=…",
            "tags | map(attribut='x')",
        ),
        ("tags | map(5)", "stands in quotes", "tags | map(5)"),
        ("tags | map('batch')", "missing a required argument", "tags | map('batch')"),
    ],
)
def test_a_wrong_call_is_refused_with_what_is_right(text: str, message: str, marked: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text).evaluate(SCOPE)
    error = caught.value
    assert message in error.message
    assert text[error.offset : error.offset + error.length] == marked


def test_a_method_wins_over_a_key_of_its_name_only_when_it_is_called() -> None:
    scope = {"data": {"items": [1], "keys": 2}}
    assert parse_expression("data.items").evaluate(scope) == [1]
    assert parse_expression("data.items()").evaluate(scope) == [["items", [1]], ["keys", 2]]
    assert parse_expression("data.keys()").evaluate(scope) == ["items", "keys"]


def test_undefined_passes_through_fields_to_default_and_nothing_else() -> None:
    assert parse_expression("nope.a.b | default('d')").evaluate({}) == "d"
    assert parse_expression("nope['a'][0] | d('d') | upper").evaluate({}) == "D"
    assert parse_expression("([] | first).name | default('d')").evaluate({}) == "d"
    assert parse_expression("[] | max | default('d')").evaluate({}) == "d"
    assert parse_expression("(n or '') | default('d')").evaluate(SCOPE) == ""
    for text in (
        "(nope ~ 'a') | default('d')",
        "nope.a | upper | default('d')",
        "nope.f() | default(1)",
    ):
        with pytest.raises(ExpressionError):
            parse_expression(text).evaluate({})


def test_any_mapping_and_sequence_of_the_scope_will_do() -> None:
    scope = MappingProxyType({"a": MappingProxyType({"b": ("x", "y")})})
    assert parse_expression("a.b[1] ~ (a.b | length) ~ (a | length)").evaluate(scope) == "y21"
