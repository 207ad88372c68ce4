"""Secret values taken out of JSON: one linear pass, and nothing more where there is none.

A value is found as it is, URL-encoded, JSON-escaped, HTML-escaped and in base64 (at each of the
three places it can have within a longer encoded text, such as a Basic credential), whoever wrote
it so (`forms`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import re2

from beeflow.config.beginnings import LONG, beginning, begun, literal
from beeflow.config.forms import as_json, forms_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.types import Json

MASK = "***"

SHORTEST = 4
"""Values of fewer characters are not masked: they would blot out half of every text."""

_encode = msgspec.json.Encoder().encode
_LINE = 16
"""Characters from which on a line of a value with several lines is secret by itself."""
_MEMORY = 64 * 1024 * 1024
_LITTLE = 64 * 1024
"""Bytes times forms up to which they are looked for one by one."""


class Masker:
    """Replaces a fixed set of values. Where several overlap, all that they cover is replaced.

    Of a long value, its first half and whatever follows of it is replaced, too: it may stand where
    a text was cut off.
    """

    def __init__(self, values: Iterable[str]) -> None:
        given = {value for value in values if len(value.strip()) >= SHORTEST}
        kept = given | {line for value in given for line in _lines(value)}
        self._exact = frozenset(kept)
        self._sought = frozenset(one for value in kept for one in _sought(value))
        by_needle: defaultdict[bytes, list[_Form]] = defaultdict(list)
        for one in self._sought:
            by_needle[one.needle].append(one)
        self._by_needle = by_needle
        self._forms = tuple(by_needle)

    def text(self, text: str) -> str:
        """Return `text` with every value replaced by `***`."""
        if not self._forms:
            return text
        raw = text.encode("utf-8", "surrogatepass")
        if not self._is_in(raw):
            return text
        return _without(raw, self._pattern_for(raw)).decode("utf-8", "surrogatepass")

    def _pattern_for(self, raw: bytes) -> re2.Pattern[bytes]:
        """Return what finds all that is in `raw`: of a short text, only what is there."""
        if len(raw) * len(self._forms) > _LITTLE:
            return _compile(self._sought)
        there = (one for needle in self._forms if needle in raw for one in self._by_needle[needle])
        return _compile(frozenset(there))

    def json(self, value: Json) -> Json:
        """Return `value` with every secret replaced; the very same object where there is none."""
        if not self._forms or value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(value)
        try:
            raw = _encode(value)
        except (UnicodeEncodeError, OverflowError, RecursionError, TypeError):
            raw = _encoded(value)
        return self._walk(value) if self._is_in(raw) else value

    def found_in(self, value: Json) -> tuple[str, ...]:
        """Return the values that are in `value`, in any form, sorted."""
        if self.json(value) is value:
            return ()
        return tuple(one for one in sorted(self._exact) if Masker([one]).json(value) is not value)

    def _is_in(self, raw: bytes) -> bool:
        """Whether any form is in `raw`."""
        if len(raw) * len(self._forms) <= _LITTLE:
            # One by one is quicker than to enter the engine, which lets other threads go first.
            for form in self._forms:  # noqa: SIM110 - a generator would cost as much again
                if form in raw:
                    return True
            return False
        return _compile(self._sought).search(raw) is not None

    def _walk(self, value: Json) -> Json:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self._walk(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._walk(item) for item in value]
        if not isinstance(value, bool) and value is not None and str(value) in self._exact:
            return MASK
        return value


def _without(raw: bytes, pattern: re2.Pattern[bytes]) -> bytes:
    """Return `raw` without what the pattern finds, also where one find reaches into the next."""
    kept: list[bytes] = []
    end = 0
    found = pattern.search(raw)
    while found is not None:
        if found.start() >= end:
            kept.append(raw[end : found.start()])
        end = max(end, found.end())
        found = pattern.search(raw, found.start() + 1)
    return MASK.encode().join([*kept, raw[end:]])


def _encoded(value: Json) -> bytes:
    """Write what msgspec does not."""
    return json.dumps(value, default=str, ensure_ascii=False).encode("utf-8", "surrogatepass")


class _Form(NamedTuple):
    """A way in which a value may stand in a text; `cut`: also a beginning of it is secret.

    Where it is in a text, so is its `needle`.
    """

    text: str
    cut: bool
    needle: bytes


@lru_cache(maxsize=4096)
def _sought(value: str) -> tuple[_Form, ...]:
    """Return all that is looked for because of a value."""
    cut = {*as_json(value)} if len(value) >= LONG else set()
    return tuple(
        _Form(form, form in cut, needle.encode("utf-8", "surrogatepass"))
        for form in forms_of(value)
        for needle in (beginning(form) if form in cut else form,)
    )


@lru_cache(maxsize=256)
def _compile(forms: frozenset[_Form]) -> re2.Pattern[bytes]:
    """Return what finds the forms, the longest at each place; of some, their beginnings, too."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # what is looked through are bytes
    options.max_mem = _MEMORY
    options.log_errors = False
    options.longest_match = True
    patterns = [begun(one.text) if one.cut else literal(one.text) for one in sorted(forms)]
    return re2.compile(b"|".join(patterns), options)


def _lines(value: str) -> list[str]:
    """Return the long lines of a value that has several (a key, say): they may stand apart."""
    lines = value.splitlines()
    return [line for line in lines if len(line) >= _LINE] if len(lines) > 1 else []
