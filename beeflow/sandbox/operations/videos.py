"""Videos and their uploads (resource "Videos")."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beeflow.sandbox import media, payload, shape
from beeflow.sandbox.files import LINK_LIFE
from beeflow.sandbox.operations.events import read_time
from beeflow.sandbox.paging import cut, numbered
from beeflow.sandbox.reply import Refusal, Reply, affected, wrapped
from beeflow.sandbox.times import end_of, read_local
from beeflow.sandbox.world import found, not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.sandbox.call import Call, Handler
    from beeflow.sandbox.records import Video
    from beeflow.types import Json

STANDARD_VIDEO = "videos/standard_recording.mp4"
"""What a recording downloads as: no camera was running."""


def get(call: Call) -> Reply:
    """Answer "Get video details"; a deleted one is still there, and says so."""
    return wrapped(shape.video(_video(call)))


def list_(call: Call) -> Reply:
    """Answer "Get all videos", the latest first, without those that were deleted."""
    page, text = call.page(), call.text("search").casefold()
    first = read_time(read_local, call.text("startDateFrom", "1971-01-01"), "UTC")
    last = read_time(end_of, call.text("startDateTo", "9990-12-31"), "UTC")
    chosen = [
        row
        for row in call.world.videos.values()
        if row.client_ref == call.caller.client_ref
        and row.deleted_at is None
        and text in row.title.casefold()
        and first <= row.date <= last
    ]
    rows = numbered(chosen[::-1], "down")
    if page.start is not None:
        rows = [row for row in rows if row.row.id <= page.start]
    return wrapped([{"row_num": row.row_num, **shape.video(row.row)} for row in cut(rows, page)])


def create(call: Call) -> Reply:
    """Answer "Create video".

    The video that an upload has become by itself is taken over; for any other asset, which the
    sandbox cannot know, a video is made.
    """
    title, asset_id, sandbox = call.text("title"), call.text("asset_id"), call.sandbox
    for video in call.world.videos.values():
        if video.unclaimed and video.asset_id == asset_id:
            media.change_video(sandbox, replace(video, title=title, unclaimed=False))
            return _created(video)
    video = media.add_video(sandbox, title, asset_id, 60.0)
    sandbox.announce("video.upload.created", payload.video(video))
    return _created(video)


def update(call: Call) -> Reply:
    """Answer "Update video data": its title, the event that it is linked to; "Event updated"."""
    video, rows = _video(call), 0
    if call.has("title"):
        titled = replace(video, title=call.text("title"), unclaimed=False)
        rows |= media.change_video(call.sandbox, titled)
    if call.has("event_ref"):
        event_ref = call.optional("event_ref")
        _check_own_event(call, event_ref)
        current = call.world.videos[video.ref]
        rows |= media.link_video(call.sandbox, current, event_ref)
    return affected("Event updated", rows)


def delete(call: Call) -> Reply:
    """Answer "Delete video"; it can still be read, and is gone from the list."""
    video = _video(call)
    if video.deleted_at is not None:
        return affected("Video deleted", 0)
    media.link_video(call.sandbox, video, None)
    unlinked = call.world.videos[video.ref]
    media.change_video(call.sandbox, replace(unlinked, deleted_at=call.sandbox.now()))
    return affected("Video deleted", 1)


def create_upload(call: Call) -> Reply:
    """Answer "Create upload link"; while an upload is processed, with the status of that one."""
    sandbox, running = call.sandbox, media.upload_in_progress(call.sandbox)
    if running is not None:
        status = media.upload_status(sandbox, running)
        return Reply({"data": shape.upload(running, status)}, 201)
    upload, url = media.begin_upload(sandbox, call.number("duration"), call.base)
    data: dict[str, Json] = {
        "url": url,
        **shape.upload(upload, "waiting"),
        "cors_origin": "https://example.com/",
    }
    return Reply({"data": {"data": data}, "status": 201}, 201)


def upload_status(call: Call) -> Reply:
    """Answer "Get upload status"."""
    upload = found(call.world.uploads, call.path["upload_id"], "Upload")
    return Reply({"data": shape.upload(upload, media.upload_status(call.sandbox, upload))})


def download(call: Call) -> Reply:
    """Answer "Get video download link": the first call begins to prepare it."""
    video, sandbox = _video(call), call.sandbox
    if video.deleted_at is not None:
        raise not_found("Video", video.ref)
    if video.master_asked is None:
        asked = replace(video, master_asked=sandbox.now())
        call.world.videos[video.ref] = asked
        return wrapped("preparing")
    if sandbox.now() < video.master_asked + sandbox.settings.processing:
        return wrapped("preparing")
    stored = video.file is not None and video.file in sandbox.files.stored
    name = video.file if video.file is not None and stored else STANDARD_VIDEO
    return wrapped(sandbox.files.link(call.base, name, "get", sandbox.now() + LINK_LIFE))


def _created(video: Video) -> Reply:
    return Reply({"video_ref": video.ref, "message": "Video created", "status": 201}, 201)


def _video(call: Call) -> Video:
    video = found(call.world.videos, call.path["video_ref"], "Video")
    if call.caller.client_ref not in {None, video.client_ref}:
        raise Refusal(403, "You are not authorized to access this video")
    return video


def _check_own_event(call: Call, event_ref: str | None) -> None:
    if event_ref is not None and not call.owns(call.world.event(event_ref)):
        raise Refusal(403, "You are not authorized to access this event")


HANDLERS: Mapping[str, Handler] = {
    "videos.get": get,
    "videos.list": list_,
    "videos.create": create,
    "videos.update": update,
    "videos.delete": delete,
    "videos.create_upload": create_upload,
    "videos.upload_status": upload_status,
    "videos.download": download,
}
