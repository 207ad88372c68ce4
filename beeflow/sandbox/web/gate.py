"""What every API call passes: the record, faults on demand, and the rate limit."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from beeflow.sandbox import media
from beeflow.sandbox.access import credentials, identify
from beeflow.sandbox.arguments import UnreadableBodyError, read_body, read_pairs
from beeflow.sandbox.calls import RecordedCall
from beeflow.sandbox.reply import Refusal, Reply
from beeflow.sandbox.web.answer import answer, as_json, cut
from beeflow.sandbox.web.state import ARRIVAL, SANDBOX, Arrival

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from beeflow.sandbox.access import Caller
    from beeflow.sandbox.faults import Fault
    from beeflow.sandbox.sandbox import Sandbox
    from beeflow.types import Json

_CONTROLS = "/_sandbox"
_FAULTY_CONTROLS = ("/_sandbox/slack/services/", "/_sandbox/slack/api/", "/_sandbox/files/")
_CUTS = frozenset({"reset", "reset_after"})


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let API calls through the whole gate, controls through the part that is for them."""
    sandbox = request.app[SANDBOX]
    media.catch_up(sandbox)
    path = request.path
    if path != _CONTROLS and not path.startswith(f"{_CONTROLS}/"):
        return await _api_call(request, handler, sandbox)
    if path.startswith(_FAULTY_CONTROLS):
        fault = sandbox.faults.take(request.method, path)
        return await _faulty(request, _plainly(handler), fault)
    if not _same_origin(request):
        return as_json({"error": "this page may not use the sandbox"}, 403)
    return await _plainly(handler)(request)


async def _api_call(request: web.Request, handler: Handler, sandbox: Sandbox) -> web.StreamResponse:
    arrival, record = await _arrive(request, sandbox)
    fault = sandbox.faults.take(request.method, request.path)
    record.fault = None if fault is None else fault.kind
    ARRIVAL.set(arrival)
    response = await _faulty(request, _limited(handler, sandbox, arrival.caller), fault)
    if record.fault not in _CUTS:
        record.status = response.status
    return response


async def _arrive(request: web.Request, sandbox: Sandbox) -> tuple[Arrival, RecordedCall]:
    """Read and record a call; one whose body is too large is recorded without it."""
    found = credentials(request.headers, request.query)
    path_key = request.match_info.get("session_key")
    caller = identify(found, sandbox.settings.account, path_key)
    arrival = await _read(request, caller)
    record = RecordedCall(
        time=sandbox.clock.wall(),
        method=request.method,
        path=request.path,
        query=read_pairs(request.query.items()),
        body=arrival.body,
    )
    return arrival, sandbox.calls.add(record)


async def _read(request: web.Request, caller: Caller) -> Arrival:
    try:
        content = await request.read()
    except web.HTTPRequestEntityTooLarge:
        return Arrival(caller, None, "The body is larger than 1 MiB")
    try:
        return Arrival(caller, read_body(content, request.headers.get("Content-Type", "")), None)
    except UnreadableBodyError as error:
        return Arrival(caller, content.decode("utf-8", "replace"), str(error))


def _limited(handler: Handler, sandbox: Sandbox, caller: Caller) -> Handler:
    """Put the rate limit before a handler: by token, or by address where there is none."""

    async def serve(request: web.Request) -> web.StreamResponse:
        now = sandbox.clock.wall()
        if caller.known:
            wait = sandbox.limit.take("token", now)
        else:
            wait = sandbox.public_limit.take(request.remote or "", now)
        if wait:
            body: Json = {"message": "Too many requests", "status": 429}
            return as_json(body, 429, {"Retry-After": str(wait)})
        return await _plainly(handler)(request)

    return serve


async def _faulty(
    request: web.Request, handler: Handler, fault: Fault | None
) -> web.StreamResponse:
    """Let a call fail in the way that was asked for, or let it go on."""
    if fault is None:
        return await handler(request)
    if fault.kind == "status":
        return answer(_fault_reply(request, fault))
    if fault.kind == "reset":
        return cut(request)
    if fault.kind == "delay":
        await asyncio.sleep(fault.delay)
        return await handler(request)
    await handler(request)
    return cut(request)


def _fault_reply(request: web.Request, fault: Fault) -> Reply:
    """Answer with the status of a fault, in the manner of who is asked."""
    if request.path.startswith(_CONTROLS):
        error = "ratelimited" if fault.status == HTTPStatus.TOO_MANY_REQUESTS else "fatal_error"
        return Reply({"ok": False, "error": error}, fault.status, fault.headers)
    try:
        phrase = HTTPStatus(fault.status).phrase
    except ValueError:
        phrase = "Fault on demand"
    return Reply({"message": phrase, "status": fault.status}, fault.status, fault.headers)


def _plainly(handler: Handler) -> Handler:
    """Let a handler's refusals, and HTTP errors, be answered with JSON."""

    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            return answer(refusal.reply)
        except web.HTTPException as error:
            allow = error.headers.get("Allow")
            headers = {} if allow is None else {"Allow": allow}
            body: Json = {"message": error.reason.capitalize(), "status": error.status}
            return as_json(body, error.status, headers)

    return serve


def _same_origin(request: web.Request) -> bool:
    """Tell a page of ours, or a tool, from a foreign page that a developer happens to look at."""
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host
