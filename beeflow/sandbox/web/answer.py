"""Answers as HTTP, and the cutting of connections."""

from __future__ import annotations

import json
import socket
import struct
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from beeflow.sandbox.reply import Reply
    from beeflow.types import Json

_NO_LINGER = struct.pack("ii", 1, 0)


def answer(reply: Reply) -> web.Response:
    """Make an HTTP answer of a reply."""
    return as_json(reply.body, reply.status, dict(reply.headers))


def as_json(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with JSON, in ASCII as the platform's samples are."""
    return web.json_response(body, status=status, headers=headers, dumps=json.dumps)


def cut(request: web.Request) -> web.Response:
    """Cut the connection of a request with a reset; the answer returned goes nowhere."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        transport.abort()
    return web.Response()
