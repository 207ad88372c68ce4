"""`unknown-webhook-type`: BeeStreamed sends no webhook of that type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beeflow.check.nearness import did_you_mean
from beeflow.check.rule import Rule
from beeflow.check.subject import Found, Subject
from beeflow.check.typing.triggers import webhook_types
from beeflow.check.vendor import EVENT_START, meant_webhook, read_instead
from beeflow.recipe.document import ScalarNode, SequenceNode
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts

_PLACES = re.compile(r"(?:.*/)?(?:trigger(?:/\d+)?|wait_for|cancel_on(?:/\d+)?)")


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find types, and patterns of types, that no webhook has."""
    for one in subject.having("webhook"):
        named = one.child("webhook")
        if named is None or _PLACES.fullmatch(one.path) is None:
            continue
        for type_ in _types(named):
            text = type_.node.text if isinstance(type_.node, ScalarNode) else ""
            if text and "{{" not in text and not _known(text, facts):
                yield _problem(type_, text, facts)


def _types(named: Found) -> Iterator[Found]:
    if isinstance(named.node, SequenceNode):
        for at, item in enumerate(named.node.items):
            yield Found(item, f"{named.path}/{at}")
    else:
        yield named


def _known(text: str, facts: Facts) -> bool:
    return text in facts.webhooks or bool(webhook_types((text,), facts))


def _problem(type_: Found, text: str, facts: Facts) -> Problem:
    near = meant_webhook(text, facts.webhooks)
    family = [one for one in facts.webhooks if one.split(".")[0] == text.split(".", maxsplit=1)[0]]
    what = "type matches" if "*" in text else "type is"
    instead = read_instead(text)
    help_ = did_you_mean(near, family, "there are") or "`beeflow webhooks` lists them all"
    if instead == EVENT_START:
        help_ = "a moment before or after an event's start is a trigger itself: {event_start: -15m}"
    elif instead is not None:
        help_ = f"BeeStreamed sends none for this: use a `watch` trigger over {instead}"
    return Problem(
        "unknown-webhook-type",
        f"no webhook {what} `{text}`",
        type_.node.span,
        help=help_,
        suggestions=near,
        path=type_.path,
    )


RULE = Rule(
    "unknown-webhook-type",
    "A webhook type is named that BeeStreamed does not send, so the recipe would never run. "
    "`beeflow webhooks` lists all types.",
    "trigger: {webhook: event.update.status}",
    "trigger: {webhook: event.updated.status}",
    look,
)
