"""`fetch-must-read`: a `fetch` calls an action that changes something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find reads that are none."""
    for one in subject.calls:
        if not one.fetched or one.action is None or one.action.effect == "read":
            continue
        if one.call.action == "http.request" and one.call.args.get("method", "GET") == "GET":
            continue
        yield Problem(
            "fetch-must-read",
            f"`fetch` only reads, and {one.call.action} changes something",
            one.call.span,
            help="make it a step of `actions`",
            path=f"{one.path}/action",
        )


RULE = Rule(
    "fetch-must-read",
    "`fetch` is read before the conditions, so it must not change anything. What it calls is "
    "made again whenever a webhook matches, whether the conditions hold or not.",
    "fetch:\n  poll:\n    action: polls.create\n"
    "    with: {event_ref: abc, question: Sound?, options: [Good, Bad]}\n"
    'conditions:\n  - poll.poll_ref != ""',
    "actions:\n  - action: polls.create\n"
    "    with: {event_ref: abc, question: Sound?, options: [Good, Bad]}",
    look,
)
