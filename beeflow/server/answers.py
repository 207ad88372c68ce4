"""Answers: JSON for what is asked, and one shape of refusal for all that is not to be had.

A refusal is `{"error": code}`, with a `detail` for people where the asker may know one.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web
from multidict import CIMultiDict

from beeflow.errors import BeeflowError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RETRY_AFTER = "5"
"""Seconds after which a sender that was told 503 may try again."""

JSON_HEADERS = CIMultiDict({"Content-Type": "application/json", "Server": "beeflow"})


class Refused(BeeflowError):  # noqa: N818 - it reads as what it says
    """A request is refused: `status` and `code` for the asker's program, `detail` for people.

    With `close` the connection ends too, because what is left of the request is not to be read.
    `aside` is for our own log, and never sent.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        close: bool = False,
    ) -> None:
        super().__init__(detail or code)
        self.aside: str | None = None
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
        self.close = close


def refusal_of(refused: Refused) -> dict[str, str]:
    """Return what is told of it."""
    body = {"error": refused.code}
    if refused.detail is not None:
        body["detail"] = refused.detail
    return body


def refusal(refused: Refused) -> web.Response:
    """Return the answer that says so."""
    answer = as_json(refusal_of(refused), refused.status)
    if refused.headers is not None:
        answer.headers.update(refused.headers)
    if refused.close:
        answer.force_close()
    return answer


def unavailable(code: str, detail: str | None = None) -> Refused:
    """Return a 503 that says when to come back."""
    return Refused(503, code, detail, headers={"Retry-After": RETRY_AFTER})


def as_json(data: Any, status: int = 200) -> web.Response:
    """Return `data` as an answer; any text is safe in it, lone surrogates too."""
    return json_bytes(json.dumps(data).encode("ascii"), status)


async def as_json_aside(make: Callable[[], Any]) -> web.Response:
    """Return what `make` returns as an answer, made and written in a thread.

    A list may be of everything there is: on the event loop it would hold up every webhook.
    """
    return json_bytes(await asyncio.to_thread(lambda: _encoded(make())), 200)


def _encoded(data: Any) -> bytes:
    """Write JSON, a list item by item: in between, other threads may have their turn."""
    if isinstance(data, list):
        return f"[{', '.join([json.dumps(item) for item in data])}]".encode("ascii")
    return json.dumps(data).encode("ascii")


def json_bytes(body: bytes, status: int) -> web.Response:
    """Return an answer from JSON that is bytes already."""
    return web.Response(body=body, status=status, headers=JSON_HEADERS)
