"""The fake Slack over HTTP: an incoming webhook and the part of the Web API that posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from beeflow.sandbox.arguments import UnreadableBodyError, read_body
from beeflow.sandbox.slack import API, HOOK
from beeflow.sandbox.web.answer import as_json
from beeflow.sandbox.web.state import SANDBOX

if TYPE_CHECKING:
    from beeflow.types import Json


def add_routes(app: web.Application) -> None:
    """Add the incoming webhook, the Web API, and the control that shows what was posted."""
    app.router.add_post(HOOK, incoming)
    app.router.add_post("/_sandbox/slack/services/{rest:.*}", _no_service)
    app.router.add_post(f"{API}chat.postMessage", post_message)
    app.router.add_post(f"{API}auth.test", auth_test)
    app.router.add_post(f"{API}{{method:.*}}", _unknown_method)
    app.router.add_get("/_sandbox/slack/messages", messages)
    app.router.add_delete("/_sandbox/slack/messages", forget)


async def incoming(request: web.Request) -> web.StreamResponse:
    """Take a message as an incoming webhook does: `ok`, or 400 with a code as text."""
    body, slack = await _body(request), request.app[SANDBOX].slack
    if body is None:
        return web.Response(status=400, text="invalid_payload")
    refusal = slack.refusal(body)
    if refusal is not None:
        return web.Response(status=400, text=refusal)
    slack.post(body, "webhook", request.app[SANDBOX].clock.wall())
    return web.Response(text="ok")


async def post_message(request: web.Request) -> web.StreamResponse:
    """Take a message as `chat.postMessage` does: always 200, `ok` tells whether it went well."""
    body, slack = await _body(request), request.app[SANDBOX].slack
    error = _auth_error(request, body) or ("invalid_json" if body is None else None)
    if error is None and body is not None:
        channel = body.get("channel")
        known = isinstance(channel, str) and channel
        error = slack.refusal(body) if known else "channel_not_found"
    if error is not None or body is None:
        return as_json({"ok": False, "error": error})
    message = slack.post(body, "api", request.app[SANDBOX].clock.wall())
    shown: Json = {"type": "message", "text": message.text, "ts": message.ts}
    return as_json({"ok": True, "channel": message.channel, "ts": message.ts, "message": shown})


async def auth_test(request: web.Request) -> web.StreamResponse:
    """Tell whether a token is one."""
    error = _auth_error(request, await _body(request))
    if error is not None:
        return as_json({"ok": False, "error": error})
    return as_json({"ok": True, "team": "Sandbox", "user": "beeflow", "bot_id": "B0SANDBOX"})


async def messages(request: web.Request) -> web.StreamResponse:
    """Show what was posted, in order."""
    return as_json([message.as_json() for message in request.app[SANDBOX].slack.messages])


async def forget(request: web.Request) -> web.StreamResponse:
    """Forget what was posted."""
    posted = request.app[SANDBOX].slack.messages
    count = len(posted)
    posted.clear()
    return as_json({"forgotten": count})


async def _no_service(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=404, text="no_service")


async def _unknown_method(request: web.Request) -> web.StreamResponse:
    method = request.match_info["method"]
    return as_json({"ok": False, "error": "unknown_method", "req_method": method})


async def _body(request: web.Request) -> dict[str, Json] | None:
    try:
        content_type = request.headers.get("Content-Type", "")
        body = read_body(await request.read(), content_type)
    except UnreadableBodyError:
        return None
    if body is None:
        return {}
    if isinstance(body, dict) and isinstance(body.get("payload"), str):
        return _payload(str(body["payload"]))
    return body if isinstance(body, dict) else None


def _payload(text: str) -> dict[str, Json] | None:
    """Read the older form of incoming webhooks: a form with all of it in `payload`."""
    try:
        body = read_body(text.encode("utf-8", "replace"), "application/json")
    except UnreadableBodyError:
        return None
    return body if isinstance(body, dict) else None


def _auth_error(request: web.Request, body: dict[str, Json] | None) -> str | None:
    """Return what is wrong with the token; any text that begins like one will do."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = token if scheme.lower() == "bearer" else (body or {}).get("token")
    if not given:
        return "not_authed"
    return None if isinstance(given, str) and given.startswith("xox") else "invalid_auth"
