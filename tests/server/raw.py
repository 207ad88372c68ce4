"""HTTP by hand: what clients would not send, and answers as they are on the wire."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from server.fakes import sign


@dataclass(frozen=True)
class Reply:
    """An answer; `closed` is whether the connection ended after it."""

    status: int
    headers: dict[str, str]
    body: bytes
    closed: bool = False

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def read_reply(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    lines += ["connection: close"] if not first.startswith("HTTP/1.1") else []
    headers = dict(line.lower().split(": ", 1) for line in lines)
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Reply(int(first.split()[1]), headers, body)


async def send(port: int, request: bytes) -> Reply:
    """Send one request on a connection of its own; says whether the server then closed it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        reply = await asyncio.wait_for(read_reply(reader), 5)
        closed = reply.headers.get("connection") == "close" and await _closes(reader)
        return Reply(reply.status, reply.headers, reply.body, closed)
    finally:
        writer.close()


async def _closes(reader: asyncio.StreamReader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(1), 0.5) == b""
    except TimeoutError:
        return False


def post(path: str, body: bytes, *headers: str, host: str = "localhost") -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def hook(body: bytes, *headers: str, path: str = "/hooks/main") -> bytes:
    """Return a rightly signed webhook."""
    return post(path, body, f"X-Beestreamed-Signature: {sign(body)}", *headers)
