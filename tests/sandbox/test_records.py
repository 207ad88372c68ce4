from __future__ import annotations

import pytest

from beeflow.sandbox.records import FormField


@pytest.mark.parametrize(
    ("title", "kind", "key"),
    [
        ("Navn", "name", "name"),
        ("E-mail", "email", "email"),
        ("Company Name", "text", "company_name"),
        ("  Seats  wanted ", "text", "seats_wanted"),
    ],
)
def test_an_input_has_a_key_for_what_is_entered(title: str, kind: str, key: str) -> None:
    assert FormField(title, kind).key == key
