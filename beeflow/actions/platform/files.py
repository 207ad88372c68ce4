"""Files of this machine, put to an address that the platform gave out."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import stat
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import aiohttp
import msgspec
from msgspec.structs import replace

from beeflow.actions.failures import refusal, status_failure
from beeflow.actions.transport import transport_failure
from beeflow.errors import ActionError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_CHUNK = 256 * 1024
_CONNECT = 10.0


class LocalFile(msgspec.Struct, frozen=True):
    """A regular file that can be read, and its size in bytes."""

    path: Path
    size: int

    @property
    def media_type(self) -> str:
        """The media type that its name suggests."""
        return mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"


def open_file(path: str) -> LocalFile:
    """Find a file. Raises `ActionError` with the mend; nothing was sent then."""
    file = Path(path).expanduser()
    try:
        status = file.stat()
        readable = os.access(file, os.R_OK)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise refusal(f"`path` is {path}, which cannot be read: {reason}") from None
    if not stat.S_ISREG(status.st_mode) or not readable or not status.st_size:
        raise refusal(f"`path` is {path}, which is not a file that can be read, or is empty")
    return LocalFile(file, status.st_size)


async def put_file(
    session: aiohttp.ClientSession, file: LocalFile, url: str, seconds: float
) -> None:
    """Stream the file to `url`. Raises `ActionError`; open only once all of it had been sent."""
    label = f"the upload of {file.path.name}"
    source = await asyncio.to_thread(file.path.open, "rb")
    stream = _Stream(source, file.size)
    try:
        async with session.put(
            url,
            data=stream.chunks(),
            headers={"Content-Length": str(file.size), "Content-Type": file.media_type},
            timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=min(_CONNECT, seconds)),
            allow_redirects=False,
        ) as response:
            body = await response.content.read(1024)
            status, headers = response.status, response.headers
    except aiohttp.InvalidURL:
        raise refusal(f"{label}: the platform gave no address to upload to") from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        failure = transport_failure(label, error)
        raise ActionError(replace(failure, open=failure.open and stream.is_sent)) from None
    finally:
        source.close()
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise ActionError(status_failure(label, status, headers, body.decode("utf-8", "replace")))


class _Stream:
    """A file in pieces, read off the event loop; sent as soon as its last piece is handed over."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source = source
        self._left = size

    @property
    def is_sent(self) -> bool:
        """Whether all of it may have reached the server."""
        return self._left <= 0

    async def chunks(self) -> AsyncIterator[bytes]:
        while chunk := await asyncio.to_thread(self._source.read, _CHUNK):
            self._left -= len(chunk)
            yield chunk
