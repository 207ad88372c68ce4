"""Reads JSON from strangers, and refuses what two readers could understand differently.

Python's `json` takes the text apart in C and calls back for each object and number, which is what
duplicate keys and oversize numbers are noticed by: some 7 µs for a body of 500 bytes. (msgspec is
faster, but does not tell of duplicate keys; finding them afterwards costs what it saves.)
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from beeflow.types import Json

DEEPEST: Final = 100
"""How many lists and objects may be inside one another."""

_LEAST, _MOST = -(2**63), 2**64 - 1
_LONGEST_INTEGER = 20
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_TO_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NO_STEPS = bytes(set(range(256)) - set(b"[{]}"))


class OversizeInteger(ValueError):  # noqa: N818 - it reads as what it says
    """A whole number does not fit 64 bits."""


def parse(body: bytes) -> Json:
    """Return the value of a JSON text in UTF-8.

    Raises `ValueError` for what is not JSON, not UTF-8, has a key twice, a lone surrogate, NaN, an
    infinity or a number that does not fit a double or 64 bits, or is deeper than `DEEPEST`.
    """
    if _too_deep(body):
        raise ValueError(f"it is more than {DEEPEST} levels deep")
    value: Json = _DECODER.decode(body.decode())
    if _SURROGATE.search(body):
        # Fails on a surrogate that has no partner, wherever it is.
        json.dumps(value, ensure_ascii=False).encode()
    return value


def parse_oversize(body: bytes) -> Json:
    """Return the value of a text that has an `OversizeInteger`; each such number is null."""
    value: Json = _OVERSIZE_DECODER.decode(body.decode())
    return value


def _too_deep(body: bytes) -> bool:
    """Tell whether well-formed JSON is deeper than `DEEPEST`; linear, and quick for most."""
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return False
    # One signed byte for each bracket outside of texts: 1 goes a level down, -1 up.
    steps = _TEXT.sub(b"", body).translate(_TO_STEPS, _NO_STEPS)
    return max(accumulate(memoryview(steps).cast("b")), default=0) > DEEPEST


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER or not _LEAST <= int(text) <= _MOST:
        raise OversizeInteger("a number does not fit 64 bits")
    return int(text)


def _integer_or_none(text: str) -> int | None:
    try:
        return _integer(text)
    except OversizeInteger:
        return None


def _number(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError("a number does not fit a double")
    return value


def _constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_number,
    parse_constant=_constant,
)
_OVERSIZE_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer_or_none,
    parse_float=_number,
    parse_constant=_constant,
)
