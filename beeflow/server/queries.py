"""What is asked for in a list's address: read strictly, refused with the mend."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, TypeVar, get_args

from beeflow.engine.journal.records import Filter, Status
from beeflow.engine.listing import since_of
from beeflow.server.answers import Refused
from beeflow.types import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

EVENTS = ("limit", "outcome", "recipe", "since", "source", "type")
"""The parameters of `/api/events`."""

RUNS = ("event", "limit", "outcome", "recipe", "since", "status", "type")
"""The parameters of `/api/runs`."""

_OUTCOMES: tuple[str, ...] = get_args(Outcome)
_STATUSES: tuple[str, ...] = get_args(Status)
_MOST_DIGITS = 9
_T = TypeVar("_T")
_D = TypeVar("_D")


def read_filter(query: Mapping[str, str], allowed: Collection[str], now: float) -> Filter:
    """Read a list's parameters. Raises `Refused` for the first that is not right."""
    for name in query:
        if name not in allowed:
            raise bad_request(_unknown("parameter", name, sorted(allowed)))
    return Filter(
        limit=_read(query, "limit", _limit, 50),
        since=_read(query, "since", lambda text: since_of(text, now), None),
        recipe=query.get("recipe"),
        outcome=_read(query, "outcome", lambda text: _one_of("outcome", text, _OUTCOMES), None),
        status=_read(query, "status", lambda text: _one_of("status", text, _STATUSES), None),
        type=query.get("type"),
        source=query.get("source"),
        event=query.get("event"),
    )


def bad_request(detail: str) -> Refused:
    """Return the 400 that says what is wrong."""
    return Refused(400, "bad_request", detail)


def _read(query: Mapping[str, str], name: str, read: Callable[[str], _T], default: _D) -> _T | _D:
    if name not in query:
        return default
    try:
        return read(query[name])
    except ValueError as error:
        raise bad_request(f"{name}: {error}") from None


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise ValueError(f"`{text}` is not a number from 0 (all of them) up")
    return int(text)


def _one_of(what: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise ValueError(_unknown(what, text, allowed))
    return text


def _unknown(what: str, text: str, allowed: Collection[str]) -> str:
    near = difflib.get_close_matches(text, allowed, 1)
    hint = f": did you mean `{near[0]}`?" if near else ""
    return f"there is no {what} `{text}`{hint} (there are: {', '.join(allowed) or 'none'})"
