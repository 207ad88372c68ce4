"""The pages: `/`, `/login`, and the files they are made of, read once and kept in memory."""

from __future__ import annotations

from pathlib import Path

import msgspec
from aiohttp import web

from beeflow.server.answers import Refused, as_json
from beeflow.server.auth import COOKIE, Doorkeeper, session_token
from beeflow.server.body import Room, read_json
from beeflow.server.sessions import LIFETIME

_STATIC = Path(__file__).parent / "static"

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class File(msgspec.Struct, frozen=True):
    """A static file in memory."""

    body: bytes
    kind: str

    def answer(self, status: int = 200) -> web.Response:
        """Return it as an answer."""
        return web.Response(status=status, body=self.body, headers={"Content-Type": self.kind})


class _Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the login page sends."""

    password: str


class Pages:
    """Serves the dashboard."""

    def __init__(self, doorkeeper: Doorkeeper, room: Room) -> None:
        self._doorkeeper = doorkeeper
        self._room = room
        self._files = {
            path.name: File(path.read_bytes(), _KINDS[path.suffix])
            for path in _STATIC.iterdir()
            if path.suffix in _KINDS
        }

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the pages and what they are made of."""
        router.add_get("/", self.index)
        router.add_get("/login", self.login)
        router.add_post("/login", self.log_in)
        router.add_post("/logout", self.log_out)
        router.add_get("/favicon.svg", self.favicon)
        router.add_get("/static/{name}", self.static)

    async def index(self, _request: web.Request) -> web.Response:
        """Show the dashboard."""
        return self._files["index.html"].answer()

    async def login(self, _request: web.Request) -> web.Response:
        """Show the login page."""
        return self._files["login.html"].answer()

    def login_instead(self, refused: Refused) -> web.Response:
        """Show the login page to one who is not logged in: a 401 with something to look at."""
        answer = self._files["login.html"].answer(refused.status)
        answer.headers.update(refused.headers or {})
        return answer

    async def favicon(self, _request: web.Request) -> web.Response:
        """Show the icon."""
        return self._files["favicon.svg"].answer()

    async def static(self, request: web.Request) -> web.Response:
        """Serve a part of a page; there are no others than those read at the start."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise Refused(404, "not_found")
        return file.answer()

    async def log_in(self, request: web.Request) -> web.Response:
        """Take the password, give a session's cookie."""
        body = await read_json(request, self._room)
        try:
            shown = msgspec.json.decode(body, type=_Login)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise Refused(400, "bad_request", 'send {"password": "…"}') from None
        self._doorkeeper.try_password(shown.password, request.remote or "")
        answer = as_json({"status": "ok"})
        answer.set_cookie(
            COOKIE,
            self._doorkeeper.sessions.open(),
            max_age=int(LIFETIME),
            httponly=True,
            samesite="Strict",
            secure=_is_secure(request),
        )
        return answer

    async def log_out(self, request: web.Request) -> web.Response:
        """End the session."""
        await read_json(request, self._room)
        token = session_token(request)
        if token is not None:
            self._doorkeeper.sessions.close(token)
        answer = as_json({"status": "ok"})
        answer.del_cookie(COOKIE)
        return answer


def _is_secure(request: web.Request) -> bool:
    """Whether the browser came by https, to a proxy before us."""
    return request.secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"
