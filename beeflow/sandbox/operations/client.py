"""The channel: its details, its logo, what it has used (resource "Client")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.sandbox import media, shape, stage
from beeflow.sandbox.files import LINK_LIFE
from beeflow.sandbox.operations.events import STANDARD_PICTURE
from beeflow.sandbox.reply import Reply, wrapped
from beeflow.types import Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.sandbox.call import Call, Handler

_UNIT_COSTS = {
    "delivery_total": 0.002875,
    "emails_total": 0.003,
    "encoding_total": 0.095,
    "ondemand_total": 0.00725,
}
"""Euros for a minute delivered, a mail, a minute encoded, a minute kept (page "Get usage")."""


def get(call: Call) -> Reply:
    """Answer "Get channel details"; anyone may see all but its number."""
    channel = call.world.channel(call.path["client_ref"])
    shown = shape.channel(channel)
    if call.caller.client_ref == channel.ref:
        shown = {"client_id": channel.id, **shown}
    return Reply(shown)


def logo(call: Call) -> Reply:
    """Answer "Get channel logo image"; until one is uploaded it is the standard picture."""
    channel, sandbox = call.channel(), call.sandbox
    ref = channel.logo_light if call.flag("light") else channel.logo
    picture = call.world.images.get(ref or "")
    stored = picture is not None and picture.file in sandbox.files.stored
    name = picture.file if picture is not None and stored else STANDARD_PICTURE
    url = sandbox.files.link(call.base, name, "get", sandbox.now() + LINK_LIFE)
    return wrapped({"signed_url": url})


def upload_logo(call: Call) -> Reply:
    """Answer "Upload client logo image"."""
    channel, sandbox = call.channel(), call.sandbox
    picture = media.begin_image(sandbox, call.text("filename"), client_ref=channel.ref)
    url = sandbox.files.link(call.base, picture.file, "put", sandbox.now() + LINK_LIFE)
    return Reply({"asset_ref": picture.ref, "upload_url": url}, 201)


def usage(call: Call) -> Reply:
    """Answer "Get usage for channel": from the views, mails, streams and videos that there are."""
    channel, types = call.channel(), dict[str, Json]()
    total = 0.0
    for name, used in _used(call, channel.ref).items():
        cost = used * _UNIT_COSTS[name]
        types[name] = {"cost": cost, "unit_cost": _UNIT_COSTS[name], "usage": used}
        total += cost
    return wrapped({"currency": "eur", "total": total, "types": types})


def _used(call: Call, client_ref: str) -> dict[str, float]:
    world, now = call.world, call.sandbox.now()
    events = [event for event in world.events.values() if event.client_ref == client_ref]
    videos = [video for video in world.videos.values() if video.client_ref == client_ref]
    watched = sum(stage.watched(call.sandbox, event).total() for event in events)
    streamed = sum(
        (session.end or now) - session.start
        for event in events
        for session in world.sessions.get(event.ref, [])
    )
    return {
        "delivery_total": watched / 60 + sum(video.delivered for video in videos),
        "emails_total": world.emails_sent,
        "encoding_total": streamed / 60,
        "ondemand_total": sum(video.duration for video in videos if not video.deleted_at) / 60,
    }


HANDLERS: Mapping[str, Handler] = {
    "client.get": get,
    "client.logo": logo,
    "client.upload_logo": upload_logo,
    "client.usage": usage,
}
