from __future__ import annotations

import pytest

from beeflow.recipe.templates import parse_expression, parse_template


def read(text: str) -> list[tuple[str, bool]]:
    template = parse_template(text) if "{" in text and "%" in text else None
    references = (template or parse_expression(text)).references
    for one in references:
        assert len(one.places) == len(one.path)
        shown = text[one.offset : one.offset + one.length]
        assert shown.startswith(one.path[0])
    return [(".".join(one.path), one.guarded) for one in references]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("poll.poll_ref", [("poll.poll_ref", False)]),
        ("poll['a'].b[0]", [("poll.a.b.0", False)]),
        ("poll[key.x].b", [("poll", False), ("key.x", False)]),
        ("state.get('a', b.c)", [("state", False), ("b.c", False)]),
        ("range(n)", [("n", False)]),
        ("a.b | default(c.d)", [("a.b", True), ("c.d", False)]),
        ("a.b is defined", [("a.b", True)]),
        ("a.b is undefined", [("a.b", True)]),
        ("a.b is none", [("a.b", False)]),
        ("a is defined and a.b == 1", [("a", True), ("a.b", True)]),
        ("a.b and a is defined", [("a.b", False), ("a", True)]),
        ("a is undefined or a.b", [("a", True), ("a.b", True)]),
        ("not (a is undefined) and a.b", [("a", True), ("a.b", True)]),
        ("not a is defined or a.b", [("a", True), ("a.b", True)]),
        ("a is defined or a.b", [("a", True), ("a.b", False)]),
        ("a.x if a is defined else a.y", [("a.x", True), ("a", True), ("a.y", False)]),
        (
            "a is defined and b is defined and a.x + b.x",
            [("a", True), ("b", True), ("a.x", True), ("b.x", True)],
        ),
        ("(f | first).x", [("f", False)]),
        (
            "{% if a is defined %}{{ a.x }}{% else %}{{ a.y }}{% endif %}",
            [("a", True), ("a.x", True), ("a.y", False)],
        ),
        (
            "{% if a is undefined %}{% elif a.b %}{% else %}{{ a.c }}{% endif %}",
            [("a", True), ("a.b", True), ("a.c", True)],
        ),
        (
            "{% for x in xs %}{{ x.a }}{{ loop.index }}{{ y }}{% else %}{{ x }}{% endfor %}",
            [("xs", False), ("y", False), ("x", False)],
        ),
        (
            "{% for x in xs if x.ok and y.z is defined %}{{ y.z }}{% endfor %}",
            [("xs", False), ("y.z", True), ("y.z", True)],
        ),
        ("{% set x = y %}{{ x.a }}", [("y", False)]),
        ("{{ x }}{% set x = 1 %}{{ x }}", [("x", False)]),
        ("{% if a %}{% set x = 1 %}{% endif %}{{ x }}", [("a", False)]),
        ("{% set x %}{{ z }}{% endset %}{{ x }}", [("z", False)]),
        ("{% for k, v in m.items() %}{{ k }}{{ v }}{% endfor %}", [("m", False)]),
    ],
)
def test_what_is_read_and_whether_it_may_be_missing(
    text: str, expected: list[tuple[str, bool]]
) -> None:
    assert read(text) == expected


def test_each_step_of_a_path_has_a_place() -> None:
    text = "1 + poll.votes['x'][0]"
    (reference,) = parse_expression(text).references
    shown = [text[offset : offset + length] for offset, length in reference.places]
    assert shown == ["poll", "votes", "'x'", "0"]


def test_names_are_the_first_steps() -> None:
    assert parse_expression("a.b + c.d | default(e)").names == {"a", "c", "e"}
    template = parse_template("{% for x in xs %}{% set y = 1 %}{% endfor %}{{ y }}")
    assert template.names == {"xs", "y"}
    assert template.assigned == {"x", "y"}
