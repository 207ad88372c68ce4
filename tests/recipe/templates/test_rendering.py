from __future__ import annotations

from datetime import UTC, datetime

import pytest

from beeflow.errors import ExpressionError
from beeflow.recipe.model import Template, Value
from beeflow.recipe.problem import Span
from beeflow.recipe.templates import Unknown, render_value, templates_in, value_names


def template(text: str) -> Template:
    return Template(text, Span("recipes/a.yaml", 40, 40 + len(text)))


VALUE: Value = {
    "text": template("Hi {{ name }}"),
    "when": template("{{ now }}"),
    "nested": [1, None, template("{{ tags }}"), ("x", template("{{ missing | default(name) }}"))],
    "plain": "{{ name }}",
}


def test_all_templates_in_a_value_are_rendered_to_json() -> None:
    scope = {"name": "Ann", "now": datetime(2026, 12, 1, tzinfo=UTC), "tags": ("a", {"b": 1})}
    assert render_value(VALUE, scope) == {
        "text": "Hi Ann",
        "when": "2026-12-01T00:00:00+00:00",
        "nested": [1, None, ["a", {"b": 1}], ["x", "Ann"]],
        "plain": "{{ name }}",
    }


def test_names_and_templates_of_a_value() -> None:
    assert value_names(VALUE) == {"name", "now", "tags", "missing"}
    assert [one.text for one in templates_in(VALUE)][:2] == ["Hi {{ name }}", "{{ now }}"]
    assert value_names(5) == frozenset()


def test_an_error_says_in_which_template_it_was() -> None:
    with pytest.raises(ExpressionError) as caught:
        render_value({"a": [template("{{ nope }}")]}, {})
    assert caught.value.__notes__ == ["in the template at recipes/a.yaml:40"]
    assert caught.value.offset == 3


def test_unknown_values_stay_where_they_are() -> None:
    scope = {"poll": Unknown("poll")}
    value: Value = {"a": template("{{ [poll.x] }}"), "b": template("b {{ poll }}")}
    assert render_value(value, scope) == {
        "a": [Unknown("poll.x")],
        "b": Unknown("poll", "b \u2039poll: known after apply\u203a"),
    }
