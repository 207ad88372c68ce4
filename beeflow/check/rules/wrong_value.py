"""`wrong-value`: a template gives a value that does not fit where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.check.rules.never_equal import meant
from beeflow.check.rules.unknown_field import origin
from beeflow.check.typing.remarks import WrongValue
from beeflow.recipe.problem import Problem
from beeflow.recipe.typing import described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find templated parameters, delays and counts that can never be what is needed there."""
    for remark, told in subject.remarks(WrongValue):
        span, path = subject.place(told)
        near = meant(remark.type, remark.given) if remark.type is not None else ()
        yield Problem(
            "wrong-value",
            f"{remark.where} takes {remark.wanted}, and this gives {described(remark.given)}",
            span,
            help=f"did you mean '{near[0]}'?" if near else remark.mend,
            suggestions=near,
            notes=tuple(origin(remark.path, told)),
            path=path,
        )


RULE = Rule(
    "wrong-value",
    "A template, or an expression, gives a value that can never fit where it goes: a number where "
    "an action takes text, a text that is none of those allowed, a list as a duration. "
    "The call would be refused.",
    """\
trigger: {webhook: event.created}
actions:
  - action: events.get
    with: {event_ref: "{{ trigger.data.event_id }}"}
""",
    """\
trigger: {webhook: event.created}
actions:
  - action: events.get
    with: {event_ref: "{{ trigger.data.event_ref }}"}
""",
    look,
)
