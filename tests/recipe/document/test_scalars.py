from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.recipe.document.scalars import resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("7", 7),
        ("0", 0),
        ("-1", -1),
        ("2.5", 2.5),
        ("-0.5", -0.5),
        ("123456789012345678", 123456789012345678),
    ],
)
def test_types_only_what_is_listed(text: str, value: object) -> None:
    read = resolve(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "on",
        "off",
        "yes",
        "no",
        "True",
        "FALSE",
        "Null",
        "NULL",
        "12:30",
        "0123",
        "007",
        "1e3",
        "0x1F",
        "0o7",
        "-0",
        "+5",
        ".5",
        "5.",
        "1_000",
        "1,000",
        ".inf",
        ".nan",
        "2026-12-01",
        "1234567890123456789",
        "--",
        "-",
        "1.2.3",
        "٣",
    ],
)
def test_leaves_everything_else_as_text(text: str) -> None:
    assert resolve(text) == text


@given(st.text())
def test_text_is_either_kept_or_one_of_the_listed_types(text: str) -> None:
    read = resolve(text)
    assert read is None or isinstance(read, bool | int | float) or read == text
