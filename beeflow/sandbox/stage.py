"""What events go through: created, changed, streamed, deleted; with the log and the webhooks."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from beeflow.sandbox import audience, payload
from beeflow.sandbox.audience import Watched
from beeflow.sandbox.records import STREAMING, Event, LogEntry, Session
from beeflow.sandbox.seed import DEFAULT_FORM, OWN_CHANNEL, OWN_USER
from beeflow.sandbox.shape import RTMP_SERVER
from beeflow.types import Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.sandbox.records import EventStatus
    from beeflow.sandbox.sandbox import Sandbox

_DAY = 86400.0
_AUDIENCE = (40, 160)
"""The fewest and the most viewers that come to a stream by themselves."""


def create_event(sandbox: Sandbox) -> Event:
    """Create an event as the platform does: untitled, for the same time tomorrow."""
    now, names = sandbox.now(), sandbox.names
    event = Event(
        id=sandbox.world.number("event", 590),
        ref=names.ref(12),
        client_ref=OWN_CHANNEL,
        user_ref=OWN_USER,
        title="New event",
        created=now,
        date=now + _DAY,
        mux=names.mixed(43),
        mux_playback=names.mixed(45),
        key=names.key(),
        webrtc=True,
        signup=DEFAULT_FORM,
        signup_success_msg="Thank you for signing up!",
    )
    sandbox.world.events[event.ref] = event
    write_log(sandbox, event, {})
    sandbox.announce("event.created", payload.event(event))
    return event


def change_event(sandbox: Sandbox, after: Event, logged: Mapping[str, Json]) -> int:
    """Put `after` in the place of the event as it is; returns the rows changed, 0 or 1.

    What was sent (`logged`) goes into the log. `event.updated` tells of every change but that of
    the status, of which `event.updated.status` tells.
    """
    before = sandbox.world.events[after.ref]
    if after == before:
        return 0
    sandbox.world.events[after.ref] = after
    write_log(sandbox, after, logged)
    keys = [name for name in _changed(before, after) if name != "event_status"]
    if keys:
        minutes = int(watched(sandbox, after).total() // 60)
        data = payload.event(after, delivered_minutes=minutes)
        sandbox.announce("event.updated", data, keys_updated=list[Json](keys))
    if after.status != before.status:
        _change_status(sandbox, before, after)
    return 1


def set_status(sandbox: Sandbox, event: Event, status: EventStatus) -> int:
    """Change the status alone."""
    return change_event(sandbox, replace(event, status=status), {"status": status})


def delete_event(sandbox: Sandbox, event: Event) -> None:
    """Delete an event with all that hangs on it; its videos stay, linked to nothing."""
    world = sandbox.world
    world.forget(event)
    for video in list(world.videos.values()):
        if video.event_ref == event.ref:
            world.videos[video.ref] = replace(video, event_ref=None)
    sandbox.announce("event.deleted", {"event_ref": event.ref})


def reset_key(sandbox: Sandbox, event: Event) -> None:
    """Give an event a new stream key, as the Manage Panel does."""
    after = replace(event, key=sandbox.names.key(), key_enabled=True)
    sandbox.world.events[event.ref] = after
    data: dict[str, Json] = {"event_ref": event.ref, "key": after.key, "server": RTMP_SERVER}
    sandbox.announce("event.updated.streamkey.reset", data, message="Event stream key reset")


def disable_key(sandbox: Sandbox, event: Event) -> None:
    """Take an event's stream key out of use, as the Manage Panel does."""
    sandbox.world.events[event.ref] = replace(event, key_enabled=False)
    sandbox.announce(
        "event.updated.streamkey.disabled",
        {"event_ref": event.ref},
        message="Event stream key disabled",
    )


def watched(sandbox: Sandbox, event: Event) -> Watched:
    """Return what has been seen of an event so far."""
    now = sandbox.now()
    views = sandbox.world.views.get(event.ref, [])
    return Watched([view for view in views if view.start <= now], now)


def write_log(sandbox: Sandbox, event: Event, logged: Mapping[str, Json]) -> None:
    """Write a line in an event's log; the first says that it was created."""
    lines = sandbox.world.log.setdefault(event.ref, [])
    number, ref = sandbox.world.number("log", 6501), sandbox.names.ref(12)
    line = LogEntry(number, ref, event, sandbox.now(), "create", dict(logged))
    lines.append(replace(line, type="update") if lines else line)


def _changed(before: Event, after: Event) -> list[str]:
    return [
        f"event_{field.name}"
        for field in fields(Event)
        if getattr(before, field.name) != getattr(after, field.name)
    ]


def _change_status(sandbox: Sandbox, before: Event, after: Event) -> None:
    if after.status in STREAMING and before.status not in STREAMING:
        _begin_stream(sandbox, after)
    elif before.status in STREAMING and after.status not in STREAMING:
        _end_stream(sandbox, after)
    data: dict[str, Json] = {"event_ref": after.ref, "status": after.status}
    sandbox.announce("event.updated.status", data)


def _begin_stream(sandbox: Sandbox, event: Event) -> None:
    world, now, names = sandbox.world, sandbox.now(), sandbox.names
    least, most = _AUDIENCE
    count = least + int(names.rng.random() * (most - least))
    world.sessions.setdefault(event.ref, []).append(Session(event.ref, now))
    world.views.setdefault(event.ref, []).extend(audience.planned(names, now, count))


def _end_stream(sandbox: Sandbox, event: Event) -> None:
    world, now = sandbox.world, sandbox.now()
    sessions = world.sessions.get(event.ref, [])
    world.sessions[event.ref] = [
        session if session.end is not None else replace(session, end=now) for session in sessions
    ]
    world.views[event.ref] = audience.ended(world.views.get(event.ref, []), now)
    if event.save_stream_in_videos:
        sandbox.agenda.add(now + sandbox.settings.processing, "recording", event.ref)
