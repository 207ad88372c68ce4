"""`unknown-trigger-field`: what is read from the trigger is not documented to be in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.check.rules.never_matches import look_at_paths
from beeflow.check.rules.unknown_field import missing
from beeflow.check.typing.remarks import NoField

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject
    from beeflow.recipe.problem import Problem


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find fields of `trigger` that none of the recipe's triggers is documented to have."""
    for remark, told in subject.remarks(NoField):
        if remark.path is not None and remark.path[0] == "trigger":
            yield missing(subject, remark, told, "unknown-trigger-field")
    yield from look_at_paths(subject, facts)


RULE = Rule(
    "unknown-trigger-field",
    "A field is read from `trigger`, or asked for by a `match` or a filter of `for_events`, that "
    "none of the recipe's triggers is documented to have. It is an error where a documented name "
    "is nearly the same, or where beeflow itself makes the trigger; else a warning, because the "
    "platform may send more than it documents. "
    "`beeflow webhooks TYPE` shows what a webhook carries.",
    """\
trigger: {webhook: event.updated.status}
conditions:
  - trigger.data.statuss == 'live'
""",
    """\
trigger: {webhook: event.updated.status}
conditions:
  - trigger.data.status == 'live'
""",
    look,
)
