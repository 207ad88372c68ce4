"""`not-in-every-trigger`: a field is read that only some of the recipe's triggers have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.check.typing.remarks import PartlyThere, cause_of
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject
    from beeflow.recipe.typing import Record

_SHOWN = 5


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find what would fail when one of several triggers, or types, begins the run."""
    for remark, told in subject.remarks(PartlyThere):
        if remark.path is None or remark.path[0] != "trigger":
            continue
        span, path = subject.place(told)
        certain = any(one.extent == "closed" for one in remark.lacking)
        yield Problem(
            "not-in-every-trigger",
            f"`{remark.whose}` has no `{remark.name}` {_when(remark.lacking)}",
            span,
            severity="error" if certain else "warning",
            help=f"ask `{remark.whose}.{remark.name} is defined` before, or which trigger it is: "
            "`trigger.kind`, `trigger.type`, `trigger.name`",
            path=path,
            cause=cause_of(remark.path),
        )


def _when(lacking: tuple[Record, ...]) -> str:
    titles = sorted({one.title for one in lacking if one.title})
    if not titles:
        return "with every trigger"
    listed = ", ".join(titles[:_SHOWN]) + (", …" if len(titles) > _SHOWN else "")
    return f"when the run begins by {listed}"


RULE = Rule(
    "not-in-every-trigger",
    "A recipe has several triggers, or one on several types, and reads a field that not all of "
    "them have: where it is not there, the run fails.",
    """\
trigger:
  - {webhook: event.created}
  - {schedule: "0 9 * * *"}
actions:
  - action: log.write
    with: {message: "{{ trigger.data.event_title }}"}
""",
    """\
trigger:
  - {webhook: event.created}
  - {schedule: "0 9 * * *"}
actions:
  - if: trigger.kind == 'webhook'
    action: log.write
    with: {message: "{{ trigger.data.event_title }}"}
""",
    look,
)
