"""The inbox over HTTP: `/_sandbox/inbox/NAME` stands for a CRM, a pager, or any other API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.sandbox.inbox import INBOX, Parcel
from beeflow.sandbox.web.answer import as_json
from beeflow.sandbox.web.state import SANDBOX

if TYPE_CHECKING:
    from aiohttp import web

    from beeflow.types import Json


def add_routes(app: web.Application) -> None:
    """Add the inbox, and the control that shows what came in."""
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        app.router.add_route(method, f"{INBOX}{{name:[a-zA-Z0-9_-]{{1,100}}}}", take)
    app.router.add_get("/_sandbox/inbox", parcels)
    app.router.add_delete("/_sandbox/inbox", forget)


async def take(request: web.Request) -> web.StreamResponse:
    """Keep what was sent."""
    sandbox, raw = request.app[SANDBOX], await request.read()
    name = request.match_info["name"]
    sandbox.inbox.parcels.append(Parcel(sandbox.clock.wall(), name, request.method, _body(raw)))
    return as_json({"ok": True})


def _body(raw: bytes) -> Json:
    try:
        body: Json = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return raw.decode("utf-8", "replace")
    return body


async def parcels(request: web.Request) -> web.StreamResponse:
    """Show what came in, in order."""
    return as_json([row.as_json() for row in request.app[SANDBOX].inbox.parcels])


async def forget(request: web.Request) -> web.StreamResponse:
    """Forget what came in."""
    kept = request.app[SANDBOX].inbox.parcels
    count = len(kept)
    kept.clear()
    return as_json({"forgotten": count})
