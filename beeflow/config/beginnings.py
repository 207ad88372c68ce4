"""The beginning of a secret: what is left of it where a message quotes only a part of a text.

From half of its length on, the beginning of a long secret is as secret as the whole.
"""

from __future__ import annotations

import re
from typing import Final

import re2

LONG: Final = 16
"""Characters from which on a value has a beginning that is secret."""

_DEEPEST: Final = 400
"""Brackets within brackets that a pattern may have."""

_SIGNS: Final = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)
"""The signs of a text that may be escaped: an escape is not torn apart."""


def beginning(form: str) -> str:
    """Return the shortest beginning of a form that is secret: half of it."""
    signs = _SIGNS.findall(form)
    return "".join(signs[: (len(signs) + 1) // 2])


def begun(form: str) -> bytes:
    """Return the pattern of a form, and of each beginning of it that is secret."""
    start = beginning(form)
    rest = _SIGNS.findall(form[len(start) :])
    pattern = literal("".join(rest[_DEEPEST:]))
    for sign in reversed(rest[:_DEEPEST]):
        pattern = b"(?:%b%b)?" % (literal(sign), pattern)
    return literal(start) + pattern


def literal(form: str) -> bytes:
    """Return the pattern of a form alone, of its bytes: not each text is good UTF-8."""
    escaped: bytes = re2.escape(form.encode("utf-8", "surrogatepass"))
    return escaped
