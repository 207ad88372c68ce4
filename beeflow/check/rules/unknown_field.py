"""`unknown-field`: what is read from a value is not in it, as far as it is documented."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.check.typing.env import Env
from beeflow.check.typing.relations import misfits
from beeflow.check.typing.remarks import NoField, cause_of
from beeflow.check.typing.standing import TURN
from beeflow.recipe.problem import Note, Problem, Severity
from beeflow.recipe.templates.builtins import FILTERS, METHODS
from beeflow.recipe.templates.signatures import signature_of
from beeflow.recipe.typing import ListOf, Record, Store, Text, Time, Type, described, members
from beeflow.recipe.typing.access import TIME_PARTS, without_null

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject
    from beeflow.check.typing.remarks import Told

_LISTED: Final = 25
"""Names that a message lists at most."""

_SLIP: Final = 0.8
"""How much of two names must agree for one to be taken as a slip of the other."""


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find fields that a documented value does not have; those of `trigger` have their own rule."""
    for remark, told in subject.remarks(NoField):
        if remark.path is None or remark.path[0] != "trigger":
            yield missing(subject, remark, told, "unknown-field")


def missing(subject: Subject, remark: NoField, told: Told, rule: str) -> Problem:
    """Return the problem of a field that is not there.

    What the platform sends may hold more than it documents: there, only a slip of a documented
    name is an error.
    """
    known = _fields(remark.owner)
    if any(isinstance(one, Record) and one.title == TURN for one in members(remark.owner)):
        return _of_turn(subject, remark, told)
    near = _nearest(remark.name, known)
    mend = _other_name(remark, told) or _mend(remark)
    mend = did_you_mean(near, known if len(known) <= _LISTED else (), "has") or mend
    if not near and remark.name in told.names and remark.path is not None:
        mend = f"did you mean `{remark.name}`, which this recipe has?"
    beside = _beside(remark, told)
    span, path = subject.place(told)
    return Problem(
        rule,
        _message(remark),
        span,
        severity="error" if beside and not remark.guarded else _severity(remark, known),
        help=f"did you mean `{beside}`?" if beside else mend,
        suggestions=(beside,) if beside else near,
        notes=tuple(origin(remark.path, told)),
        path=path,
        cause=f"{cause_of(remark.path)} {mend}" if remark.path else "",
    )


def _of_turn(subject: Subject, remark: NoField, told: Told) -> Problem:
    """Return the problem of a loop through a mapping, where one through a list is meant."""
    span, path = subject.place(told)
    return Problem(
        "unknown-field",
        f"`{remark.whose}` has no field `{remark.name}`: the loop goes through a mapping, and has "
        "`key` and `value` of each of its fields",
        span,
        help="go through the list that is meant",
        notes=tuple(origin(remark.path, told)),
        path=path,
        cause=f"turn {remark.whose}",
    )


def _beside(remark: NoField, told: Told) -> str | None:
    """Return where the field is: within a field of the value, or of what the value is in.

    Of a webhook that is within `data`, or beside it; of an event's start, within `event`.
    """
    if remark.path is None or len(remark.path) < 2:  # noqa: PLR2004 - a name and a field
        return None
    env = Env({name: one.type for name, one in told.names.items()})
    owner, name = remark.path[:-1], remark.name
    above = owner[:-1]
    places = [(*owner, inner) for inner in _NESTS]
    places += [above, *((*above, inner) for inner in _NESTS)] if above else []
    for place in places:
        if place != owner and name in _fields(env.at(place)):
            return ".".join((*place, name))
    return None


_NESTS: Final = ("data", "event")
"""Fields of a trigger, and of what is waited for, that hold what people look for beside them."""


@lru_cache(maxsize=1024)
def _nearest(name: str, known: tuple[str, ...], alike: float = 0.6) -> tuple[str, ...]:
    """Return the nearest names; a hostile file asks for many that are not there."""
    return nearest(name, known, alike)


def origin(path: tuple[str, ...] | None, told: Told) -> Iterator[Note]:
    """Yield where the name at the beginning of a path was set, where the recipe sets it."""
    name = told.names.get(path[0]) if path else None
    if path and name is not None and name.at is not None:
        yield Note(f"`{path[0]}` is set here by {name.by}", name.at)


def _fields(owner: Type) -> tuple[str, ...]:
    """Return the fields of a value, each once, in the order of its alternatives."""
    named = (
        TIME_PARTS if isinstance(member, Time) else tuple(member.fields)
        for member in members(owner)
        if isinstance(member, Record | Store | Time)
    )
    return tuple(dict.fromkeys(name for names in named for name in names))


def _message(remark: NoField) -> str:
    if isinstance(remark.owner, Store):
        return f"no step of this recipe keeps `{remark.name}` in `{remark.whose}`"
    if any(isinstance(member, Record) for member in members(remark.owner)):
        documented = "documented " if _documented(remark.owner) else ""
        return f"`{remark.whose}` has no {documented}field `{remark.name}`"
    return f"`{remark.whose}` has no field `{remark.name}`: it is {described(remark.owner)}"


def _documented(owner: Type) -> bool:
    return any(isinstance(one, Record) and one.extent == "documented" for one in members(owner))


def _severity(remark: NoField, known: tuple[str, ...]) -> Severity:
    if remark.guarded:
        return "warning"
    slip = bool(_nearest(remark.name, known, _SLIP))
    return "warning" if _documented(remark.owner) and not slip else "error"


def _other_name(remark: NoField, told: Told) -> str | None:
    """Return the name that was meant: of an item in place of the list that it is in."""
    owner = remark.owner
    items = owner.item if isinstance(owner, ListOf) else None
    if items is None or remark.name not in _fields(items):
        return None
    turn = next((name for name, one in told.names.items() if one.type is items), None)
    return f"did you mean `{turn}.{remark.name}`?" if turn else None


def _mend(remark: NoField) -> str | None:
    kinds = {ListOf: "list", Text: "text"}
    kind = kinds.get(type(members(remark.owner)[0]), "")
    if kind in METHODS.get(remark.name, {}):
        return f"write `{remark.name}()`"
    if remark.name in FILTERS and not misfits(_takes(remark.name), without_null(remark.owner)):
        return f"write `{remark.whose} | {remark.name}`"
    if remark.name in TIME_PARTS and kind == "text":
        return f"make a time of the text: `({remark.whose} | datetime).{remark.name}`"
    if kind == "list":
        return f"name one of its items, such as `{remark.whose}[0]`, or go through them"
    return None


def _takes(name: str) -> Type:
    return signature_of(FILTERS[name]).takes


RULE = Rule(
    "unknown-field",
    "A field is read that the value does not have: an action's answer, an item of a list, what a "
    "`wait_for` or `run` came to. The fields are those of the API description; "
    "`beeflow actions NAME` shows them.",
    """\
- action: polls.create
  as: poll
  with: {event_ref: abc, question: How is the sound?, options: [Good, Bad]}
- action: log.write
  with: {message: "{{ poll.pol_ref }}"}
""",
    """\
- action: polls.create
  as: poll
  with: {event_ref: abc, question: How is the sound?, options: [Good, Bad]}
- action: log.write
  with: {message: "{{ poll.poll_ref }}"}
""",
    look,
)
