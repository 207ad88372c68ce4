from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.config.masking import Masker

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.types import Json

SECRET = 'p&s/w"ö d+1'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        html.escape(SECRET),
    ],
)
def test_each_form_is_found_inside_a_text(form: str) -> None:
    assert Masker([SECRET]).json(f"a {form} b") == "a *** b"


@pytest.mark.parametrize(
    "form", [html.escape(SECRET, quote=False), html.escape(SECRET), json.dumps(SECRET)[1:-1]]
)
def test_a_form_with_quotes_is_found_though_nothing_else_is_there(form: str) -> None:
    assert Masker([SECRET]).json({"text": f"a {form} b"}) == {"text": "a *** b"}


@pytest.mark.parametrize("before", ["", "u", "us", "use"])
def test_base64_is_found_wherever_it_stands(before: str) -> None:
    encoded = base64.b64encode(f"{before}:long-enough-secret:after".encode()).decode()
    masked = Masker(["long-enough-secret"]).text(f"Basic {encoded}")
    assert "***" in masked
    for part in base64.b64encode(b"long-enough-secret").decode()[4:12], encoded[10:20]:
        assert part not in masked


@pytest.mark.parametrize("before", ["", "u", "us"])
@pytest.mark.parametrize("form", [lambda text: quote(text, safe=""), quote, quote_plus])
def test_base64_is_found_in_an_address(before: str, form: Callable[[str], str]) -> None:
    secret = "??>>??>>ÿÿÿ secret"
    encoded = form(base64.b64encode(f"{before}{secret}ab".encode()).decode())
    for text in (encoded, encoded.replace("%2F", "%2f").replace("%2B", "%2b")):
        assert len(Masker([secret]).text(text)) < 20


def test_the_same_object_comes_back_where_nothing_is_found() -> None:
    value: Json = {"a": [1, 2.5, None, True, "text"]}
    assert Masker(["something"]).json(value) is value
    assert Masker([]).json(value) is value
    assert Masker([]).text("x") == "x"
    assert Masker(["true"]).json(True) is True


def test_keys_lists_and_whole_numbers_are_masked() -> None:
    masker = Masker(["12345", "a-key"])
    value: Json = {"a-key": [12345, "x12345", 912345, None, True, 12345.5]}
    assert masker.json(value) == {"***": ["***", "x***", 912345, None, True, 12345.5]}


def test_the_longer_of_two_values_wins() -> None:
    assert Masker(["pass", "password"]).text("password") == "***"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("x ABCDEFGH y", "x *** y"),
        ("x EFGHIJ y", "x ***IJ y"),
        ("ABCDEF-EFGH", "***-***"),
        ("ABCDEFABCDEF", "******"),
    ],
)
def test_of_values_that_overlap_nothing_is_left(text: str, masked: str) -> None:
    assert Masker(["ABCDEF", "EFGH"]).text(text) == masked


def test_the_lines_of_a_key_are_masked_where_they_stand_apart() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nshort\n-----END KEY-----\n"
    masker = Masker([key])
    assert masker.text(f"got {key}!") == "got ***!"
    assert masker.text("    MIIEvQIBADANBgkqhkiG9w0\n    short") == "    ***\n    short"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("whsec_prod_main_AAAABBBB", "***"),
        ("key whsec_prod_main_AAA…", "key ***…"),
        ("key whsec_prod_m", "key ***"),
        ("key whsec_prod", "key whsec_prod"),
        ("whsec_prod_main_CCCCDDDD", "***"),
        ("whsec_prod_main_CCX", "***X"),
        ("whsec_prod_main_", "***"),
        ("whsec_prod_main_AAAABBBBwhsec_prod_main_CCCC", "******"),
    ],
)
def test_of_a_long_value_the_beginning_is_masked_too(text: str, masked: str) -> None:
    masker = Masker(["whsec_prod_main_AAAABBBB", "whsec_prod_main_CCCCDDDD"])
    assert masker.text(text) == masked
    assert masker.json({"a": [text]}) == {"a": [masked]}


@given(
    st.text(alphabet='ab\\"\nü\u2028', min_size=16, max_size=24).filter(
        lambda text: not text.endswith("\\")
    ),
    st.text(alphabet='ab\\"\nü\u2028x', max_size=30),
)
@settings(max_examples=60, deadline=None)
def test_masked_json_is_json(secret: str, text: str) -> None:
    masker = Masker([secret])
    for ascii_only in (True, False):
        for value in (text, secret[:12] + text, text + secret):
            masked = masker.text(json.dumps({"a": value, "b": 1}, ensure_ascii=ascii_only))
            told = json.loads(masked)
            assert told["b"] == 1
            assert secret not in told["a"]


def test_short_and_blank_values_are_left_alone() -> None:
    assert Masker(["abc", "      "]).text("abc      ") == "abc      "


def test_what_json_cannot_hold_is_masked_all_the_same() -> None:
    masker = Masker(["hidden"])
    assert masker.json("\ud800 hidden") == "\ud800 ***"
    assert masker.json(["\ud800 hidden", 10**30]) == ["\ud800 ***", 10**30]


@pytest.mark.parametrize("secret", ["hid\udc80den", "a long \udcff one that is cut off, too"])
def test_a_value_that_is_no_good_text_is_masked_as_well(secret: str) -> None:
    """So the environment gives what is not in UTF-8."""
    masker = Masker([secret])
    assert masker.json({"a": ["é", secret + "é"]}) == {"a": ["é", "***é"]}
    assert masker.text(secret[:30]) == "***"


TEXT = st.text(st.characters(exclude_characters="*"))


@given(secret=st.text(st.characters(exclude_characters="*"), min_size=4), before=TEXT, after=TEXT)
def test_no_value_survives_anywhere(secret: str, before: str, after: str) -> None:
    if len(secret.strip()) < 4:
        return
    masker = Masker([secret])
    masked = masker.json({before + secret: [secret, {after: before + secret + after}]})
    assert isinstance(masked, dict)
    ((key, items),) = masked.items()
    assert isinstance(items, list)
    inner = items[1]
    assert isinstance(inner, dict)
    for text in (key, items[0], *inner, *inner.values()):
        assert secret not in str(text).replace("***", "*")


@pytest.mark.parametrize("padding", [0, 200_000])
def test_many_values_are_found_in_short_and_in_long_texts(padding: int) -> None:
    """A few are looked for one by one, many or in much text by the engine: with one result."""
    masker = Masker([f"secret-{number:04}" for number in range(50)])
    text = "x" * padding + " secret-0007 and secret-0049"
    assert masker.text(text) == "x" * padding + " *** and ***"
    assert masker.json({"a": [text]}) == {"a": ["x" * padding + " *** and ***"]}
    clean = "x" * padding + " secret-0050"
    assert masker.text(clean) is clean
