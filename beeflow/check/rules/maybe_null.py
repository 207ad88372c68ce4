"""`maybe-null`: a value that may be null is used as if it were always there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.check.rules.unknown_field import origin
from beeflow.check.typing.remarks import MaybeNull, cause_of
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find values that are documented to be null at times, where null will not do."""
    for remark, told in subject.remarks(MaybeNull):
        span, path = subject.place(told)
        yield Problem(
            "maybe-null",
            f"`{remark.what}` may be null, and {remark.use}",
            span,
            severity="warning",
            help=f"ask `{remark.what} is not none` before, or give a value in its place: "
            f"`{remark.what} | default(…, true)`",
            notes=tuple(origin(remark.path, told)),
            path=path,
            cause=cause_of(remark.path),
        )


RULE = Rule(
    "maybe-null",
    "A value that is documented to be null at times is used where null will not do: the run would "
    "fail then. It is told once for each value, where it is first used so.",
    """\
trigger: {webhook: video.updated}
actions:
  - action: events.get
    with: {event_ref: "{{ trigger.data.video_event_ref }}"}
""",
    """\
trigger: {webhook: video.updated}
conditions:
  - trigger.data.video_event_ref is not none
actions:
  - action: events.get
    with: {event_ref: "{{ trigger.data.video_event_ref }}"}
""",
    look,
    "warning",
)
