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
    "vod": "video",
    "on_demand": "video",
    "offline": "idle",
    "upcoming": "idle",
    "stopped": "done",
    "closed": "done",
    "online": "live",
    "broadcasting": "live",
}
"""What the platform's prose, and people, call a status of an event; and what it is."""

_STATUS: Final = "event.updated.status"
_WEBHOOKS: Final[Mapping[str, str]] = {
    "video.created.upload": "video.upload.created",
    "video.created.event": "video.event.created",
    "video.created": "video.event.created",
    "video.uploaded": "video.upload.done",
    "video.ready": "video.upload.done",
    "video.upload.created.event": "video.event.created",
    "video.recorded": "video.event.created",
    "video.recording.created": "video.event.created",
    "video.deleted": "video.updated",
    "event.scheduled": "event.created",
    "event.finished": _STATUS,
    "event.stopped": _STATUS,
    "event.idle": _STATUS,
    "event.video": _STATUS,
    "event.updated.done": _STATUS,
    "event.updated.scheduled": _STATUS,
    "event.status.changed": _STATUS,
    "event.streamkey.updated": "event.updated.streamkey.reset",
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
    "signup.create": "signup.created",
    "event.signup": "signup.created",
    "event.signup.created": "signup.created",
    "event.poll.created": "poll.created",
    "event.updated.date": "event.updated",
    "event.updated.title": "event.updated",
    "billing.invoice.paid": "billing.invoice.payment.succeeded",
    "invoice.paid": "billing.invoice.payment.succeeded",
    "invoice.updated": "billing.invoice.updated",
    "invoice.payment.succeeded": "billing.invoice.payment.succeeded",
    "invoice.created": "billing.invoice.created",
    "invoice.payment.failed": "billing.invoice.payment.failed",
    "billing.payment.failed": "billing.invoice.payment.failed",
    "billing.payment.succeeded": "billing.invoice.payment.succeeded",
}
EVENT_START: Final = "event_start"
"""Stands for the trigger of that name, which a moment of an event is told by."""

_UNSENT: Final[Mapping[str, str]] = {
    "poll.updated": "polls.list",
    "poll.vote": "polls.entries",
    "poll.voted": "polls.entries",
    "poll.entry": "polls.entries",
    "poll.entry.created": "polls.entries",
    "poll.answered": "polls.entries",
    "poll.opened": "polls.list",
    "poll.activated": "polls.list",
    "signup.update": "signups.list",
    "chat.message.created": "chat.list",
    "chat.updated": "chat.list",
    "event.chat": "chat.list",
    "event.viewer": "events.stream",
    "viewer.left": "events.stream",
    "stream.started": "events.stream",
    "poll.closed": "polls.list",
    "signup.updated": "signups.list",
    "signup.deleted": "signups.list",
    "chat.created": "chat.list",
    "chat.message": "chat.list",
    "question.created": "chat.list",
    "qa.created": "chat.list",
    "viewer.joined": "events.stream",
    **dict.fromkeys(
        ("event.start", "event.starts", "event.starting", "event.upcoming", "event.reminder"),
        EVENT_START,
    ),
}
_ACTIONS: Final[Mapping[str, str]] = {
    "events.poll": "polls.list",
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
    "events.start": "events.set_status",
    "events.stop": "events.set_status",
    "events.go_live": "events.set_status",
    "events.publish": "events.set_status",
    "events.sendemails": "events.send_emails",
    "events.email": "events.send_emails",
    "events.startwebrtcstream": "events.start_webrtc",
    "events.stopwebrtcstream": "events.stop_webrtc",
    "events.upload": "events.upload_image",
    "events.stream_key": "events.rtmp",
    "events.polls.entries": "polls.entries",
    "events.polls.update": "polls.set_state",
    "events.chat.create": "chat.create",
    "events.viewers": "analytics.viewer",
    "analytics.viewers": "analytics.viewer",
    "polls.results": "polls.entries",
    "polls.votes": "polls.entries",
    "polls.answer": "polls.vote",
    "chat.qa": "chat.list",
    "chat.send": "chat.create",
    "chat.approve": "chat.moderate",
    "chat.update_status": "chat.moderate",
    "client.details": "client.get",
    "client.image": "client.logo",
    "videos.upload_link": "videos.create_upload",
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


_UNDONE: Final[Mapping[str, str]] = {
    "signups.update": "BeeStreamed's prose names it, but it cannot change a signup",
    "signups.delete": "BeeStreamed cannot delete a signup",
    "chat.delete": "BeeStreamed cannot delete a message: chat.moderate hides it",
    "polls.edit": "BeeStreamed cannot change a poll's question: set_state opens or closes it",
}
"""Actions that there are none for, and why."""


def undone(word: str) -> str | None:
    """Return why there is no action of a name that people look for."""
    return _UNDONE.get(word.lower().replace("signup.", "signups."))


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
    """Return the action that reads what a webhook of this name would tell, if none is sent.

    `EVENT_START` where a trigger of another kind tells it.
    """
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
