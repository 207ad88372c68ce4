"""`not-a-list`: a loop goes through what is no list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.check.typing.remarks import NotAList
from beeflow.recipe.problem import Problem
from beeflow.recipe.typing import ListOf, Number, Record, Text, described, members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find loops over texts, numbers and times."""
    for remark, told in subject.remarks(NotAList):
        span, path = subject.place(told)
        yield Problem(
            "not-a-list",
            f"a loop goes through a list, and `{remark.what}` is {described(remark.type)}",
            span,
            help=_mend(remark),
            path=path,
        )


def _mend(remark: NotAList) -> str | None:
    kinds = {type(member) for member in members(remark.type)}
    if Number in kinds:
        return f"to do something so often, write `range({remark.what})`, or `repeat` with `times`"
    if Text in kinds:
        return f"to go through its parts, cut it: `{remark.what}.split(',')`"
    fields = [
        name
        for one in members(remark.type)
        if isinstance(one, Record)
        for name, field in one.fields.items()
        if isinstance(field, ListOf)
    ]
    return f"name its list: `{remark.what}.{fields[0]}`" if fields else None


RULE = Rule(
    "not-a-list",
    "`for_each`, the `items` of a watch, or `{% for %}` go through something that is no list: the "
    "run would fail there.",
    """\
trigger: {webhook: event.created}
actions:
  - for_each: trigger.data.event_title
    do:
      - action: log.write
        with: {message: "{{ item }}"}
""",
    """\
trigger: {webhook: event.created}
actions:
  - for_each: trigger.data.event_title.split(' ')
    do:
      - action: log.write
        with: {message: "{{ item }}"}
""",
    look,
)
