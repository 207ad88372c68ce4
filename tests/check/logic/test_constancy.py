from __future__ import annotations

import pytest

from beeflow.check.logic.constancy import constancy
from beeflow.check.logic.formulas import Formula, formula


def built(text: str) -> Formula:
    found = formula(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        "'a' == 'a'", "true", "1 < 2", "a == a", "a or not a", "a == 'x' or a != 'x'",
        "a == 'x' or 'y'", "a | length >= 0", "a != 'x' or a != 'y'", "a is none or a is not none",
        "not (a and not a)", "a in ['x', 'y'] or a not in ['x']", "a < 5 or a > 3",
    ],
)  # fmt: skip
def test_what_always_holds(text: str) -> None:
    assert constancy(built(text)) is True
    assert constancy(built(f"not ({text})")) is False


@pytest.mark.parametrize(
    "text",
    [
        "a", "not a", "a == 'x'", "a == b", "a == 'x' or a == 'y'", "a > 3 and a < 5",
        "a | length > 0", "a is defined", "a and b or c", "a in ['x', 'y'] and a in ['y', 'z']",
        "a == true or a == false", "a < b", "a == 1 or a == '1'", "a in b", "3 < a < 5",
        "a == none and b == none or c",
    ],
)  # fmt: skip
def test_what_depends(text: str) -> None:
    assert constancy(built(text)) is None


@pytest.mark.parametrize(
    ("text", "given", "outcome"),
    [
        ("a == 'x'", "a == 'x'", True),
        ("a == 'y'", "a == 'x'", False),
        ("a == 'y'", "a != 'x'", None),
        ("a == 'y'", "a in ['x', 'z']", False),
        ("a > 3", "a > 5", True),
        ("a > 5", "a > 3", None),
        ("a", "b", None),
        ("a == 'x'", "a == 'x' and a == 'y'", None),
    ],
)
def test_what_is_given(text: str, given: str, outcome: bool | None) -> None:
    assert constancy(built(text), [built(given)]) is outcome


def test_too_many_combinations_are_not_tried() -> None:
    many = " and ".join(f"a{number}" for number in range(13))
    assert constancy(built(f"({many}) and not a1")) is None
