"""The streams of events: their key, their figures, their targets, WebRTC (resource "Events")."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beeflow.sandbox import shape, stage
from beeflow.sandbox.records import STREAMING, Simulcast
from beeflow.sandbox.reply import Refusal, done, wrapped
from beeflow.sandbox.times import NO_UPDATE, rfc3339

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.sandbox.call import Call, Handler
    from beeflow.sandbox.records import Event
    from beeflow.sandbox.reply import Reply
    from beeflow.types import Json

_RECONNECT = 60


def stream(call: Call) -> Reply:
    """Answer "Get filtered MUX stream data", which is "Get current stream stats" as well."""
    event = call.event()
    live = event.status in STREAMING
    targets = [row for row in call.world.simulcasts.values() if row.event_ref == event.ref]
    status = "active" if live else "idle"
    return wrapped(
        {
            "view_data": [_view_data(call, event) if live else _no_views()],
            "status": status if event.key_enabled else "disabled",
            "reconnect_window": _RECONNECT,
            "simulcast_targets": [
                shape.simulcast(row, "broadcasting" if live else "idle") for row in targets
            ],
        }
    )


def rtmp(call: Call) -> Reply:
    """Answer "Get event rtmp key"."""
    return wrapped({"key": call.event().key, "server": shape.RTMP_SERVER})


def create_simulcast(call: Call) -> Reply:
    """Answer "Create Simulcast Target"; the answer has no id."""
    event, id_ = call.event(), call.sandbox.names.mixed(40)
    row = Simulcast(
        id_, event.ref, call.text("url"), call.text("passthrough"), call.text("stream_key")
    )
    call.world.simulcasts[id_] = row
    return done("Simulcast target created")


def delete_simulcast(call: Call) -> Reply:
    """Answer "Delete Simulcast Target"; it must belong to the event."""
    event, id_ = call.event(), call.text("target_id")
    target = call.world.simulcasts.get(id_)
    if target is None or target.event_ref != event.ref:
        raise Refusal(400, "delete_failed", field="error")
    del call.world.simulcasts[id_]
    return done("Simulcast target deleted")


def start_webrtc(call: Call) -> Reply:
    """Answer "Start WebRTC Stream"; one that runs goes on."""
    event = call.event()
    status = event.status if event.status in STREAMING else "live"
    after = replace(event, webrtc=True, status=status)
    stage.change_event(call.sandbox, after, {"webrtc": True})
    return done("Livestream started")


def stop_webrtc(call: Call) -> Reply:
    """Answer "Stop WebRTC Stream"; where none runs, nothing ends."""
    event = call.event()
    status = "done" if event.status in STREAMING else event.status
    after = replace(event, webrtc=False, status=status)
    stage.change_event(call.sandbox, after, {"webrtc": False})
    return done("Livestream ended successfully")


def _view_data(call: Call, event: Event) -> dict[str, Json]:
    start = call.world.sessions[event.ref][-1].start
    seen = stage.watched(call.sandbox, event).within(start, call.sandbox.now())
    return {
        "views": len(seen.views),
        "viewers": seen.present,
        "updated_at": rfc3339(call.sandbox.now()),
    }


def _no_views() -> dict[str, Json]:
    return {"views": 0, "viewers": 0, "updated_at": NO_UPDATE}


HANDLERS: Mapping[str, Handler] = {
    "events.stream": stream,
    "events.rtmp": rtmp,
    "events.create_simulcast": create_simulcast,
    "events.delete_simulcast": delete_simulcast,
    "events.start_webrtc": start_webrtc,
    "events.stop_webrtc": stop_webrtc,
}
