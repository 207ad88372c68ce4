"""`unknown-name` and `maybe-undefined`: names that have no value, or may have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.check.rules.unknown_field import origin
from beeflow.check.typing.flow import EACH
from beeflow.check.typing.remarks import MaybeUnset, PartlyThere, cause_of
from beeflow.recipe.problem import Note, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.scopes import Name, Use
    from beeflow.check.subject import Subject
    from beeflow.recipe.problem import Span

_AT_TIMES = {
    "error": "`error` is there only within `on_error`",
    "loop": "`loop` is there only within `for_each` and `repeat`",
    "item": "`item` is there only within `for_each`, and in the `key` of a `watch`",
    "event": "what was sent is `trigger.data`; the event itself is read with `fetch`",
}


_LATER: Final = "it has a value only after that step: move this one behind it"
_INSIDE: Final = "what a loop, or a branch of `parallel`, gives a name stays inside"


def unknown(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find names that nothing has given a value."""
    for use, one in subject.reads:
        name = one.path[0]
        if name in use.names:
            continue
        span, path = subject.within(use.text, one.offset, len(name))
        near = nearest(name, use.names)
        help_ = did_you_mean(near, use.names, "in scope")
        elsewhere = subject.reading.given.get(name)
        if elsewhere is not None and elsewhere.at is not None:
            help_ = _LATER if span < elsewhere.at else _INSIDE
            if elsewhere.by == "set" and _spans(elsewhere.at, span):
                help_ = f"the names of a `set` get their values in order: put `{name}` above it"
        help_ = help_ if near or elsewhere else _at_times(name, use, help_)
        if len(one.path) == 1 and not elsewhere and _is_compared(use.text.text[: one.offset]):
            help_ = f"a text stands in quotes: '{name}' ({help_})"
        yield Problem(
            "unknown-name",
            f"`{name}` is not defined here",
            span,
            # Behind `default` or `is defined` nothing fails; but nothing can ever be there.
            severity="warning" if one.guarded else "error",
            help=help_,
            suggestions=near,
            notes=tuple(_elsewhere(name, elsewhere)),
            path=path,
            cause=f"{name} {help_ if elsewhere else ''}",
        )


def _at_times(name: str, use: Use, other: str | None) -> str | None:
    """Say when a name of the language is there; `item` may have a name of the recipe's own."""
    turns = [own for own, one in use.names.items() if one.by == EACH and one.at is not None]
    if name == "item" and turns:
        return f"the items of this loop are called `{turns[-1]}`"
    return _AT_TIMES.get(name, other)


def _is_compared(before: str) -> bool:
    """Whether a name stands where a text is most likely meant: behind `==`, or in a list."""
    return before.rstrip().endswith(("==", "!=", "[", ","))


def _spans(outer: Span, inner: Span) -> bool:
    return outer.file == inner.file and outer.start <= inner.start and inner.end <= outer.end


def _elsewhere(name: str, one: Name | None) -> Iterator[Note]:
    if one is not None and one.at is not None:
        yield Note(f"`{name}` is set here by {one.by}", one.at)


def doubtful(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find names that have a value only in a branch or after a step that may be skipped."""
    for use, one in subject.reads:
        name = use.names.get(one.path[0])
        if name is None or one.guarded or not name.unless or _holds(use, name, one.path):
            continue
        span, path = subject.within(use.text, one.offset, len(one.path[0]))
        note = Note(f"`{one.path[0]}` is set here by {name.by}", name.at)
        yield Problem(
            "maybe-undefined",
            f"`{one.path[0]}` may have no value here: the step that sets it may not have run",
            span,
            severity="warning",
            help=_ask(one.path[0]),
            notes=(note,),
            path=path,
            cause=f"{one.path[0]} {sorted(name.unless)}",
        )
    yield from _partly(subject)
    yield from _set_at_times(subject)


def _holds(use: Use, name: Name, path: tuple[str, ...]) -> bool:
    """Whether the conditions known to hold make sure that the name has a value."""
    return name.unless <= use.given or any(
        path[:end] in use.facts for end in range(1, len(path) + 1)
    )


def _partly(subject: Subject) -> Iterator[Problem]:
    for remark, told in subject.remarks(PartlyThere):
        if remark.path is not None and remark.path[0] == "trigger":
            continue
        span, path = subject.place(told)
        titles = sorted({one.title for one in remark.lacking if one.title})
        after = f" after {', '.join(titles)}" if titles else " in every case"
        there = f"{remark.whose}.{remark.name}"
        yield Problem(
            "maybe-undefined",
            f"`{remark.whose}` has no `{remark.name}`{after}",
            span,
            severity="warning",
            help=_late(remark)
            or f"ask `{there} is defined` before, or write `{there} | default(…)`",
            notes=tuple(origin(remark.path, told)),
            path=path,
            cause=_late(remark) or cause_of(remark.path),
        )


def _set_at_times(subject: Subject) -> Iterator[Problem]:
    for remark, told in subject.remarks(MaybeUnset):
        span, path = subject.place(told)
        yield Problem(
            "maybe-undefined",
            f"`{remark.name}` may have no value here: it is set only if `{remark.held}`",
            span,
            severity="warning",
            help="set it before the {% if %} as well, or in an {% else %}",
            path=path,
            cause=f"{remark.name} {remark.held}",
        )


def _ask(what: str) -> str:
    return f"ask `{what} is defined` before, or write `{what} | default(…)`"


def _late(remark: PartlyThere) -> str | None:
    if any("timed_out" in one.fields for one in remark.lacking):
        return f"ask `not {remark.whose.split('.')[0]}.timed_out` before"
    return None


UNKNOWN = Rule(
    "unknown-name",
    "An expression or template uses a name that has no value there: it is misspelt, set later, "
    "or set inside a loop or a branch that ended.",
    "actions:\n  - action: log.write\n    with: {message: '{{ poll.poll_ref }}'}",
    "actions:\n  - action: polls.create\n    as: poll\n"
    "    with: {event_ref: abc, question: Sound?, options: [Good, Bad]}\n"
    "  - action: log.write\n    with: {message: '{{ poll.poll_ref }}'}",
    unknown,
)
DOUBTFUL = Rule(
    "maybe-undefined",
    "A name is used that has a value only when a branch was taken or a step was not skipped. "
    "Where it has none, the run fails: undefined is an error, never an empty text.",
    "trigger: {webhook: event.updated.status}\nactions:\n"
    "  - if: trigger.data.status == 'live'\n    then:\n      - set: {note: On air}\n"
    "  - action: log.write\n    with: {message: '{{ note }}'}",
    "trigger: {webhook: event.updated.status}\nactions:\n"
    "  - if: trigger.data.status == 'live'\n    then:\n      - set: {note: On air}\n"
    "  - action: log.write\n    with: {message: \"{{ note | default('Off air') }}\"}",
    doubtful,
    "warning",
)
