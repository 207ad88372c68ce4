"""Calls of actions: what `fetch` and an `action` step have in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode
from beeflow.recipe.model import DEFAULT_TIMEOUT, ActionCall, Fetch, Retry, Value
from beeflow.recipe.parser.fields import Fields, entries, open_fields
from beeflow.recipe.parser.known import known
from beeflow.recipe.parser.place import Place, shortened
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.scalars import duration, integer, text, word
from beeflow.recipe.parser.texts import value
from beeflow.recipe.parser.vocabulary import FETCH, RETRY
from beeflow.recipe.parser.words import ON_ERROR

if TYPE_CHECKING:
    from beeflow.recipe.parser.scope import Scope

_ACTION: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+", re.ASCII)


_RETRY: Final = Retry()


def call(reading: Reading, fields: Fields) -> ActionCall | None:
    """Read `action`, `with`, `retry`, `timeout` and `pages`."""
    with_, retry_ = fields.get("with"), fields.get("retry")
    timeout, pages = fields.get("timeout"), fields.get("pages")
    args = arguments(reading, with_) if with_ else {}
    again = retry(reading, retry_) if retry_ else _RETRY
    limit = duration(reading, timeout, least=0.001) if timeout else None
    place = fields.get("action")
    name = action_name(reading, place) if place else None
    if name is None or place is None:
        return None
    return ActionCall(
        name,
        args,
        place.node.span,
        again,
        DEFAULT_TIMEOUT if limit is None else limit,
        _pages(reading, pages) if pages else None,
    )


def action_name(reading: Reading, place: Place) -> str | None:
    """Read the name of an action; whether it exists is for the checker to say."""
    name = text(reading, place)
    if name is None or _ACTION.fullmatch(name):
        return name
    message = f"`{shortened(name)}` is not the name of an action"
    help_ = "names look like polls.create: a resource, a dot, and what to do"
    reading.report(place, Finding("bad-name", message, help_))
    return None


def arguments(reading: Reading, place: Place) -> dict[str, Value]:
    """Read `with`."""
    if place.is_null:
        return {}
    if not isinstance(place.node, MappingNode):
        example = "lines below it, each `name: value`"
        reading.wrong_type(place, "a mapping of parameters to values", example)
        return {}
    read = value(reading, place)
    return read if isinstance(read, dict) else {}


def retry(reading: Reading, place: Place) -> Retry:
    """Read `retry`."""
    fields = open_fields(reading, place, RETRY)
    if fields is None:
        return _RETRY
    default = _RETRY
    attempts, delay, longest = (fields.get(key) for key in ("attempts", "delay", "max_delay"))
    count = integer(reading, attempts, 1, limits.ATTEMPTS) if attempts else None
    first = duration(reading, delay) if delay else None
    most = duration(reading, longest) if longest else None
    first = default.delay if first is None else first
    return Retry(
        default.attempts if count is None else count,
        first,
        max(default.max_delay, first) if most is None else most,
    )


def fetches(reading: Reading, place: Place, scope: Scope) -> tuple[Fetch, ...]:
    """Read `fetch`: named reads in the written order."""
    read: list[Fetch] = []
    example = "event: {action: events.get, with: {…}}"
    for name, part in entries(reading, place, "a mapping of names to reads", example, FETCH):
        key = _key_place(place, part)
        if len(read) == limits.FETCHES:
            reading.over_limit(key, limits.FETCHES, "reads")
            break
        one = _fetch(reading, name, part)
        scope.declare(reading, key, name)
        if one is not None:
            read.append(one)
    return tuple(read)


def _key_place(place: Place, part: Place) -> Place:
    entry = place.node.entry(part.key) if isinstance(place.node, MappingNode) else None
    return Place(entry.key, part.path) if entry else part


def _fetch(reading: Reading, name: str, place: Place) -> Fetch | None:
    fields = open_fields(reading, place, FETCH)
    if fields is None:
        return None
    made = call(reading, fields)
    policy, fallback = fields.get("on_error"), fields.get("default")
    on_error = word(reading, policy, ON_ERROR) if policy else None
    default = value(reading, fallback) if fallback else None
    if fallback is not None and policy is None:
        reading.report(
            fields.key("default"),
            Finding(
                "conflicting-keys",
                "`default` is used only with `on_error: continue`",
                "add `on_error: continue`, or remove `default`",
            ),
        )
    return None if made is None else Fetch(name, made, on_error or "fail", default)


def _pages(reading: Reading, place: Place) -> int | Literal["all"] | None:
    node = known(reading, place)
    if node is None:
        return None
    if node.value == "all":
        return "all"
    if isinstance(node.value, int):
        return integer(reading, place, 1, limits.PAGES)
    reading.wrong_type(place, "`all` or a number of pages", "pages: all")
    return None
