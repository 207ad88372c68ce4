"""`videos.upload_file`: a file of this machine becomes a video of the channel.

Three pages make one action: "Create upload link", a PUT to that link, and "Get upload status"
until the platform has made a video of it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from msgspec.structs import replace

from beeflow.actions.definition import Args, Context, DefinedAction
from beeflow.actions.platform.client import Budget, PlatformClient
from beeflow.actions.platform.files import open_file, put_file
from beeflow.actions.platform.upload_definitions import UPLOAD_VIDEO, define_upload
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp

    from beeflow.beestreamed.catalog import Catalog
    from beeflow.types import Json

Answer = TypeVar("Answer")

_FAILED = frozenset({"errored", "cancelled", "timed_out"})
"""The upload statuses after which no video comes (Mux's; the platform documents no others)."""


class Pace(msgspec.Struct, frozen=True):
    """How often to ask whether the video is ready: seconds, growing by half up to `longest`."""

    first: float = 1.0
    longest: float = 15.0


_PACE: Final = Pace()


class UploadVideo(DefinedAction):
    """Uploads a file, and waits until the platform lists it as a video that can be played."""

    def __init__(
        self,
        catalog: Catalog,
        client: PlatformClient,
        session: aiohttp.ClientSession,
        pace: Pace = _PACE,
    ) -> None:
        self.definition = define_upload(catalog)
        self._client = client
        self._session = session
        self._pace = pace

    async def call(self, args: Args, context: Context) -> Json:
        """Upload the file; returns `video_ref`, `upload_id`, `asset_id` and `video`."""
        budget = Budget.of(context.timeout)
        file = open_file(str(args["path"]))
        link = await self._link(args, budget)
        await put_file(self._session, file, link.url, budget.left(_late("uploaded")))
        try:
            return await self._settled(link, args, budget)
        except ActionError as error:
            # The file is there: whatever failed since, a repetition would make a second video.
            detail = {**(error.failure.detail or {}), "upload_id": link.upload_id}
            failure = replace(error.failure, open=True, retryable=False, detail=detail)
            raise ActionError(failure) from None

    async def _link(self, args: Args, budget: Budget) -> _Link:
        upload = await self._client.call(
            "videos.create_upload",
            {"duration": args["duration"]},
            timeout=budget.left(_late("begun")),
        )
        answer = upload if isinstance(upload, dict) else {}
        url, upload_id = answer.get("url"), answer.get("id")
        if isinstance(url, str) and upload_id:
            return _Link(url, str(upload_id))
        message = f"{UPLOAD_VIDEO}: another upload is in progress ({answer.get('status')})"
        raise ActionError(Failure("action", message, retryable=True))

    async def _settled(self, link: _Link, args: Args, budget: Budget) -> Json:
        asset_id = await self._until(budget, lambda left: self._asset(link, left))
        video = await self._until(budget, lambda left: self._video(asset_id, left))
        given = {name: args[name] for name in ("title", "event_ref") if name in args}
        if given:
            await self._client.call(
                "videos.update",
                {"video_ref": video["video_ref"], **given},
                timeout=budget.left(_late("titled"), open_=True),
            )
            video = await self._until(budget, lambda left: self._details(video, left))
        return {
            "video_ref": video["video_ref"],
            "upload_id": link.upload_id,
            "asset_id": asset_id,
            "video": video,
        }

    async def _until(
        self, budget: Budget, ask: Callable[[float], Awaitable[Answer | None]]
    ) -> Answer:
        pause = self._pace.first
        while True:
            left = budget.left(_late("ready"), open_=True)
            try:
                answer = await ask(left)
            except ActionError as error:
                if not error.failure.retryable:
                    raise
                answer, pause = None, max(pause, error.failure.retry_after or 0.0)
            if answer is not None:
                return answer
            await asyncio.sleep(min(pause, budget.left(_late("ready"), open_=True)))
            pause = min(1.5 * pause, self._pace.longest)

    async def _asset(self, link: _Link, left: float) -> str | None:
        upload = await self._client.call(
            "videos.upload_status", {"upload_id": link.upload_id}, timeout=left
        )
        answer = upload if isinstance(upload, dict) else {}
        if answer.get("status") in _FAILED:
            message = f"{UPLOAD_VIDEO}: the upload ended as {answer['status']}"
            raise ActionError(Failure("action", message))
        asset_id = answer.get("asset_id")
        return str(asset_id) if asset_id else None

    async def _details(self, video: dict[str, Json], left: float) -> dict[str, Json]:
        ref = {"video_ref": video["video_ref"]}
        read = await self._client.call("videos.get", ref, timeout=left)
        return read if isinstance(read, dict) else video

    async def _video(self, asset_id: str, left: float) -> dict[str, Json] | None:
        """Return the video made of an asset, once it has something to play."""
        listed = await self._client.call("videos.list", {}, timeout=left, pages=1)
        for video in listed if isinstance(listed, list) else ():
            if isinstance(video, dict) and video.get("video_mux_asset_id") == asset_id:
                mux = video.get("video_mux_data")
                return video if isinstance(mux, dict) and mux.get("playback_id") else None
        return None


class _Link(msgspec.Struct, frozen=True):
    url: str
    upload_id: str


def _late(what: str) -> str:
    mend = "give the step a longer `timeout`"
    return f"{UPLOAD_VIDEO}: the time was over before the video was {what}; {mend}"
