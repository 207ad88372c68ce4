"""`never-matches`: a `match` asks for a value that the webhook never has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

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


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find values in patterns that no webhook of the types has, as far as it is documented."""
    for payload, path, expected in _asked(subject, facts):
        found = at_path(payload, read_path(path))
        if found is not None:
            for value, type_, wanted in _values(subject, found, expected):
                yield _problem(path, value, (found, type_), wanted)


def look_at_paths(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find paths in patterns that no webhook of the types is documented to have."""
    for payload, path, expected in _asked(subject, facts):
        if at_path(payload, read_path(path)) is None and not _may_be_absent(expected):
            yield _no_path(subject, payload, path, expected)


def _asked(subject: Subject, facts: Facts) -> Iterator[tuple[Type, str, Found]]:
    """Yield each path of each pattern, with the payload that it is asked of."""
    for one in subject.walk():
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


def _values(
    subject: Subject, found: Type, expected: Found
) -> Iterator[tuple[Found, Type, str | None]]:
    """Yield the values of an expectation that can never be: place, type, what is needed."""
    node = expected.node
    if isinstance(node, ScalarNode):
        type_ = _type(subject, node)
        if never_matches(found, type_):
            yield expected, type_, None
    elif isinstance(node, SequenceNode):
        for at, item in enumerate(node.items):
            yield from _values(subject, found, Found(item, f"{expected.path}/{at}"))
    elif isinstance(node, MappingNode):
        for entry in node:
            inside = Found(entry.value, f"{expected.path}/{entry.name}")
            if entry.name in {"in", "not"}:
                yield from _values(subject, found, inside)
            elif isinstance(entry.value, ScalarNode):
                type_ = _type(subject, entry.value)
                needed = wrong_operator(found, entry.name, type_)
                if needed is not None:
                    yield inside, type_, needed


def _type(subject: Subject, node: ScalarNode) -> Type:
    """Return the type of a value in a pattern: a template's is what it gives."""
    span = inner(subject.document.source, node)
    known = subject.reading.types.get(span)
    if known is not None:
        return known
    return ANYTHING if isinstance(node.value, str) and "{{" in node.value else literal(node.value)


def _problem(path: str, value: Found, types: tuple[Type, Type], needed: str | None) -> Problem:
    found, type_ = types
    if needed is not None:
        operator = value.path.rpartition("/")[2]
        message = f"`{operator}` needs {needed}, and `{path}` is {described(found)}"
        return Problem("never-matches", message, value.node.span, path=value.path)
    near = meant(found, type_)
    listed = f"it is one of {shown(allowed(found))}" if allowed(found) else None
    contains = any(isinstance(one, ListOf) for one in members(found))
    help_ = f"did you mean '{near[0]}'? ({listed})" if near else listed
    if contains and isinstance(value.node, ScalarNode):
        help_ = f"to look for an item of the list, write {{contains: {value.node.text}}}"
    message = f"`{path}` is never {described(type_)}"
    if not allowed(found):
        message += f": it is {described(found)}"
    return Problem(
        "never-matches", message, value.node.span, help=help_, suggestions=near, path=value.path
    )


# --- paths -----------------------------------------------------------------------------------


def _no_path(subject: Subject, payload: Type, path: str, expected: Found) -> Problem:
    steps = read_path(path)
    known_to = next(at for at in range(len(steps)) if at_path(payload, steps[: at + 1]) is None)
    owner = at_path(payload, steps[:known_to]) if known_to else payload
    records = [one for one in members(owner or ANYTHING) if isinstance(one, Record)]
    fields = tuple(dict.fromkeys(name for one in records for name in one.fields))
    near = nearest(steps[known_to], fields)
    slip = bool(nearest(steps[known_to], fields, _SLIP))
    closed = bool(records) and all(one.extent == "closed" for one in records)
    offset = sum(len(step) + 1 for step in steps[:known_to])
    whose = ".".join(steps[:known_to]) or "the webhook"
    span = expected.node.span
    match = next(one for one in subject.walk() if one.path == expected.path.rpartition("/")[0])
    key = match.key(path)
    if key is not None and isinstance(key.node, ScalarNode):
        span = locate(subject.document.source, key.node, offset, len(steps[known_to]))
    return Problem(
        "unknown-trigger-field",
        f"`{whose}` has no documented field `{steps[known_to]}`",
        span,
        severity="error" if slip or closed else "warning",
        help=did_you_mean(near, fields if len(fields) <= _LISTED else (), "has"),
        suggestions=near,
        path=expected.path,
    )


RULE = Rule(
    "never-matches",
    "A `match` asks for a value that the webhook never has there: none of a closed set, or of "
    "another type. The recipe would never run, or never go on.",
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
