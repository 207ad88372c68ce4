from __future__ import annotations

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.recipe.patterns.paths import MISSING, read_path, resolve

PAYLOAD: dict[str, object] = {
    "data": {
        "status": "live",
        "none": None,
        "items": [{"x": 1}, [2]],
        "signup_data": {"company.name": "ACME", "a": {"b": 1}, "a.b": 2, "c": 3, "c.d": {"e.f": 4}},
        "0": "zero",
    },
    "odd.key": {"x": 5},
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("data.status", "live"),
        ("data.none", None),
        ("data.items.0.x", 1),
        ("data.items.1.0", 2),
        ("data.0", "zero"),
        ("data.signup_data.company.name", "ACME"),
        ("data.signup_data.a.b", 1),
        ("data.signup_data.c.d.e.f", 4),
        ("odd.key.x", 5),
        ("data.items.2", MISSING),
        ("data.items.x", MISSING),
        ("data.items.-1", MISSING),
        ("data.items.0.y", MISSING),
        ("data.items.1.x", MISSING),
        ("data.items.99999999999999999999", MISSING),
        ("data.status.length", MISSING),
        ("data.none.x", MISSING),
        ("nope", MISSING),
        ("data.signup_data.company.nope", MISSING),
    ],
)
def test_paths_lead_through_mappings_lists_and_keys_with_dots(path: str, expected: object) -> None:
    assert resolve(PAYLOAD, read_path(path)) == expected
    assert resolve(MappingProxyType(PAYLOAD), read_path(path)) == expected


@given(
    st.recursive(
        st.integers(), lambda inner: st.dictionaries(st.text("ab.", min_size=1), inner, max_size=3)
    ),
    st.lists(st.text("ab", max_size=2), min_size=1, max_size=6),
)
def test_a_path_never_fails_and_finds_every_key_that_is_written_out(
    payload: object, path: list[str]
) -> None:
    resolve(payload, path)
    if isinstance(payload, dict):
        for key, value in payload.items():
            if "." not in key:
                assert resolve(payload, [key]) == value
            else:
                assert resolve(payload, key.split(".")) is not MISSING
