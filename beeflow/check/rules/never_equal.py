"""`never-equal`: a comparison whose two sides can never be equal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.check.rule import Rule
from beeflow.check.typing.operators import is_duration
from beeflow.check.typing.remarks import NeverEqual
from beeflow.check.vendor import meant_status
from beeflow.recipe.problem import Problem
from beeflow.recipe.typing import (
    Boolean,
    ListOf,
    Number,
    Record,
    Text,
    Type,
    described,
    members,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_SHOWN: Final = 12
"""Values of a closed set that a message lists at most."""


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find comparisons that always come out the same."""
    for remark, told in subject.remarks(NeverEqual):
        span, path = subject.place(told)
        near = meant(*remark.types)
        yield Problem(
            "never-equal",
            _message(remark),
            span,
            severity="warning" if remark.excluded else "error",
            help=_help(remark, near),
            suggestions=near,
            path=path,
        )


def meant(one: Type, other: Type) -> tuple[str, ...]:
    """Return the values of a closed set that a text was most likely meant to be."""
    known, given = allowed(one), allowed(other)
    if len(given) != 1:
        known, given = given, known
    if len(given) != 1 or not known:
        return ()
    (word,) = given
    return meant_status(word, known)


def allowed(type_: Type) -> tuple[str, ...]:
    """Return the texts of a closed set; none where it is not closed."""
    texts = [member for member in members(type_) if isinstance(member, Text)]
    if any(text.values is None for text in texts):
        return ()
    return tuple(sorted(value for text in texts for value in text.values or ()))


def _message(remark: NeverEqual) -> str:
    left, right = remark.types
    if remark.excluded:
        return _excluded(remark)
    outcome = "always" if remark.sign in {"!=", "not in"} else "never"
    parts = f"`{remark.left} {remark.sign} {remark.right}` {outcome} holds"
    if remark.sign in {"in", "not in"}:
        parts = f"`{remark.left}` is never {remark.right}"
    if allowed(left) and allowed(right):
        return parts
    return f"{parts}: {described(left)} is compared with {described(right)}"


def _excluded(remark: NeverEqual) -> str:
    return f"`{remark.left}` is never {remark.right} here: what was asked before excludes it"


def _help(remark: NeverEqual, near: tuple[str, ...]) -> str | None:
    if remark.excluded:
        left = next((one for one in remark.types if allowed(one)), None)
        return f"here it is {described(left)}" if left is not None else None
    known = next((one for one in remark.types if 1 < len(allowed(one)) <= _SHOWN), None)
    listed = "" if known is None else f"it is one of {shown(allowed(known))}"
    if near:
        return f"did you mean '{near[0]}'? ({listed})" if listed else f"did you mean '{near[0]}'?"
    both = [member for one in remark.types for member in members(one)]
    kinds = {type(member) for member in both}
    if ListOf in kinds and len(kinds) > 1 and remark.sign in _ONE_OF:
        return f"to ask for one of several, write `{_ONE_OF[remark.sign]}`"
    if listed:
        return listed
    if Record in kinds:
        return _field_help(remark)
    if Number in kinds and any(is_duration(member) for member in both):
        return "make seconds of the duration: `| duration`"
    sides = (remark.left, remark.right)
    if {Boolean, Text} <= kinds:
        return _flag_help(sides)
    if {Number, Text} <= kinds:
        bare = next((side for side in sides if _NUMBER.fullmatch(side)), None)
        written = f"write '{bare}' in quotes" if bare else "write a number without quotes"
        return f"{written}, or make one of a text with `| number`"
    return None


_ONE_OF: Final = {"==": "in", "!=": "not in"}


def _field_help(remark: NeverEqual) -> str | None:
    """Say which field of a mapping was meant: the one that the other side is called as well."""
    sides = (
        (remark.left, remark.types[0], remark.right),
        (remark.right, remark.types[1], remark.left),
    )
    for written, type_, other in sides:
        name = re.split(r"\W", other)[-1]
        if any(isinstance(one, Record) and name in one.fields for one in members(type_)):
            return f"did you mean `{written}.{name}`?"
    return None


def _flag_help(sides: tuple[str, str]) -> str:
    """Say what to write where a text is compared with what is true or false."""
    if any(side.strip("'\"").lower() in {"true", "false"} for side in sides):
        bare = any(side in {"true", "false"} for side in sides)
        return "compare it with a text" if bare else "write true or false without quotes"
    return "one of the two is true or false by itself: leave the comparison out"


RULE = Rule(
    "never-equal",
    "Two things are compared that can never be equal: a number with a text, a status with a word "
    "that is none, or values of two closed sets that share nothing; or, as a warning, with what "
    "an earlier condition has excluded. What hangs on the comparison never happens, or always.",
    """\
trigger: {webhook: event.updated.status}
conditions:
  - trigger.data.status == 'ended'
""",
    """\
trigger: {webhook: event.updated.status}
conditions:
  - trigger.data.status == 'done'
""",
    look,
)
