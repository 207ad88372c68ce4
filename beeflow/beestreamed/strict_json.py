"""Reads JSON from strangers, and refuses what two readers could understand differently.

Most bodies are read by msgspec, which is strict but for two things: of a key that is there twice it
keeps the last value, and whole numbers may be of any length. The first shows when the value is
written again, as there are fewer quotes then; the second in the digits. Where a text has escaped
quotes or many digits in a row that says nothing, and where msgspec refuses it says too little: such
bodies are read by Python's `json`, which calls back for each object and number. It takes twice as
long.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from beeflow.types import Json

DEEPEST: Final = 100
"""How many lists and objects may be inside one another."""

_LEAST, _MOST = -(2**63), 2**64 - 1
_LONGEST_INTEGER = 20
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_MANY_DIGITS = b"0" * 19  # of so many digits are the first that do not fit 64 bits
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
    simple = b'\\"' not in body and b"\\u0022" not in body
    if simple and _MANY_DIGITS not in body.translate(_DIGITS):
        try:
            value: Json = _decode(body)
            quotes = _encode(value).count(b'"')
        except (ValueError, RecursionError):
            return _parse_with_care(body)
        if quotes == body.count(b'"'):  # each begins or ends a text
            return value
    return _parse_with_care(body)


def _parse_with_care(body: bytes) -> Json:
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


_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
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
