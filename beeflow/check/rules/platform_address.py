"""`platform-address`: a request to the platform's own API, which has an action for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.platform_paths import doers
from beeflow.check.rule import Rule
from beeflow.check.signatures import signature_of
from beeflow.recipe.document import ScalarNode, inner
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.calls import Called
    from beeflow.check.facts import Facts, Parameter
    from beeflow.check.subject import Subject


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find requests that an action makes."""
    for one in subject.calls:
        for parameter in signature_of(one.action).addresses if one.action else ():
            if parameter.schema["x-address"] == "guarded":
                yield from _in(subject, facts, one, parameter)


def _in(subject: Subject, facts: Facts, one: Called, parameter: Parameter) -> Iterator[Problem]:
    value = one.given.child(parameter.name) if one.given else None
    if value is None or not isinstance(value.node, ScalarNode):
        return
    method = one.call.args.get("method", "GET")
    found = doers(value.node.text, method if isinstance(method, str) else None)
    names = tuple(name for name in found if name in facts.actions)
    if names:
        others = f" (or {', '.join(f'`{name}`' for name in names[1:])})" if names[1:] else ""
        yield Problem(
            "platform-address",
            f"this is a request to BeeStreamed itself: `{names[0]}` makes it{others}",
            inner(subject.document.source, value.node),
            "warning",
            help=f"write action: {names[0]}, which signs in, keeps to the rate limit, and is "
            "checked and mocked like all others",
            suggestions=names,
            path=value.path,
        )


RULE = Rule(
    "platform-address",
    "`http.request` is sent to BeeStreamed's own API, by a path of its reference or of its prose, "
    "where an action does the same. The action has the credentials, shares the rate limit with "
    "all others, knows what a repeated call does, and is answered by the sandbox in tests.",
    "trigger: {webhook: event.created}\nactions:\n  - action: http.request\n    with:\n"
    '      url: "https://api.beestreamed.com/events/{{ trigger.data.event_ref }}/polls"\n'
    "      method: POST\n      json: {question: How is the sound?, options: [Good, Bad]}",
    "trigger: {webhook: event.created}\nactions:\n  - action: polls.create\n    with:\n"
    '      event_ref: "{{ trigger.data.event_ref }}"\n'
    "      question: How is the sound?\n      options: [Good, Bad]",
    look,
    "warning",
)
