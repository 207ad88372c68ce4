"""`unknown-parameter`, `missing-parameter`, `bad-parameter`: what actions are called with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beeflow.check.calls import Called, known_value
from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.check.signatures import signature_of
from beeflow.check.vendor import STATUSES, meant_parameter
from beeflow.recipe.parser.vocabulary import ACTION
from beeflow.recipe.problem import Problem, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from beeflow.check.facts import Action, Facts
    from beeflow.check.subject import Found, Subject
    from beeflow.types import Json

_SLIP = 0.8
_FLAGS = {"true": ("yes", "on", "true", "1"), "false": ("no", "off", "false", "0")}
_MEANT = re.compile(r"did you mean `([^`]+)`")
_QUOTED = re.compile(r"([A-Za-z0-9_]+).*")
_NAMED = re.compile(r"`([^`]+)`")


def unknown(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find parameters that the action does not have."""
    for one, action in _known(subject):
        names = signature_of(action).parameters
        for name in one.call.args:
            if name in names or (action.open_ended and not _slip(one, action, name)):
                continue
            near = meant_parameter(name, action)
            yield Problem(
                "unknown-parameter",
                f"{one.call.action} has no parameter `{name}`",
                one.key_span(name),
                help=_beside(name, near) or did_you_mean(near, names, "has") or "it takes none",
                suggestions=near,
                path=f"{one.path}/with/{name}",
            )


def _beside(name: str, near: Collection[str]) -> str | None:
    """Say that a key of steps stands too deep."""
    if name not in ACTION.keys or near:
        return None
    return f"`{name}` stands beside `with`, in the same column, not within it"


def _slip(one: Called, action: Action, name: str) -> bool:
    """Whether a name, where any may stand, is nearly one of the action's that is not given."""
    absent = [each.name for each in action.parameters if each.name not in one.call.args]
    return bool(nearest(name, absent, _SLIP))


