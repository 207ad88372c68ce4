"""`empty-list`: a list of the language that has nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from beeflow.check.rule import Rule
from beeflow.recipe.document import SequenceNode
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Found, Subject
    from beeflow.recipe.problem import Severity


class _Empty(NamedTuple):
    means: str
    mend: str
    severity: Severity = "warning"


_REMOVE: Final = "write it out, or remove the key"

_LISTS: Final[Mapping[str, _Empty]] = {
    "actions": _Empty("the recipe does nothing", "write its steps, each beginning with `- `"),
    "then": _Empty("nothing happens where the condition holds", "write its steps"),
    "do": _Empty("the loop does nothing", "write its steps"),
    "else": _Empty("it does nothing", "write its steps, or remove `else`"),
    "on_error": _Empty("the error is passed over", "write `on_error: continue`, or its steps"),
    "parallel": _Empty("nothing is done", "write its branches, each a list of steps"),
    "choose": _Empty("nothing is chosen", "write its arms: - {when: …, then: […]}", "error"),
    "trigger": _Empty("nothing starts the recipe", "name a trigger, or remove the key"),
    "conditions": _Empty("it asks for nothing", _REMOVE),
    "all": _Empty("it always holds", _REMOVE),
    "any": _Empty("it never holds", _REMOVE, "error"),
    "cancel_on": _Empty("nothing cancels", _REMOVE),
    "labels": _Empty("there are no labels", _REMOVE),
    "delete": _Empty("nothing is forgotten", _REMOVE),
}
"""What an empty list under each key comes to, and what to do about it."""

_FREE: Final = frozenset({"with", "match", "set", "default", "inputs", "for_events", "increment"})
"""Keys below which the values are the user's own, and may be empty."""


def look(subject: Subject, _facts: Facts) -> Iterator[Problem]:
    """Find lists of the language that are empty."""
    for one in subject.holders:
        if not isinstance(one.node, SequenceNode) or one.node.items:
            continue
        empty = _meaning(one)
        if empty is not None:
            key = _key(one)
            yield Problem(
                "empty-list",
                f"`{key}` is empty: {empty.means}",
                one.node.span,
                severity=empty.severity,
                help=empty.mend,
                path=one.path,
            )


def _meaning(one: Found) -> _Empty | None:
    *above, key = one.path.split("/")
    if _FREE.intersection(above):
        return None
    if key.isdigit() and above and above[-1] == "parallel":
        return _Empty("this branch does nothing", "write its steps, or remove it")
    return _LISTS.get(key)


def _key(one: Found) -> str:
    parts = [part for part in one.path.split("/") if not part.isdigit()]
    return parts[-1] if parts else ""


RULE = Rule(
    "empty-list",
    "A list of steps, conditions or values is empty: most often something was to be filled in. "
    "It is an error where it can never have been meant, as in a condition that never holds.",
    "- if: now.hour < 12\n  then: []\n  else:\n    - action: log.write\n"
    "      with: {message: It is after noon}",
    "- if: now.hour >= 12\n  then:\n    - action: log.write\n"
    "      with: {message: It is after noon}",
    look,
    "warning",
)
