"""`no-pages`: pages are to be followed where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find calls with `pages` whose answer is no list with pages."""
    for one in subject.calls:
        if one.call.pages is None or one.action is None or one.action.paginates:
            continue
        key = one.found.key("pages") if one.found else None
        yield Problem(
            "no-pages",
            f"the answer of {one.call.action} has no pages to follow",
            key.node.span if key else one.call.span,
            help="take `pages` away",
            path=f"{one.path}/pages",
        )


RULE = Rule(
    "no-pages",
    "`pages` follows the pages of a list. An action that answers with one thing, or that changes "
    "something, has none; `beeflow actions NAME` says which action has.",
    "fetch:\n  event: {action: events.get, with: {event_ref: abc}, pages: all}\n"
    "conditions:\n  - event.event_status == 'idle'",
    "fetch:\n  events: {action: events.list, pages: all}\nconditions:\n  - events | length > 0",
    look,
)
