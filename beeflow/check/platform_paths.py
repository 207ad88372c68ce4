"""Which action makes a request to the platform's API, by its address and method."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from beeflow.beestreamed.catalog import load_catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEMPLATE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_ANY: Final = "*"

_PROSE: Final[Mapping[tuple[str, str], str]] = {
    ("GET", "/events/*/polls"): "polls.list",
    ("POST", "/events/*/polls"): "polls.create",
    ("GET", "/events/*/polls/*"): "polls.get",
    ("PATCH", "/events/*/polls/*"): "polls.set_state",
    ("PUT", "/events/*/polls/*"): "polls.set_state",
    ("DELETE", "/events/*/polls/*"): "polls.delete",
    ("GET", "/events/*/polls/*/entries"): "polls.entries",
    ("GET", "/events/*/signup"): "signups.list",
    ("GET", "/events/*/signups"): "signups.list",
    ("POST", "/events/*/signup"): "signups.create",
    ("POST", "/events/*/signups"): "signups.create",
    ("GET", "/events/*/signup/*"): "signups.get",
    ("GET", "/events/*/chat"): "chat.list",
    ("POST", "/events/*/chat"): "chat.create",
    ("PATCH", "/events/*/chat/*"): "chat.moderate",
    ("GET", "/events/*/videos"): "videos.list",
    ("GET", "/events/*/analytics"): "analytics.overall",
    ("PUT", "/events/*"): "events.update",
    ("PUT", "/videos/*"): "videos.update",
    ("GET", "/signups/*"): "signups.list",
    ("POST", "/signups/*"): "signups.create",
}
"""Requests that the platform's prose speaks of, or people guess, and that its reference lacks."""

_FRIENDLY: Final[Mapping[str, tuple[str, ...]]] = {
    "events.update": ("events.update", "events.set_status"),
    "polls.update": ("polls.set_state", "polls.vote"),
    "chat.update": ("chat.moderate",),
}
"""Actions that are nearer to what is meant than the one that makes the very request."""


def doers(url: str, method: str | None) -> tuple[str, ...]:
    """Return the actions that make a request, the likeliest first; `method` None: not known."""
    parts = urlsplit(_TEMPLATE.sub(_ANY, url.strip()))
    server = urlsplit(load_catalog().server) if "beestreamed" in url.lower() else None
    if server is None or parts.netloc.lower().partition(":")[0] != server.netloc:
        return ()
    asked = tuple(step for step in parts.path.split("/") if step)
    found = sorted(_answering(asked, method and method.upper()))
    return tuple(dict.fromkeys(name for _, names in found[:_FEW] for name in names))


_FEW: Final = 4


def _answering(
    asked: tuple[str, ...], method: str | None
) -> Iterator[tuple[tuple[int, str], tuple[str, ...]]]:
    """Yield the actions whose path it is, with how many steps of it may be anything."""
    catalog = load_catalog()
    for name, operation in catalog.operations.items():
        path = re.sub(r"\{[^{}]*\}", _ANY, operation.path)
        if method in {None, operation.method.upper()} and _fits(asked, path):
            yield (path.count(_ANY), name), _FRIENDLY.get(name, (name,))
    for (verb, path), name in _PROSE.items():
        if method in {None, verb} and _fits(asked, path):
            yield (path.count(_ANY), name), (name,)


def _fits(asked: tuple[str, ...], path: str) -> bool:
    steps = tuple(step for step in path.split("/") if step)
    return len(steps) == len(asked) and all(
        step in (_ANY, one) or (_ANY in one and one != _ANY and step == _ANY)
        for step, one in zip(steps, asked, strict=True)
    )
