"""Replaces what nobody may read in an answer or a payload.

Paths are dotted; `*` is each item of a list, `$` the value itself where it is a URL (the answer of
`videos.download` is either a signed URL or the word `preparing`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.types import Json

MASK = "***"


def mask(value: Json, paths: Iterable[str]) -> Json:
    """Return `value` with `***` for whatever the paths name; the same object where that is nothing.

    Null and empty text stay: that there is no password is not a secret.
    """
    for path in paths:
        keys = _keys(path)
        inner = value
        for key in keys:
            if type(inner) is not dict:
                value = _masked(value, keys)
                break
            if key not in inner:
                break  # most often nothing of what is secret is there
            inner = inner[key]
        else:
            value = _masked(value, keys, whole=not keys)
    return value


@lru_cache(maxsize=256)
def _keys(path: str) -> tuple[str, ...]:
    return () if path == "$" else tuple(path.split("."))


def _masked(value: Json, keys: tuple[str, ...], *, whole: bool = False) -> Json:
    if not keys:
        url = isinstance(value, str) and "://" in value
        return MASK if value not in (None, "") and (url or not whole) else value
    key, rest = keys[0], keys[1:]
    if key == "*" and isinstance(value, list):
        return [_masked(item, rest) for item in value]
    if isinstance(value, dict) and key in value:
        inner = _masked(value[key], rest)
        return value if inner is value[key] else {**value, key: inner}
    return value
