"""The front: every request passes here. Webhooks go straight on, the rest through the routes.

aiohttp's parser refuses most of what two programs could read differently (two lengths, length
and chunked, two hosts, folded headers); what it lets pass of that kind is refused here.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

import msgspec
from aiohttp import HttpVersion10, HttpVersion11, web

from beeflow.errors import BeeflowError, JournalError, NothingFound, Overloaded, UsageError
from beeflow.server.answers import Refused, refusal, unavailable
from beeflow.server.guard import SECURITY_HEADERS, Guard
from beeflow.server.plain import PREFIX

if TYPE_CHECKING:
    from beeflow.server.connection import Connection
    from beeflow.server.dashboard.pages import Pages
    from beeflow.server.ingest import Ingest

_log = logging.getLogger(__name__)

_VERSIONS = (HttpVersion11, HttpVersion10)

Routes = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Doors(msgspec.Struct, frozen=True):
    """Where requests go: webhooks, those for people past the guard, those who must log in."""

    ingest: Ingest
    guard: Guard
    pages: Pages


class Front:
    """Answers every request, with JSON for whatever goes wrong."""

    def __init__(self, doors: Doors, routes: Routes) -> None:
        self._ingest = doors.ingest
        self._guard = doors.guard
        self._pages = doors.pages
        self._routes = routes

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, whatever becomes of it."""
        connection = cast("Connection", request.protocol)  # as `listening` makes them
        connection.begin()
        try:
            return await self._answer(request)
        finally:
            connection.end()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        hook = request.raw_path.startswith(PREFIX)
        try:
            check(request)
            if hook or request.path.startswith(PREFIX):
                return await self._ingest(request)
            answer = await self._route(request)
        except Refused as refused:
            answer = refusal(refused)
        except ConnectionError:
            answer = refusal(Refused(400, "bad_request", close=True))  # nobody is there to read it
        except Exception:  # noqa: BLE001 - the end of a request: what went wrong here is ours
            _log.exception("could not answer %s %s", request.method, request.path)
            answer = refusal(Refused(500, "internal", close=True))
        return answer if hook else _hardened(answer)

    async def _route(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            self._guard.admit(request)
            return await self._routes(request)
        except web.HTTPMethodNotAllowed as error:
            allowed = ", ".join(sorted(error.allowed_methods))
            raise Refused(405, "method_not_allowed", headers={"Allow": allowed}) from None
        except web.HTTPException as error:
            code = error.reason.lower().replace(" ", "_")
            raise Refused(error.status, code) from None
        except BeeflowError as error:
            refused = as_refused(error)
            if refused.status == web.HTTPUnauthorized.status_code and request.path == "/":
                return self._pages.login_instead(refused)
            raise refused from error


def as_refused(error: BeeflowError) -> Refused:
    """Say what an error of ours means to who asked."""
    match error:
        case Refused():
            return error
        case NothingFound():
            return Refused(404, "not_found", str(error))
        case UsageError():
            return Refused(400, "bad_request", str(error))
        case Overloaded():
            return unavailable("overloaded")
        case JournalError():
            return unavailable("journal_error", str(error))
        case _:
            raise error


def check(request: web.BaseRequest) -> None:
    """Refuse what another program might read as a different request."""
    headers = request.headers
    if "Transfer-Encoding" in headers:
        coding = headers["Transfer-Encoding"].strip().lower()
        if coding != "chunked" or request.version != HttpVersion11:
            raise _ambiguous()
    if request.version not in _VERSIONS or request.method == "CONNECT":
        raise _ambiguous()
    if not request.raw_path.startswith("/") and _other_host(request):
        raise _ambiguous()


def _other_host(request: web.BaseRequest) -> bool:
    """Whether the target names a host (RFC 9112, 3.2.2) that is not the one in `Host`."""
    authority = request.raw_path.partition("://")[2].partition("/")[0].partition("?")[0]
    return authority.lower() != request.headers.get("Host", "").lower()


def _ambiguous() -> Refused:
    return Refused(400, "bad_request", close=True)


def _hardened(answer: web.StreamResponse) -> web.StreamResponse:
    """Add the headers that keep browsers from doing more with an answer than showing it."""
    for name, value in SECURITY_HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
