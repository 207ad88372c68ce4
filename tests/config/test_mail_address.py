from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.config.mail_address import check_address


@pytest.mark.parametrize(
    ("text", "name", "spec"),
    [
        ("ada@example.com", "", "ada@example.com"),
        (" Ada Lovelace <ada@example.com> ", "Ada Lovelace", "ada@example.com"),
        ('"Lovelace, Ada" <ada@example.com>', "Lovelace, Ada", "ada@example.com"),
        ("Søren <s@bücher.example>", "Søren", "s@xn--bcher-kva.example"),
        ("ada@[127.0.0.1]", "", "ada@[127.0.0.1]"),
        ("ada@localhost", "", "ada@localhost"),
        ("ødis@example.com", "", "ødis@example.com"),
    ],
)
def test_one_address_is_read(text: str, name: str, spec: str) -> None:
    address = check_address(text)
    assert (address.name, address.spec) == (name, spec)
    assert spec.endswith(f"@{address.domain}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "a@b.example, c@d.example",
        "A <a@b.example>, B <c@d.example>",
        "Ada <a@b.example>\r\nBcc: eve@evil.example",
        "a@b.example\n",
        "a@b.example\x00",
        "<a@b.example> x",
        "a b@c.example",
        "a@-b.example",
        "a@b..example",
        "a@" + "b" * 64 + ".example",
        "a" * 400 + "@b.example",
        "a@b_\ud800.example",
    ],
)
def test_anything_else_is_refused_with_the_mend(text: str) -> None:
    with pytest.raises(ValueError, match="is not one mail address"):
        check_address(text)


@given(st.text())
def test_no_text_brings_a_line_break_through(text: str) -> None:
    try:
        address = check_address(text)
    except ValueError:
        return
    assert not set("\r\n\x00,;") & set(address.spec)
    assert not set("\r\n\x00<>") & set(address.name)
