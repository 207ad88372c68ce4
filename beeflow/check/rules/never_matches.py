"""`never-matches`: a `match` asks for a value that the webhook never has."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.check.filters import filters, unasked_status, unknown_filters
from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.check.rules.never_equal import allowed, meant
from beeflow.check.subject import Found
from beeflow.check.typing.matching import at_path, never_matches, wrong_operator
from beeflow.check.typing.triggers import webhook_type
from beeflow.recipe.document import MappingNode, ScalarNode, SequenceNode, inner, locate
from beeflow.recipe.patterns.paths import read_path
from beeflow.recipe.problem import Problem
from beeflow.recipe.typing import (
    ANYTHING,
    ListOf,
    Record,
    Type,
    described,
    literal,
    members,
    shown,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject

_PLACES: Final = re.compile(r"(?:.*/)?(?:trigger(?:/\d+)?|wait_for|cancel_on(?:/\d+)?)")
_SLIP: Final = 0.8
_LISTED: Final = 25
_SHOWN: Final = 12


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find values in patterns that no webhook of the types has, as far as it is documented."""
    for payload, path, expected in chain(_asked(subject, facts), filters(subject, facts)):
        found = at_path(payload, read_path(path))
        if found is not None:
            for wrong in _values(subject, found, expected):
                yield _problem(path, wrong)
    yield from unasked_status(subject, facts)


