"""`wrong-operand`: an operator is given what it cannot work with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.check.typing.remarks import WrongOperand
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find arithmetic on texts, an order between a number and a text, and their like."""
    for remark, told in subject.remarks(WrongOperand):
        span, path = subject.place(told)
        yield Problem("wrong-operand", remark.why, span, help=remark.mend, path=path)


RULE = Rule(
    "wrong-operand",
    "An operator is given what it cannot work with: `+` a text and a number, `<` a text and a "
    "number, `in` a number. The run would fail there.",
    """\
trigger: {webhook: event.created}
actions:
  - action: log.write
    with: {message: "{{ 'event ' + trigger.data.event_id }}"}
""",
    """\
trigger: {webhook: event.created}
actions:
  - action: log.write
    with: {message: "{{ 'event ' ~ trigger.data.event_id }}"}
""",
    look,
)
