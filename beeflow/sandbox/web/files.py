"""Signed links: files are put to the sandbox and got from it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from aiohttp import web

from beeflow.sandbox import media
from beeflow.sandbox.files import MAX_FILE, StoredFile, picture
from beeflow.sandbox.operations.events import STANDARD_PICTURE
from beeflow.sandbox.operations.videos import STANDARD_VIDEO
from beeflow.sandbox.reply import Refusal
from beeflow.sandbox.web.state import SANDBOX

if TYPE_CHECKING:
    from beeflow.sandbox.files import Use

_PIECE = 2**16
_HEADERS = {
    # What was put may be a page: it must not run in the name of the sandbox.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def add_routes(app: web.Application) -> None:
    """Add the links."""
    app.router.add_put("/_sandbox/files/{name:[a-z]+/[A-Za-z0-9_.]+}", put)
    app.router.add_get("/_sandbox/files/{name:[a-z]+/[A-Za-z0-9_.]+}", get)


async def put(request: web.Request) -> web.StreamResponse:
    """Take a file, of any size; `Transfer-Encoding: chunked` will do."""
    name = _allowed(request, "put")
    content, size = bytearray(), 0
    async for piece in request.content.iter_chunked(_PIECE):
        size += len(piece)
        if size <= MAX_FILE:
            content += piece
    kept = bytes(content) if size <= MAX_FILE else b""
    sandbox = request.app[SANDBOX]
    sandbox.files.store(name, StoredFile(kept, request.content_type, size))
    media.file_arrived(sandbox, name)
    return web.Response()


async def get(request: web.Request) -> web.StreamResponse:
    """Give a file back."""
    name = _allowed(request, "get")
    stored = request.app[SANDBOX].files.stored.get(name) or _standard(name)
    if stored is None:
        raise Refusal(404, "There is no such file")
    return web.Response(body=stored.content, content_type=stored.type, headers=_HEADERS)


def _allowed(request: web.Request, use: Use) -> str:
    sandbox, name, query = request.app[SANDBOX], request.match_info["name"], request.query
    marks = query.get("Expires", ""), query.get("Signature", "")
    if not sandbox.files.allows(name, use, *marks, now=sandbox.now()):
        raise Refusal(403, "The link is not valid, or not valid any more")
    return name


@lru_cache(maxsize=2)
def _standard(name: str) -> StoredFile | None:
    content, kind = {
        STANDARD_PICTURE: (picture(), "image/png"),
        STANDARD_VIDEO: (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "video/mp4"),
    }.get(name, (b"", ""))
    return StoredFile(content, kind, len(content)) if content else None
