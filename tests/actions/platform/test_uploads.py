from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from actions.platform.fake_client import FakeClient
from aiohttp import web
from aiohttp.test_utils import TestServer

from beeflow.actions.platform.files import open_file, put_file
from beeflow.actions.platform.pictures import UploadPicture
from beeflow.actions.platform.upload_video import Pace, UploadVideo
from beeflow.beestreamed.catalog import load_catalog
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from beeflow.types import Json

CATALOG = load_catalog()
PICTURE = b"png" * 200_000
MOVIE = b"mp4" * 100_000
BUSY = Failure("http", "busy", status=503, retryable=True)
REJECTED = Failure("http", "no", status=422)


@dataclass
class Bucket:
    """Takes files."""

    status: int = 200
    cut_after: int | None = None
    received: list[tuple[str, str | None, bytes]] = field(default_factory=list)
    url: str = ""

    async def put(self, request: web.Request) -> web.Response:
        if self.cut_after is not None:
            if self.cut_after:
                await request.content.readexactly(self.cut_after)
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        body = await request.read()
        self.received.append((request.path, request.headers.get("Content-Type"), body))
        return web.Response(status=self.status, text="said")


@pytest.fixture
async def bucket() -> AsyncIterator[Bucket]:
    bucket = Bucket()
    app = web.Application(client_max_size=2**24)
    app.router.add_put("/{tail}", bucket.put)
    server = TestServer(app)
    await server.start_server()
    bucket.url = str(server.make_url("/up"))
    yield bucket
    await server.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "logo.png"
    path.write_bytes(PICTURE)
    return path


@pytest.fixture
def movie(tmp_path: Path) -> Path:
    path = tmp_path / "talk.mp4"
    path.write_bytes(MOVIE)
    return path


@pytest.fixture
def client(bucket: Bucket) -> FakeClient:
    client = FakeClient()
    for name in ("events.upload_image", "client.upload_logo"):
        client.says(name, {"asset_ref": "a1", "upload_url": bucket.url})
    client.says("videos.create_upload", {"id": "u1", "url": bucket.url, "status": "waiting"})
    client.says("videos.upload_status", {"id": "u1", "status": "asset_created", "asset_id": "m1"})
    client.says(
        "videos.list",
        [
            {"video_ref": "other", "video_mux_asset_id": "m0"},
            {"video_ref": "v1", "video_mux_asset_id": "m1", "video_mux_data": {"playback_id": "p"}},
        ],
    )
    client.says("videos.update", {"rows": 1})
    client.says("videos.get", {"video_ref": "v1", "video_title": "Talk"})
    return client


@pytest.fixture
def upload_image(client: FakeClient, session: aiohttp.ClientSession) -> UploadPicture:
    return UploadPicture(CATALOG.operations["events.upload_image"], client, session)


@pytest.fixture
def upload(client: FakeClient, session: aiohttp.ClientSession) -> UploadVideo:
    return UploadVideo(CATALOG, client, session, Pace(first=0.0, longest=0.01))


async def failing(action: Any, args: dict[str, Json], context: Any) -> Failure:
    with pytest.raises(ActionError) as caught:
        await action.call(args, context)
    return caught.value.failure


# --- pictures


async def test_without_a_path_only_the_link_is_asked_for(
    upload_image: UploadPicture, client: FakeClient, bucket: Bucket, context: Any
) -> None:
    answer = await upload_image.call({"event_ref": "e", "filename": "x.png"}, context)
    assert answer == {"asset_ref": "a1", "upload_url": bucket.url}
    assert client.calls == [("events.upload_image", {"event_ref": "e", "filename": "x.png"})]
    assert bucket.received == []


async def test_with_a_path_the_file_is_really_put_there(
    upload_image: UploadPicture, client: FakeClient, bucket: Bucket, picture: Path, context: Any
) -> None:
    args: dict[str, Json] = {"event_ref": "e", "path": str(picture)}
    assert upload_image.check(args) == []
    await upload_image.call(args, context)
    assert client.calls == [("events.upload_image", {"event_ref": "e", "filename": "logo.png"})]
    assert bucket.received == [("/up", "image/png", PICTURE)]


async def test_an_answer_without_an_address_is_refused(
    upload_image: UploadPicture, client: FakeClient, picture: Path, context: Any
) -> None:
    client.says("events.upload_image", {"asset_ref": "a"}, {"upload_url": "not an address"})
    for _ in range(2):
        failure = await failing(upload_image, {"event_ref": "e", "path": str(picture)}, context)
        assert "no address to upload to" in failure.message