def look_at_paths(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find paths in patterns that no webhook of the types is documented to have."""
    for payload, path, expected in _asked(subject, facts):
        if at_path(payload, read_path(path)) is None and not _may_be_absent(expected):
            yield _no_path(subject, payload, path, expected)
    yield from unknown_filters(subject, facts)


def _asked(subject: Subject, facts: Facts) -> Iterator[tuple[Type, str, Found]]:
    """Yield each path of each pattern, with the payload that it is asked of."""
    for one in subject.having("match"):
        named, match = one.child("webhook"), one.child("match")
        if named is None or match is None or _PLACES.fullmatch(one.path) is None:
            continue
        payload = union(*webhook_type(_types(named), {}, facts))
        if isinstance(match.node, MappingNode):
            for entry in match.node:
                path = f"{match.path}/{entry.name}"
                yield payload, entry.name, Found(entry.value, path)


def _types(named: Found) -> list[str]:
    node = named.node
    nodes = node.items if isinstance(node, SequenceNode) else (node,)
    return [one.text for one in nodes if isinstance(one, ScalarNode)]


def _may_be_absent(expected: Found) -> bool:
    node = expected.node
    return isinstance(node, MappingNode) and any(one.name in {"exists", "not"} for one in node)


# --- values ----------------------------------------------------------------------------------


class _Wrong(msgspec.Struct, frozen=True):
    """A value that can never be: where it stands, what is there instead, what it is.

    `needed` is what an operator would need; with `within` an item of the list is spoken of.
    """

    value: Found
    found: Type
    type: Type
    needed: str | None = None
    within: bool = False


def _values(subject: Subject, found: Type, expected: Found) -> Iterator[_Wrong]:
    """Yield the values of an expectation that can never be."""
    node = expected.node
    if isinstance(node, ScalarNode):
        type_ = _type(subject, node)
        if never_matches(found, type_):
            yield _Wrong(expected, found, type_)
    elif isinstance(node, SequenceNode):
        for at, item in enumerate(node.items):
            yield from _values(subject, found, Found(item, f"{expected.path}/{at}"))
    elif isinstance(node, MappingNode):
        for entry in node:
            inside = Found(entry.value, f"{expected.path}/{entry.name}")
            yield from _operator(subject, found, entry.name, inside)


def _operator(subject: Subject, found: Type, name: str, inside: Found) -> Iterator[_Wrong]:
    if name in {"in", "not"}:
        yield from _values(subject, found, inside)
        return
    if not isinstance(inside.node, ScalarNode):
        return
    type_ = _type(subject, inside.node)
    needed = wrong_operator(found, name, type_)
    lists = [one for one in members(found) if isinstance(one, ListOf)]
    if needed is not None and name == "contains" and lists:
        yield _Wrong(inside, union(*(one.item for one in lists)), type_, within=True)
    elif needed is not None:
        yield _Wrong(inside, found, type_, needed)


def _type(subject: Subject, node: ScalarNode) -> Type:
    """Return the type of a value in a pattern: a template's is what it gives."""
    span = inner(subject.document.source, node)
    known = subject.reading.types.get(span)
    if known is not None:
        return known
    return ANYTHING if isinstance(node.value, str) and "{{" in node.value else literal(node.value)


def _problem(path: str, wrong: _Wrong) -> Problem:
    near = () if wrong.needed else meant(wrong.found, wrong.type)
    place = wrong.value
    return Problem(
        "never-matches",
        _message(path, wrong),
        place.node.span,
        help=_help(wrong, near),
        suggestions=near,
        path=place.path,
    )


def _message(path: str, wrong: _Wrong) -> str:
    found = described(wrong.found)
    if wrong.needed is not None:
        operator = wrong.value.path.rpartition("/")[2]
        return f"`{operator}` needs {wrong.needed}, and `{path}` is {found}"
    if wrong.within:
        return f"no item of `{path}` is ever {described(wrong.type)}"
    told = f"`{path}` is never {described(wrong.type)}"
    return told if allowed(wrong.found) else f"{told}: it is {found}"


def _help(wrong: _Wrong, near: tuple[str, ...]) -> str | None:
    known, node = allowed(wrong.found), wrong.value.node
    if any(isinstance(one, ListOf) for one in members(wrong.found)) and isinstance(
        node, ScalarNode
    ):
        return f"to look for an item of the list, write {{contains: {node.text}}}"
    listed = f"it is one of {shown(known)}" if 0 < len(known) <= _SHOWN else None
    if near:
        return f"did you mean '{near[0]}'?" + (f" ({listed})" if listed else "")
    return listed


# --- paths -----------------------------------------------------------------------------------


def _no_path(subject: Subject, payload: Type, path: str, expected: Found) -> Problem:
    steps = read_path(path)
    known_to = next(at for at in range(len(steps)) if at_path(payload, steps[: at + 1]) is None)
    owner = at_path(payload, steps[:known_to]) if known_to else payload
    records = [one for one in members(owner or ANYTHING) if isinstance(one, Record)]
    fields = tuple(dict.fromkeys(name for one in records for name in one.fields))
    near = nearest(steps[known_to], fields)
    within = _within(payload, steps) if known_to == 0 else None
    slip = bool(nearest(steps[known_to], fields, _SLIP))
    closed = bool(records) and all(one.extent == "closed" for one in records)
    offset = sum(len(step) + 1 for step in steps[:known_to])
    whose = ".".join(steps[:known_to]) or "the webhook"
    span = expected.node.span
    match = next(one for one in subject.nodes if one.path == expected.path.rpartition("/")[0])
    key = match.key(path)
    if key is not None and isinstance(key.node, ScalarNode):
        span = locate(subject.document.source, key.node, offset, len(steps[known_to]))
    return Problem(
        "unknown-trigger-field",
        f"`{whose}` has no documented field `{steps[known_to]}`",
        span,
        severity="error" if slip or closed or within else "warning",
        help=did_you_mean((within,) if within else near, _few(fields), "has"),
        suggestions=(within,) if within else near,
        path=expected.path,
    )


def _within(payload: Type, steps: tuple[str, ...]) -> str | None:
    """Return the path that was meant where it begins within the payload, or before it."""
    rest = steps[1:] if steps[0] == "trigger" else ("data", *steps)
    return ".".join(rest) if rest and at_path(payload, rest) is not None else None


def _few(fields: tuple[str, ...]) -> tuple[str, ...]:
    return fields if len(fields) <= _LISTED else ()


RULE = Rule(
    "never-matches",
    "A `match` asks for a value that the webhook never has there: none of a closed set, or of "
    "another type; or a filter of `for_events` for one that no event has. The recipe would never "
    "run, or never go on.",
    """\
trigger:
  webhook: event.updated.status
  match: {data.status: ended}
""",
    """\
trigger:
  webhook: event.updated.status
  match: {data.status: done}
""",
    look,
)
