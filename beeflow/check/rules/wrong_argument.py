"""`wrong-argument`: a filter, test, function or method is given what it cannot take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.check.typing.remarks import WrongArgument, WrongWay
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find filters applied to what they cannot take, and arguments that do not fit."""
    for remark, told in subject.remarks(WrongArgument):
        span, path = subject.place(told)
        yield Problem("wrong-argument", remark.why, span, help=remark.mend, path=path)
    for way, told in subject.remarks(WrongWay):
        span, path = subject.place(told)
        yield Problem("wrong-argument", way.why, span, "warning", help=way.mend, path=path)


RULE = Rule(
    "wrong-argument",
    "A filter, test, function or method is applied to a value that it cannot take, or given an "
    "argument of another type, too many, too few, or one that it does not know. "
    "The run would fail there; where it would not, and nothing comes of it, it is a warning.",
    """\
trigger: {webhook: event.created}
actions:
  - action: log.write
    with: {message: "{{ trigger.data.event_date | plus('15 minutes') }}"}
""",
    """\
trigger: {webhook: event.created}
actions:
  - action: log.write
    with: {message: "{{ trigger.data.event_date | plus('15m') }}"}
""",
    look,
)
