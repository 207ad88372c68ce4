"""Ids as people see them: `e-1042` for an event, `r-2093` for a run, made from their numbers."""

from __future__ import annotations

import re
from functools import lru_cache

_ID = re.compile(r"([er])-([1-9]\d{0,17})", re.ASCII)


def event_id(number: int) -> str:
    """Return the id of the event with this number."""
    return f"e-{number}"


def run_id(number: int) -> str:
    """Return the id of the run with this number."""
    return f"r-{number}"


def event_number(text: str) -> int | None:
    """Return an event's number by its id, None for what is not one."""
    return _number("e", text)


def run_number(text: str) -> int | None:
    """Return a run's number by its id, None for what is not one."""
    return _number("r", text)


@lru_cache(maxsize=4096)
def _number(letter: str, text: str) -> int | None:
    match = _ID.fullmatch(text)
    return int(match[2]) if match is not None and match[1] == letter else None
