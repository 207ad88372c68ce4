"""All that is wrong with a text is told, and what is right in it is still read."""

from __future__ import annotations

import re

import pytest

from beeflow.recipe.templates import faults, salvage
from beeflow.recipe.templates.faults import _MOST, Salvage


def at(read: Salvage, text: str) -> list[str]:
    """Return the characters at which the faults are."""
    return [text[one.offset : one.offset + one.length] for one in read.faults]


def read_names(read: Salvage) -> list[str]:
    return [".".join(one.path) for one in read.references]


@pytest.mark.parametrize(
    ("text", "faults", "names"),
    [
        # what there is not: all of it, and what stands around it
        ("{{ a | uper }} {{ b | lenght }} {{ c.x }}", ["uper", "lenght"], ["a", "b", "c.x"]),
        ("{{ foo(a) }}{{ b.startsWith(c) }}", ["foo", "startsWith"], ["a", "b", "c"]),
        ("{{ a is defind }}{{ b is foo(c) }}", ["defind", "foo"], ["a", "b", "c"]),
        ("{{ a | uper | lwer | foo }}", ["uper", "lwer", "foo"], ["a"]),
        ("{{ a | round(1, 2, 3, b | uper) }}", ["a | round(1, 2, 3, b | uper)", "uper"], ["a", "b"]),
        ("{{ [a | uper, {b: c | uper}] }}", ["uper", "uper"], ["a", "b", "c"]),
        ("{{ a[b | uper : 2] }}", ["uper"], ["a", "b"]),
        ("{{ a(**b) }}{{ c }}", ["a"], ["c"]),
        ("{{ a if b | uper }}", ["a if b | uper", "uper"], ["a", "b"]),
        ("{{ now() }}{{ a }}", ["now()"], ["a"]),
        ("{% for x in a recursive %}{{ x | uper }}{{ b }}{% endfor %}", ["for", "uper"], ["a", "b"]),
        ("{% set x | upper %}{{ a }}{% endset %}{{ x }}", ["upper"], ["a"]),
        ("{% for x in a | uper %}{{ x.y }}{% endfor %}", ["uper"], ["a"]),
        # what is not well-formed: the rest is read
        ("{{ a. }}{{ b.c }}", ["."], ["b.c"]),
        ("{{ a = 1 }} {{ b = 2 }} {{ c }}", ["=", "="], ["c"]),
        ("{{ f(1 }} {{ c }}", ["}"], ["c"]),
        ("{{ a & b }} {{ c }}", ["&"], ["c"]),
        ("{{ c }} {{ a } {{ b", ["}"], ["c"]),
        ("{% if a = 1 %}{{ b }}{% elif c = 2 %}{{ d }}{% endif %}", ["=", "="], ["b", "d"]),
        ("{% for x, y in a. %}{{ x }}{{ loop.index }}{{ b }}{% endfor %}", ["."], ["b"]),
        ("{%- set x = 1 + -%}{{ x }}{{ b }}", ["-%}"], ["b"]),
        # statements that do not hold together: what they may set is not known
        ("{% if a %}{{ b }}{% set c = 1 %}{{ c }}", ["}}"], ["b"]),
        ("{{ b }}{% endfor %}", ["endfor"], ["b"]),
        ("{% macro f(x) %}{{ x }}{% endmacro %}{{ f(1) }}{{ b }}", ["macro"], ["b"]),
        ("{% for %}{{ b }}{{ loop.index }}{% endfor %}", ["%}"], ["b"]),
        ("{% if %}{{ b }}{% endif %}", ["%}"], ["b"]),
        # nothing can be read
        ("{{ '}}' | f( }} {{ b }}", ["}"], []),
        ("{# not closed {{ b }}", ["{#"], []),
    ],
)  # fmt: skip
def test_a_template_is_read_around_its_faults(
    text: str, faults: list[str], names: list[str]
) -> None:
    read = salvage(text, "template")
    assert at(read, text) == faults
    assert read_names(read) == names


def test_what_is_right_has_no_faults() -> None:
    read = salvage("{{ a.b }}", "template")
    assert read == Salvage(read.syntax, references=read.references)
    assert read_names(read) == ["a.b"]


@pytest.mark.parametrize(
    ("text", "faults", "names"),
    [
        ("a.b == 'x' | uper and c | lwer", ["uper", "lwer"], ["a.b", "c"]),
        ("a.b = 'x'", ["="], []),
    ],
)
def test_so_is_an_expression(text: str, faults: list[str], names: list[str]) -> None:
    read = salvage(text, "expression")
    assert at(read, text) == faults
    assert read_names(read) == names


def test_what_a_misspelt_default_stands_behind_is_guarded() -> None:
    read = salvage("{{ a.b | defualt('x') }}{{ c.d is defned }}{{ e | uper }}", "template")
    assert [one.guarded for one in read.references] == [True, True, False]


def test_the_mend_names_what_is_missing() -> None:
    (dot,) = salvage("{{ a. }}", "template").faults
    assert dot.suggestion == "write the name of a field behind the dot, or leave the dot out"
    (bracket,) = salvage("{{ f('(', [1 }}", "template").faults
    assert bracket.suggestion == "close the [ before it"


@pytest.mark.parametrize("one", ["{{ a | uper }}", "{{ a = 1 }}", "{{ a | f(" * 3 + "}}"])
def test_the_work_is_bounded(one: str) -> None:
    read = salvage(one * 100, "template")
    assert 1 <= len(read.faults) <= _MOST
    assert all(re.search(r"\w|=|\(|\}", fault.message) for fault in read.faults)


def test_so_is_the_work_on_a_long_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_WORK", 300)
    assert len(salvage("{{ long = 1 }}" * 8, "template").faults) == 2
    assert len(salvage("{{ short = 1 }}" * 6, "template").faults) == 3
