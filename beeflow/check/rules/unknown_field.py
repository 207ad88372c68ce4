"""`unknown-field`: what is read from a value is not in it, as far as it is documented."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.check.typing.env import Env
from beeflow.check.typing.relations import misfits
from beeflow.check.typing.remarks import NoField, cause_of
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
    near = _nearest(remark.name, known)
    mend = did_you_mean(near, known if len(known) <= _LISTED else (), "has") or _mend(remark)
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


def _beside(remark: NoField, told: Told) -> str | None:
    """Return where the field is: of a webhook, within `data`, or beside it."""
    if remark.path is None or len(remark.path) < 2:  # noqa: PLR2004 - a name and a field
        return None
    env = Env({name: one.type for name, one in told.names.items()})
    owner, name = remark.path[:-1], remark.name
    if name in _fields(env.at((*owner, "data"))):
        return ".".join((*owner, "data", name))
    above = owner[:-1]
    if above and owner[-1] == "data" and name in _fields(env.at(above)):
        return ".".join((*above, name))
    return None


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


def _mend(remark: NoField) -> str | None:
    kinds = {ListOf: "list", Text: "text"}
    kind = kinds.get(type(members(remark.owner)[0]), "")
    if kind in METHODS.get(remark.name, {}):
        return f"write `{remark.name}()`"
    if remark.name in FILTERS and not misfits(_takes(remark.name), without_null(remark.owner)):
        return f"write `{remark.whose} | {remark.name}`"
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
