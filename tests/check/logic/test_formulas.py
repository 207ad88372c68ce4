from __future__ import annotations

from beeflow.check.logic.formulas import contrary, formula


def test_the_terms_of_a_condition() -> None:
    built = formula("a.b == 'x' and (n | length > 3 or not c) and d['e'] in [1, 2]")
    assert built is not None
    assert set(built.terms) == {"a.b", "n | length", "c", "d.e"}
    assert built.terms["a.b"].constants == ["x"]
    assert built.terms["n | length"].counts
    assert built.terms["c"].bare
    assert built.terms["d.e"].constants == [1, 2]
    assert built.reads == {"a", "n", "c", "d"}


def test_what_it_comes_to() -> None:
    built = formula("a == 1 or b > 2")
    assert built is not None
    assert built.holds({"a": 1, "b": 0}) is True
    assert built.holds({"a": 2, "b": 3}) is True
    assert built.holds({"a": 2, "b": "x"}) is None
    assert contrary(built).holds({"a": 2, "b": 0}) is True
    assert contrary(built).holds({"a": 2, "b": "x"}) is None


def test_what_cannot_be_followed_is_a_term_of_its_own() -> None:
    for text in ("a < b", "a < 'x'", "'x' in a", "a < b < 3", "a is defined", "a.startswith('x')"):
        built = formula(text)
        assert built is not None
        assert list(built.terms) == [text]


def test_what_is_not_well_formed_is_none() -> None:
    assert formula("a ==") is None


def test_a_constant_that_fails_is_a_term() -> None:
    built = formula("1 / 0 == 2")
    assert built is not None
    assert built.holds({"1 / 0": 2}) is True