@pytest.mark.parametrize("path", ["gone.png", ".", "empty.png", "nul\0l.png", "/dev/null"])
async def test_a_file_that_cannot_be_read_is_told_before_anything_is_sent(
    upload_image: UploadPicture,
    client: FakeClient,
    path: str,
    context: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.png").touch()
    failure = await failing(upload_image, {"event_ref": "e", "path": path}, context)
    assert f"`path` is {path}" in failure.message
    assert (failure.kind, failure.open, client.calls) == ("action", False, [])


def test_arguments_of_a_picture_are_checked(upload_image: UploadPicture) -> None:
    check = upload_image.definition.check
    assert "`filename`" in check({"event_ref": "e"})[0]
    assert "`path` must be text" in check({"event_ref": "e", "path": 5})[0]
    assert ".png" in check({"event_ref": "e", "path": "x.gif"})[0]
    assert check({"event_ref": "e"}, {"path"}) == []
    assert check({"event_ref": "e", "filename": "x.png"}, {"path"}) == []
    required = [one.name for one in upload_image.definition.parameters if one.required]
    assert required == ["event_ref"]


# --- files


async def test_an_upload_is_open_once_all_of_it_was_sent(
    bucket: Bucket, session: aiohttp.ClientSession, movie: Path
) -> None:
    file = open_file(str(movie))
    bucket.cut_after = file.size
    with pytest.raises(ActionError) as caught:
        await put_file(session, file, bucket.url, 5)
    assert caught.value.failure.open


async def test_an_upload_that_could_not_begin_is_clear(
    bucket: Bucket, session: aiohttp.ClientSession, movie: Path
) -> None:
    file = open_file(str(movie))
    with pytest.raises(ActionError) as caught:
        await put_file(session, file, "http://127.0.0.1:1/x", 5)
    assert (caught.value.failure.open, caught.value.failure.retryable) == (False, True)
    bucket.status = 403
    with pytest.raises(ActionError, match="answered 403 Forbidden: said"):
        await put_file(session, file, bucket.url, 5)


def test_the_media_type_is_that_of_the_name(tmp_path: Path) -> None:
    odd = tmp_path / "odd.xyzzy"
    odd.write_text("x")
    assert open_file(str(odd)).media_type == "application/octet-stream"


# --- videos


async def test_a_video_is_uploaded_awaited_and_titled(
    upload: UploadVideo, client: FakeClient, bucket: Bucket, movie: Path, context: Any
) -> None:
    waiting: Json = {"id": "u1", "status": "waiting"}
    ready: Json = {"id": "u1", "status": "asset_created", "asset_id": "m1"}
    client.says("videos.upload_status", waiting, BUSY, ready)
    unplayable: Json = [{"video_ref": "v1", "video_mux_asset_id": "m1", "video_mux_data": {}}]
    done = client.replies["videos.list"][0]
    client.says("videos.list", [], unplayable, done)
    args: dict[str, Json] = {
        "path": str(movie), "duration": 60, "title": "Talk", "event_ref": "e1",
    }  # fmt: skip
    assert upload.check(args) == []
    answer = await upload.call(args, context)
    assert isinstance(answer, dict)
    assert (answer["video_ref"], answer["upload_id"], answer["asset_id"]) == ("v1", "u1", "m1")
    assert bucket.received == [("/up", "video/mp4", MOVIE)]
    assert client.calls[0] == ("videos.create_upload", {"duration": 60})
    assert answer["video"] == {"video_ref": "v1", "video_title": "Talk"}
    assert client.calls[-2] == (
        "videos.update",
        {"video_ref": "v1", "title": "Talk", "event_ref": "e1"},
    )
    assert upload.effect(args) == "once"


async def test_without_a_title_nothing_is_updated(
    upload: UploadVideo, client: FakeClient, movie: Path, context: Any
) -> None:
    await upload.call({"path": str(movie), "duration": 60}, context)
    assert "videos.update" not in client.names()


async def test_another_upload_in_progress_is_clear(
    upload: UploadVideo, client: FakeClient, bucket: Bucket, movie: Path, context: Any
) -> None:
    client.says("videos.create_upload", {"id": "u0", "status": "asset_created"})
    failure = await failing(upload, {"path": str(movie), "duration": 60}, context)
    assert "another upload is in progress (asset_created)" in failure.message
    assert (failure.open, failure.retryable, bucket.received) == (False, True, [])


@pytest.mark.parametrize("reply", [{"id": "u1", "status": "errored"}, REJECTED])
async def test_what_fails_after_the_upload_is_open_and_not_repeated(
    upload: UploadVideo, client: FakeClient, movie: Path, context: Any, reply: Any
) -> None:
    client.says("videos.upload_status", reply)
    failure = await failing(upload, {"path": str(movie), "duration": 60}, context)
    assert (failure.open, failure.retryable) == (True, False)
    assert failure.detail == {"upload_id": "u1"}


async def test_a_video_that_is_not_ready_in_time_is_open(
    upload: UploadVideo, client: FakeClient, movie: Path, make_context: Callable[..., Any]
) -> None:
    client.says("videos.list", [])
    failure = await failing(upload, {"path": str(movie), "duration": 60}, make_context(timeout=0.3))
    assert (failure.kind, failure.open) == ("timeout", True)
    assert "give the step a longer `timeout`" in failure.message


async def test_the_loop_goes_on_while_a_file_is_sent(
    upload: UploadVideo, movie: Path, context: Any
) -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0)

    heart = asyncio.create_task(beat())
    await upload.call({"path": str(movie), "duration": 60}, context)
    heart.cancel()
    assert beats > 10


def test_arguments_of_a_video_are_checked(upload: UploadVideo) -> None:
    assert "`duration` is missing" in "; ".join(upload.check({"path": "x"}))
    assert "`duration` is `0`" in "; ".join(upload.check({"path": "x", "duration": 0}))
