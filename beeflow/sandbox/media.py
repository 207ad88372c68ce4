"""What videos and files go through: uploaded, recorded, processed, delivered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beeflow.sandbox import payload
from beeflow.sandbox.records import STREAMING, Image, Upload, Video
from beeflow.sandbox.seed import OWN_CHANNEL, OWN_USER
from beeflow.sandbox.shape import UPLOAD_TIMEOUT
from beeflow.sandbox.stage import change_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.sandbox.agenda import Kind
    from beeflow.sandbox.records import UploadStatus
    from beeflow.sandbox.sandbox import Sandbox
    from beeflow.types import Json

_DAY = 86400.0


def catch_up(sandbox: Sandbox) -> None:
    """Let everything happen that was due by now, each at its own time."""
    while (due := sandbox.agenda.take(sandbox.now())) is not None:
        with sandbox.as_of(due.at):
            _HAPPENS[due.kind](sandbox, due.ref)


def add_video(
    sandbox: Sandbox, title: str, asset_id: str, duration: float, *, unclaimed: bool = False
) -> Video:
    """Add a video that has yet to be processed."""
    world, names, now = sandbox.world, sandbox.names, sandbox.now()
    video = Video(
        id=world.number("video", 270),
        ref=names.ref(32),
        client_ref=OWN_CHANNEL,
        title=title,
        date=now,
        asset_id=asset_id,
        playback_id=names.mixed(43),
        duration=duration,
        temp=True,
        unclaimed=unclaimed,
        next_delivery=now + _DAY,
    )
    world.videos[video.ref] = video
    sandbox.agenda.add(now + sandbox.settings.processing, "video_ready", video.ref)
    sandbox.agenda.add(video.next_delivery, "delivery", video.ref)
    return video


def change_video(sandbox: Sandbox, after: Video) -> int:
    """Put `after` in the place of the video as it is; returns the rows changed, 0 or 1."""
    before = sandbox.world.videos[after.ref]
    shown, was = payload.video(after), payload.video(before)
    keys: list[Json] = [key for key, value in shown.items() if value != was[key]]
    sandbox.world.videos[after.ref] = after
    if not keys:
        return 0
    sandbox.announce("video.updated", shown, keys_updated=keys)
    return 1


def link_video(sandbox: Sandbox, video: Video, event_ref: str | None) -> int:
    """Link a video to an event, or to none; an existing link of either is removed."""
    world = sandbox.world
    for other in list(world.videos.values()):
        if event_ref is not None and other.event_ref == event_ref and other.ref != video.ref:
            change_video(sandbox, replace(other, event_ref=None))
    for event in list(world.events.values()):
        if event.video_ref == video.ref and event.ref != event_ref:
            world.events[event.ref] = replace(event, video_ref=None)
    if event_ref is not None:
        world.events[event_ref] = replace(world.events[event_ref], video_ref=video.ref)
    return change_video(sandbox, replace(video, event_ref=event_ref))


def begin_upload(sandbox: Sandbox, duration: int, base: str) -> tuple[Upload, str]:
    """Begin an upload; returns it with the link to put the file to."""
    world, names, now = sandbox.world, sandbox.names, sandbox.now()
    mux_id, number = names.mixed(45), world.number("upload", 240)
    upload = Upload(
        id=number,
        ref=names.ref(32),
        mux_id=mux_id,
        client_ref=OWN_CHANNEL,
        user_ref=OWN_USER,
        title=f"upload-{number}.mp4",
        duration=duration,
        created=now,
        asset_id=names.mixed(45),
        file=f"videos/{mux_id}.mp4",
    )
    world.uploads[mux_id] = upload
    url = sandbox.files.link(base, upload.file, "put", now + UPLOAD_TIMEOUT)
    sandbox.announce("video.upload.new", payload.upload_new(upload, url))
    return upload, url


def upload_status(sandbox: Sandbox, upload: Upload) -> UploadStatus:
    """Tell how far an upload is."""
    if upload.done:
        return "asset_created"
    late = upload.received is None and sandbox.now() > upload.created + UPLOAD_TIMEOUT
    return "timed_out" if late else "waiting"


def upload_in_progress(sandbox: Sandbox) -> Upload | None:
    """Return the upload whose file has arrived but is not processed yet, if there is one."""
    uploads = sandbox.world.uploads.values()
    return next((row for row in uploads if row.received is not None and not row.done), None)


def begin_image(
    sandbox: Sandbox, filename: str, *, event_ref: str | None = None, client_ref: str | None = None
) -> Image:
    """Begin the upload of a picture for an event or a channel."""
    ref = sandbox.names.ref(16)
    extension = filename.rpartition(".")[2].lower()
    image = Image(ref, f"images/{ref}.{extension}", event_ref, client_ref)
    sandbox.world.images[ref] = image
    return image


def file_arrived(sandbox: Sandbox, name: str) -> None:
    """Go on with what a stored file was put for."""
    for upload in sandbox.world.uploads.values():
        if upload.file == name and upload.received is None:
            _upload_arrived(sandbox, upload)
            return
    for image in sandbox.world.images.values():
        if image.file == name:
            _image_arrived(sandbox, image)


def _upload_arrived(sandbox: Sandbox, upload: Upload) -> None:
    now = sandbox.now()
    sandbox.world.uploads[upload.mux_id] = replace(upload, received=now)
    sandbox.announce("video.upload.pending", {"upload_ref": upload.ref})
    sandbox.agenda.add(now + sandbox.settings.processing, "upload_done", upload.mux_id)


def _image_arrived(sandbox: Sandbox, image: Image) -> None:
    world = sandbox.world
    if image.event_ref in world.events:
        event = world.events[image.event_ref]
        change_event(sandbox, replace(event, image=image.ref), {"image": image.ref})
    if image.client_ref in world.channels:
        channel = world.channels[image.client_ref]
        world.channels[channel.ref] = replace(channel, logo=image.ref)


def _upload_done(sandbox: Sandbox, mux_id: str) -> None:
    upload = replace(sandbox.world.uploads[mux_id], done=True)
    sandbox.world.uploads[mux_id] = upload
    sandbox.announce("video.upload.done", payload.upload_done(upload))
    sandbox.agenda.add(sandbox.now(), "upload_created", mux_id)


def _upload_created(sandbox: Sandbox, mux_id: str) -> None:
    upload = sandbox.world.uploads[mux_id]
    video = add_video(sandbox, upload.title, upload.asset_id, upload.duration, unclaimed=True)
    video = replace(video, file=upload.file)
    sandbox.world.videos[video.ref] = video
    sandbox.announce("video.upload.created", payload.video(video))


def _recording(sandbox: Sandbox, event_ref: str) -> None:
    if event_ref in sandbox.world.events:
        record(sandbox, event_ref)


def record(sandbox: Sandbox, event_ref: str) -> str:
    """Make a video of an event's latest stream; returns its reference.

    With `video_auto_Switch` the event shows it from then on.
    """
    event = sandbox.world.events[event_ref]
    session = sandbox.world.sessions[event_ref][-1]
    length = (session.end or sandbox.now()) - session.start
    video = add_video(sandbox, event.title, sandbox.names.mixed(45), round(length, 3))
    sandbox.announce("video.event.created", payload.video(video))
    if event.video_auto_switch and event.status not in STREAMING:
        link_video(sandbox, video, event_ref)
        linked = sandbox.world.events[event_ref]
        change_event(sandbox, replace(linked, status="video"), {"status": "video"})
    return video.ref


def _video_ready(sandbox: Sandbox, ref: str) -> None:
    video = sandbox.world.videos[ref]
    change_video(sandbox, replace(video, temp=False))


def _delivery(sandbox: Sandbox, ref: str) -> None:
    """Count what was delivered of a video in the last day: some views, a minute or more each."""
    video, rng = sandbox.world.videos[ref], sandbox.names.rng
    if video.deleted_at is not None:
        return
    at = video.next_delivery
    views = int(rng.random() * 30)
    added = int(views * max(1.0, video.duration / 60) * rng.random())
    counted = replace(
        video,
        delivered=video.delivered + added,
        delivered_at=at,
        next_delivery=at + _DAY,
        total_views=video.total_views + views,
    )
    sandbox.world.videos[ref] = counted
    sandbox.agenda.add(counted.next_delivery, "delivery", ref)
    delivery: dict[str, Json] = {
        "new_delivery": counted.delivered,
        "added_delivery": added,
        "next_update": int(counted.next_delivery),
        "last_update": int(at),
        "total_views": counted.total_views,
    }
    sandbox.announce("video.delivery.updated", payload.video(counted), delivery=delivery)


_HAPPENS: dict[Kind, Callable[[Sandbox, str], None]] = {
    "recording": _recording,
    "upload_done": _upload_done,
    "upload_created": _upload_created,
    "video_ready": _video_ready,
    "delivery": _delivery,
}
