"""Watches that fire for each new item of a list, and the actions that make such items."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.check.causes.knowledge import Knowledge
from beeflow.check.causes.walking import Doubt, Doubts
from beeflow.recipe.model import WatchTrigger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.check.causes.knowledge import Path
    from beeflow.check.causes.walking import Deed
    from beeflow.recipe.model import ActionCall, Trigger
    from beeflow.types import Json

_LISTS: Final[Mapping[str, str]] = {
    "chat.create": "chat.list",
    "polls.create": "polls.list",
    "signups.create": "signups.list",
    "events.create": "events.list",
    "videos.create": "videos.list",
}
"""By what makes a thing, what lists it."""

_ITEMS: Final[Mapping[str, Mapping[str, str]]] = {
    "chat.create": {"chat_message": "message", "chat_name": "name", "chat_email": "email"},
    "polls.create": {"poll_data.question": "question"},
    "signups.create": {"signup_data.name": "name", "signup_data.email": "email"},
    "events.create": {"event_title": "title", "event_status": "status"},
    "videos.create": {"video_title": "title"},
}
"""By what makes a thing, where the item in the list shows its parameters."""

_EVENT: Final = ("trigger", "data", "event_ref")
_PLAIN: Final = re.compile(r"\w+")


def listed_by(call: ActionCall) -> str | None:
    """Return the action that lists what a call makes, if there is one."""
    return _LISTS.get(call.action)


def noticed(trigger: Trigger, deed: Deed, call: ActionCall) -> tuple[Knowledge, Doubts] | None:
    """Return what is known once a watch has found what a call made; None: it does not find it."""
    if not isinstance(trigger, WatchTrigger) or trigger.items is None:
        return None
    name = trigger.items.text.strip()
    fetch = next((one for one in trigger.fetch if one.name == name), None)
    if fetch is None or _PLAIN.fullmatch(name) is None or fetch.call.action != listed_by(call):
        return None
    if _flag(fetch.call, "qa") != _flag(call, "qa"):
        return None
    mine, theirs = call.args.get("event_ref"), fetch.call.args.get("event_ref")
    made, watched = deed.known.value(mine), Knowledge().value(theirs)
    if made is not None and watched is not None and made != watched:
        return None
    filters = trigger.for_events or (None if mine == theirs or made == watched else {"event": ""})
    doubts = (Doubt("match", "for_events", frozenset({_EVENT})),) if filters else ()
    return Knowledge(_known(trigger, deed, call)), doubts


def _flag(call: ActionCall, name: str) -> bool:
    """Whether a flag is set; a template may set it, and then counts as set."""
    return call.args.get(name, False) not in (False, 0, None)


def _known(trigger: WatchTrigger, deed: Deed, call: ActionCall) -> dict[Path, Json]:
    known: dict[Path, Json] = {("trigger", "kind"): "watch", ("trigger", "name"): trigger.name}
    for path, parameter in _ITEMS[call.action].items():
        value = deed.known.value(call.args[parameter]) if parameter in call.args else None
        if value is not None:
            known["trigger", "item", *path.split(".")] = value[0]
    made = deed.known.value(call.args.get("event_ref"))
    if made is not None:
        known[_EVENT] = made[0]
    return known
