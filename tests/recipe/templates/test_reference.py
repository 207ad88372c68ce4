from __future__ import annotations

import json

import pytest

from beeflow.recipe.templates import Entry, parse_expression, reference
from beeflow.recipe.templates.builtins import FILTERS, FUNCTIONS, METHODS, TESTS
from beeflow.recipe.templates.values import plain


class State:
    def attribute(self, name: str) -> object:
        raise KeyError(name)

    def names(self) -> tuple[str, ...]:
        return ()


@pytest.mark.parametrize("entry", reference(), ids=lambda entry: f"{entry.kind}-{entry.signature}")
def test_every_example_gives_what_it_says(entry: Entry) -> None:
    value = plain(parse_expression(entry.example).evaluate({"state": State()}))
    assert json.dumps(value) == json.dumps(json.loads(entry.result))


def test_every_entry_is_complete_and_there_once() -> None:
    entries = reference()
    assert len({(entry.kind, entry.signature) for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.description.endswith(".")
        assert entry.signature.startswith(entry.name) or f".{entry.name}(" in entry.signature
        assert entry.name in entry.example


def test_nothing_is_left_out() -> None:
    named = {(entry.kind, entry.name) for entry in reference()}
    tables = {"filter": FILTERS, "test": TESTS, "function": FUNCTIONS}
    for kind, table in tables.items():
        for builtin in table.values():
            assert (kind, builtin.entry.name) in named
    assert {name for kind, name in named if kind == "method"} == set(METHODS)


def test_signatures_read_as_a_recipe_writes_them() -> None:
    shown = {entry.name: entry.signature for entry in reference() if entry.kind == "filter"}
    assert shown["default"] == "default(default_value='', boolean=false)"
    assert shown["batch"] == "batch(linecount, fill_with=none)"
    assert shown["map"] == "map(*args, **options)"
    assert shown["number"] == "number(default=…)"
    assert shown["upper"] == "upper"


def test_other_spellings_are_named() -> None:
    described = {entry.name: entry.description for entry in reference() if entry.kind == "filter"}
    assert "Also written `d`." in described["default"]
    assert "Also written `count`." in described["length"]