def missing(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find parameters that the action needs and does not get."""
    for one, action in _known(subject):
        given = _given(one, action)
        for parameter in signature_of(action).needed:
            if parameter.name in given:
                continue
            about = f": {parameter.description}" if parameter.description else ""
            yield Problem(
                "missing-parameter",
                f"{one.call.action} needs `{parameter.name}`",
                one.call.span,
                help=f"add `{parameter.name}` below `with`{about}",
                path=f"{one.path}/with",
            )


def bad(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find values written out in the recipe that the action does not take."""
    for one, action in _known(subject):
        args = _written_out(subject, one, action)
        for message in action.check(args, _not_known(one, action, args)):
            span, path = _place(one, message)
            text, _, help_ = message.removeprefix(f"{one.call.action}: ").partition("; ")
            found = _MEANT.search(help_)
            near: tuple[str, ...] = (found[1],) if found else _status(one, path)
            if not help_ and near:
                help_ = f"did you mean `{near[0]}`?"
            if text.endswith("must be a list") and (listed := _as_list(one, path)):
                help_ = f"write {listed}"
            if text.endswith("must be true or false"):
                help_ = _as_flag(one, path) or help_
            if span.start == span.end and (comment := _comment(subject, span)):
                help_ = f'a # begins a comment: write it in quotes, as "{comment}"'
            yield Problem(
                "bad-parameter",
                text,
                span,
                help=help_ or None,
                suggestions=near,
                path=path,
            )


def _written_out(subject: Subject, one: Called, action: Action) -> dict[str, Json]:
    """Return the arguments whose values stand in the recipe."""
    args: dict[str, Json] = {}
    names = signature_of(action).parameters
    for name, value in one.call.args.items():
        known = None if _unread(subject, one, name) else known_value(value)
        if known is not None and (name in names or action.open_ended):
            args[name] = known[0]
    return args


def _not_known(one: Called, action: Action, args: Mapping[str, Json]) -> set[str]:
    """Return the parameters that count as given beside some arguments.

    They are given, or reported as missing already.
    """
    needed = {parameter.name for parameter in signature_of(action).needed}
    return (needed | _given(one, action)) - args.keys()


def _unread(subject: Subject, one: Called, name: str) -> bool:
    """Whether something in a value could not be read, which is reported, and left a gap in it."""
    if not subject.parsed.problems:
        return False
    span = one.value_span(name)
    return any(
        problem.span.file == span.file and span.start <= problem.span.start <= span.end
        for problem in subject.parsed.problems
    )


def _as_list(one: Called, path: str) -> str:
    """Return a text with commas in it as a list."""
    value = one.call.args.get(path.rsplit("/", 1)[-1])
    return f"[{value}]" if isinstance(value, str) else ""


def _as_flag(one: Called, path: str) -> str:
    """Return how a word for yes or no is written."""
    value = str(one.call.args.get(path.rsplit("/", 1)[-1])).lower()
    return next((f"write {to}" for to, words in _FLAGS.items() if value in words), "")


def _status(one: Called, path: str) -> tuple[str, ...]:
    """Return what the platform calls a status that its prose, or a person, calls otherwise."""
    name = path.rsplit("/", 1)[-1]
    meant = STATUSES.get(str(one.call.args.get(name)).lower())
    return (meant,) if meant is not None and name == "status" else ()


def _comment(subject: Subject, span: Span) -> str:
    return subject.document.source.comment_after(span.end)


def _known(subject: Subject) -> Iterator[tuple[Called, Action]]:
    for one in subject.calls:
        if one.action is not None and one.is_readable:
            yield one, one.action


def _given(one: Called, action: Action) -> AbstractSet[str]:
    """Return the parameters that are given, perhaps under a name that is a slip of theirs."""
    names, given = signature_of(action).parameters, one.call.args.keys()
    slips = given - names.keys()
    if not slips:
        return given
    return {name for name in names if name in given or _is_slipped(name, slips, action)}


def _is_slipped(name: str, slips: Collection[str], action: Action) -> bool:
    if action.open_ended:
        slips = [other for other in slips if nearest(other, [name], _SLIP)]
    return any(meant_parameter(other, action)[:1] == (name,) for other in slips)


def _place(one: Called, message: str) -> tuple[Span, str]:
    """Return the place of the value that a message is about: its names lead there."""
    names = [found[1] for found in _NAMED.finditer(message)]
    for at, name in enumerate(names):
        found = _QUOTED.fullmatch(name)
        if found is None or found[1] not in one.call.args:
            continue
        inner = _inner(one, found[1], names[at + 1 :])
        path = f"{one.path}/with/{found[1]}"
        return (inner.node.span, inner.path) if inner else (one.value_span(found[1]), path)
    return one.call.span, f"{one.path}/with"


def _inner(one: Called, name: str, names: Sequence[str]) -> Found | None:
    """Return what stands under one of some names within a parameter that is a mapping."""
    held = one.given.child(name) if one.given else None
    return next((inside for key in names if held and (inside := held.child(key))), None)


UNKNOWN = Rule(
    "unknown-parameter",
    "An action is given a parameter that it does not have: what was meant by it would not "
    "happen. `beeflow actions NAME` shows what there is.",
    "- action: polls.create\n  with: {event_ref: abc, qeustion: Sound?, options: [Good, Bad]}",
    "- action: polls.create\n  with: {event_ref: abc, question: Sound?, options: [Good, Bad]}",
    unknown,
)
MISSING = Rule(
    "missing-parameter",
    "An action is not given a parameter that it needs; the call would be refused.",
    "- action: polls.create\n  with: {event_ref: abc, options: [Good, Bad]}",
    "- action: polls.create\n  with: {event_ref: abc, question: How is it?, options: [Good, Bad]}",
    missing,
)
BAD = Rule(
    "bad-parameter",
    "An action is given a value that it does not take: of another type, or not one of those "
    "that are allowed. Only what is written out is looked at; templates are known when they run.",
    "- action: events.set_status\n  with: {event_ref: abc, status: lvie}",
    "- action: events.set_status\n  with: {event_ref: abc, status: live}",
    bad,
)
