"""A sandbox that runs, a client to it, and a clock that stands still until it is pushed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp
from aiohttp import web

from beeflow.beestreamed.catalog import load_catalog

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from beeflow.sandbox import Running, Settings
    from beeflow.sandbox.seed import Refs

START = 1_790_000_000.0


@dataclass
class Wall:
    """The time outside, which passes only when told."""

    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str]


class Inbox:
    """A receiver of webhooks that answers as it is told, in turn; 202 in the end."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, str]] = []
        self.answers: list[int] = []

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.received.append((body, request.headers.get("X-Beestreamed-Signature", "")))
        return web.Response(status=self.answers.pop(0) if self.answers else 202)


@dataclass
class Site:
    """Calls a running sandbox with its token, unless told otherwise."""

    running: Running
    client: aiohttp.ClientSession
    wall: Wall
    inbox: Inbox
    """Receives all webhooks, signed with the account's secret."""

    @property
    def refs(self) -> Refs:
        return self.running.sandbox.refs

    @property
    def kinds(self) -> list[str]:
        """The types of the webhooks that came in."""
        return [payload["type"] for payload in self.payloads]

    @property
    def payloads(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body, _ in self.inbox.received]

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: bool = True,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> Answer:
        """Call the API; `body` is sent as JSON."""
        account = self.running.sandbox.settings.account
        basic = aiohttp.encode_basic_auth(account.token_id, account.secret_key)
        sent = {"Authorization": basic} if token else {}
        if body is not None:
            options["json"] = body
        url = path if path.startswith("http") else self.running.url + path
        async with self.client.request(
            method, url, headers=sent | (headers or {}), **options
        ) as answer:
            content = await answer.read()
            is_json = content and answer.content_type == "application/json"
            parsed = json.loads(content) if is_json else content
            return Answer(answer.status, parsed, dict(answer.headers))

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.call("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return await self.call("POST", path, body, **options)

    async def patch(self, path: str, body: Any = None, **options: Any) -> Answer:
        return await self.call("PATCH", path, body, **options)

    async def delete(self, path: str, body: Any = None, **options: Any) -> Answer:
        return await self.call("DELETE", path, body, **options)

    async def life(self, step: str, **order: Any) -> Answer:
        """Press a button."""
        return await self.post("/_sandbox/life", {"do": step, **order})

    async def pass_time(self, length: str) -> Answer:
        """Let the sandbox's time pass."""
        return await self.post("/_sandbox/clock", {"advance": length})

    async def settled(self) -> None:
        """Wait until every webhook has been delivered or given up."""
        await self.running.courier.settled()


def path_of(action: str, refs: Refs, session_key: str) -> str:
    """Return the path of an action, on what is seeded."""
    values = {
        "event_ref": refs.event,
        "poll_ref": refs.poll,
        "chat_ref": refs.chat,
        "signup_ref": refs.signup,
        "video_ref": refs.video,
        "upload_id": refs.upload,
        "viewer_id": refs.viewer,
        "client_ref": refs.client,
        "session_key": session_key,
    }
    return load_catalog().operations[action].path.format(**values)


class Open(Protocol):
    """Starts a sandbox with settings of its own."""

    def __call__(self, settings: Settings = ..., /) -> AbstractAsyncContextManager[Site]: ...
