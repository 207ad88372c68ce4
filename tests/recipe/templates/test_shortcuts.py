from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beeflow.errors import ExpressionError
from beeflow.recipe.templates import Unknown
from beeflow.recipe.templates.expression import Expression
from beeflow.recipe.templates.limits import Context, Limits
from beeflow.recipe.templates.shortcuts import explained
from beeflow.recipe.templates.syntax import parse
from beeflow.recipe.templates.template import TemplateText

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES: list[Any] = [
    "live", "LIVE", "", "x" * 63, "x" * 64, "x" * 300_000, 1, 0, 2, True, False, 1.0, 10**15, 10**31,
    None, ["live"], {"status": "live"}, {}, Unknown("poll"),
]  # fmt: skip
SCOPES: list[dict[str, Any]] = [
    {}, {"a": None}, {"a": "text"}, {"a": []}, {"a": {}}, {"a": Unknown("a")},
    {"a": {"b": "text"}}, {"a": {"b": [1]}}, *({"a": {"b": {"c": value}}} for value in VALUES),
]  # fmt: skip
PATH = "a.b.c"
EXPRESSIONS = [
    PATH,
    "a",
    *(f"{PATH} {sign} {constant}" for sign in ("==", "!=") for constant in ("'live'", "1", "true")),
]
OTHER_SHAPES = ["a.b.c == none", "1 == a.b.c", "a.b['c'] == 'x'", "a.b.c == 1 == 1", "a.b.c > 1",
                "a.b.c == 1.5", "a.b.c | upper", "a[0] == 1"]  # fmt: skip


def outcome(work: Callable[[], object]) -> object:
    """Return what it gives, or all that its error says."""
    try:
        return work()
    except ExpressionError as error:
        return (type(error), error.message, error.offset, error.length, error.operands)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_is_explained_just_as_without_its_shortcut(text: str) -> None:
    quick, slow = (Expression(parse(text, "expression")) for _ in range(2))
    slow._shortcut = None
    assert quick._shortcut is not None
    for scope in SCOPES:
        given = outcome(lambda scope=scope: quick.explain(scope))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        expected = outcome(lambda scope=scope: slow.explain(scope))  # type: ignore[misc]
        assert repr(given) == repr(expected), scope


@pytest.mark.parametrize("escape", [None, str.lower])
@pytest.mark.parametrize("limit", [262_144, 4])
def test_a_template_is_rendered_just_as_without_its_shortcut(
    limit: int, escape: Callable[[str], str] | None
) -> None:
    quick, slow = (TemplateText(parse("{{ a.b.c }}", "template")) for _ in range(2))
    slow._found = None
    assert quick._found is not None
    context = Context(limits=Limits(result=limit), escape=escape)
    for scope in SCOPES:
        given = outcome(lambda scope=scope: quick.render(scope, context))  # type: ignore[misc]
        expected = outcome(lambda scope=scope: slow.render(scope, context))  # type: ignore[misc]
        assert repr(given) == repr(expected), scope


@pytest.mark.parametrize("text", OTHER_SHAPES)
def test_other_shapes_have_none(text: str) -> None:
    assert explained(parse(text, "expression")) is None


def test_some_give_an_answer_and_leave_the_rest() -> None:
    shortcut = explained(parse("a.b.c == 'live'", "expression"))
    assert shortcut is not None
    assert shortcut({"a": {"b": {"c": "live"}}}) == (True, (("a.b.c", "live"),))
    assert shortcut({"a": {"b": {"c": 1}}}) is None
    assert shortcut({"a": {"b": {}}}) is None
