"""The platform's other words for things, and people's: its prose does not always say what it sends.

A wrong word that is one of these is answered with the right one, before the nearest spelling is
looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.nearness import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from beeflow.check.facts import Action

STATUSES: Final[Mapping[str, str]] = {
    "ended": "done",
    "end": "done",
    "finished": "done",
    "over": "done",
    "scheduled": "idle",
    "planned": "idle",
    "started": "live",
    "streaming": "live",
    "recorded": "video",
}
"""What the platform's prose, and people, call a status of an event; and what it is."""

_STATUS: Final = "event.updated.status"
_WEBHOOKS: Final[Mapping[str, str]] = {
    "video.created.upload": "video.upload.created",
    "video.created.event": "video.event.created",
    "video.created": "video.event.created",
    "video.uploaded": "video.upload.done",
    "event.live": _STATUS,
    "event.started": _STATUS,
    "event.ended": _STATUS,
    "event.done": _STATUS,
    "event.status": _STATUS,
    "event.status.updated": _STATUS,
    "event.updated.live": _STATUS,
    "event.updated.ended": _STATUS,
    "event.streamkey.reset": "event.updated.streamkey.reset",
    "event.streamkey.disabled": "event.updated.streamkey.disabled",
    "signup.new": "signup.created",
    "invoice.created": "billing.invoice.created",
    "invoice.payment.failed": "billing.invoice.payment.failed",
    "billing.payment.failed": "billing.invoice.payment.failed",
    "billing.payment.succeeded": "billing.invoice.payment.succeeded",
}
_UNSENT: Final[Mapping[str, str]] = {
    "poll.updated": "polls.list",
    "poll.vote": "polls.entries",
    "poll.closed": "polls.list",
    "signup.updated": "signups.list",
    "signup.deleted": "signups.list",
    "chat.created": "chat.list",
    "chat.message": "chat.list",
    "question.created": "chat.list",
    "qa.created": "chat.list",
    "viewer.joined": "events.stream",
}
_ACTIONS: Final[Mapping[str, str]] = {
    "events.polls": "polls.list",
    "events.polls.list": "polls.list",
    "events.polls.get": "polls.get",
    "events.polls.create": "polls.create",
    "events.polls.delete": "polls.delete",
    "events.signup": "signups.list",
    "events.signups": "signups.list",
    "events.signup.create": "signups.create",
    "events.signups.create": "signups.create",
    "events.signup.list": "signups.list",
    "events.chat": "chat.list",
    "events.logs": "events.log",
    "events.simulcast": "events.create_simulcast",
    "events.simulcast.create": "events.create_simulcast",
    "events.simulcast.delete": "events.delete_simulcast",
    "events.end": "events.set_status",
    "events.status": "events.set_status",
    "events.update_status": "events.set_status",
    "polls.open": "polls.set_state",
    "polls.close": "polls.set_state",
    "chat.hide": "chat.moderate",
    "videos.master": "videos.download",
    "videos.upload": "videos.upload_file",
    "mail.send": "email.send",
    "slack.send": "slack.post",
    "http.get": "http.request",
    "http.post": "http.request",
}


def meant_status(word: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the status that a word was meant to be, of those that there are."""
    other = STATUSES.get(word.lower())
    return (other,) if other is not None and other in known else nearest(word, known)


def meant_webhook(word: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the types of webhooks that a word was meant to be, best first."""
    other = _WEBHOOKS.get(word.lower())
    if other is not None and other in known:
        return (other,)
    return () if word in _UNSENT else nearest(word, known)


def read_instead(word: str) -> str | None:
    """Return the action that reads what a webhook of this name would tell, if none is sent."""
    return _UNSENT.get(word.lower())


def meant_action(word: str, known: Collection[str], alike: float) -> tuple[str, ...]:
    """Return the actions that a word was meant to be, best first."""
    other = _ACTIONS.get(word.lower())
    return (other,) if other is not None and other in known else nearest(word, known, alike)


def meant_parameter(word: str, action: Action) -> tuple[str, ...]:
    """Return the parameters that a word was meant to be, best first.

    What an answer calls `event_title` is `title` where it is changed.
    """
    names = [parameter.name for parameter in action.parameters]
    for announced in action.announces:
        for path, name in announced.shows.items():
            if path.rpartition(".")[2] == word and name in names:
                return (name,)
    return nearest(word, names)
