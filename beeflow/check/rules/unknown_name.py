"""`unknown-name` and `maybe-undefined`: names that have no value, or may have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.recipe.problem import Note, Problem
from beeflow.recipe.templates import parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.scopes import Name, Use
    from beeflow.check.subject import Subject

_AT_TIMES = {
    "error": "`error` is there only within `on_error`",
    "loop": "`loop` is there only within `for_each` and `repeat`",
    "item": "`item` is there only within `for_each`, and in the `key` of a `watch`",
    "event": "what was sent is `trigger.data`; the event itself is read with `fetch`",
}


def unknown(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find names that nothing has given a value."""
    for use, one in subject.reads:
        name = one.path[0]
        if name in use.names:
            continue
        span, path = subject.within(use.text, one.offset, len(name))
        near = nearest(name, use.names)
        help_ = did_you_mean(near, use.names, "in scope")
        yield Problem(
            "unknown-name",
            f"`{name}` is not defined here",
            span,
            # Behind `default` or `is defined` nothing fails; but nothing can ever be there.
            severity="warning" if one.guarded else "error",
            help=help_ if near else _AT_TIMES.get(name, help_),
            suggestions=near,
            path=path,
        )


def doubtful(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find names that have a value only in a branch or after a step that may be skipped."""
    for use, one in subject.reads:
        name = use.names.get(one.path[0])
        if name is None or one.guarded or not name.unless or _holds(use, name, one.path[0]):
            continue
        span, path = subject.within(use.text, one.offset, len(one.path[0]))
        note = Note(f"`{one.path[0]}` is set here by {name.by}", name.at)
        yield Problem(
            "maybe-undefined",
            f"`{one.path[0]}` may have no value here: the step that sets it may not have run",
            span,
            severity="warning",
            help=f"ask `{one.path[0]} is defined` before, or write `{one.path[0]} | default(…)`",
            notes=(note,),
            path=path,
        )


def _holds(use: Use, name: Name, called: str) -> bool:
    """Whether the conditions known to hold make sure that the name has a value."""
    if name.unless <= use.given:
        return True
    return any(
        one.guarded and one.path == (called,)
        for text in use.given
        for one in parse_expression(text).references
    )


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
