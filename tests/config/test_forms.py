"""The forms of a value: each as a library would write it."""

from __future__ import annotations

import pytest

from beeflow.config.forms import forms_of

SECRET = 'p&s/w"ö d+1'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        "p%26s%2Fw%22%C3%B6%20d%2B1",
        "p%26s%2fw%22%c3%b6%20d%2b1",
        "p%26s%2Fw%22%C3%B6+d%2B1",
        "p&s/w%22%C3%B6%20d+1",
        "p%2526s%252Fw%2522%25C3%25B6%2520d%252B1",
        'p&s\\/w\\"\\u00f6 d+1',
        'p&s\\/w\\"ö d+1',
        'p\\u0026s/w\\"ö d+1',
        "p\\u0026s/w\\u0022\\u00F6 d\\u002B1",
        "p&amp;s/w&#34;ö d+1",
        "p&amp;s/w&quot;ö d+1",
    ],
)
def test_a_value_is_known_as_others_write_it(form: str) -> None:
    assert form in forms_of(SECRET)


@pytest.mark.parametrize("form", ["a%20b!(c)*'d", "a+b%21%28c%29*%27d", "a b!(c)*&#039;d"])
def test_what_browsers_and_php_leave_is_known(form: str) -> None:
    assert form in forms_of("a b!(c)*'d")


def test_signs_beyond_the_basic_ones_are_known_as_net_writes_them() -> None:
    assert "a\\\\b\\t\\uD83D\\uDE00c" in forms_of("a\\b\t😀c")


def test_a_plain_value_has_no_more_than_it_needs() -> None:
    """Each form costs a look into every text: the value, and base64 at three places."""
    assert len(forms_of("4f9a8c7d6e5b4a39281706f5e4d3c2b1")) == 4
    assert forms_of("short") == {"short"}
