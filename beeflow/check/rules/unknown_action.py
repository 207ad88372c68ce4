"""`unknown-action`: there is no action of that name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.nearness import did_you_mean
from beeflow.check.rule import Rule
from beeflow.check.vendor import meant_action, undone
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject

_ALIKE = 0.8
"""Names of actions share their verbs: `crm.update` was not meant to be `chat.update`."""


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find calls of actions that do not exist."""
    for one in subject.calls:
        if one.action is not None:
            continue
        name = one.call.action
        why = undone(name)
        near = () if why else meant_action(name, facts.actions, _ALIKE)
        resource = name.partition(".")[0]
        family = [other for other in facts.actions if other.startswith(f"{resource}.")]
        yield Problem(
            "unknown-action",
            f"there is no action `{name}`",
            one.call.span,
            help=why
            or did_you_mean(near, family, f"{resource} has")
            or "`beeflow actions` lists them all",
            suggestions=near,
            path=f"{one.path}/action",
            cause=name,
        )


RULE = Rule(
    "unknown-action",
    "An `action` is called that does not exist. `beeflow actions` lists all that do.",
    "- action: poll.list\n  with: {event_ref: abc}",
    "- action: polls.list\n  with: {event_ref: abc}",
    look,
)
