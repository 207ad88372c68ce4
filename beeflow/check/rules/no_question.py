"""`no-question`: a condition that always holds, because what it asks is no question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.check.rules.never_equal import allowed
from beeflow.check.typing.remarks import AlwaysTrue
from beeflow.recipe.problem import Problem
from beeflow.recipe.typing import described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find values that count as true whatever they are, where a condition stands."""
    for remark, told in subject.remarks(AlwaysTrue):
        span, path = subject.place(told)
        yield Problem(
            "no-question",
            f"`{remark.what}` always counts as true: it is {described(remark.type)}",
            span,
            help=_mend(remark),
            path=path,
        )


def _mend(remark: AlwaysTrue) -> str:
    if remark.beside is not None and remark.what[:1] in {"'", '"'}:
        before, sign, first = remark.beside.rpartition("==")
        if sign:
            return f"write `{before.strip()} in [{first.strip()}, {remark.what}]`"
        return "each side of `or` is a question of its own: compare it with something"
    values = allowed(remark.type)
    example = f"`{remark.what} == '{values[0]}'`" if values else f"`{remark.what} == …`"
    return f"compare it with something, such as {example}"


RULE = Rule(
    "no-question",
    "A condition, or a part of one, always holds, because it only names a value that is never "
    "empty: the comparison is missing.",
    """\
trigger: {webhook: event.updated.status}
conditions:
  - trigger.data.status == 'live' or 'force_live'
""",
    """\
trigger: {webhook: event.updated.status}
conditions:
  - trigger.data.status in ['live', 'force_live']
""",
    look,
)
