from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from beeflow.actions.notify import NotifySend
from beeflow.errors import ActionError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

# apprise imports a module of the standard library that goes away in Python 3.13.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
async def received() -> AsyncIterator[tuple[list[dict[str, Any]], str]]:
    mails: list[dict[str, Any]] = []

    async def answer(request: web.Request) -> web.Response:
        mails.append(await request.json())
        return web.Response(status=500 if request.path == "/broken" else 200)

    app = web.Application()
    app.router.add_post("/{tail}", answer)
    server = TestServer(app)
    await server.start_server()
    yield mails, f"json://127.0.0.1:{server.port}"
    await server.close()


async def test_a_notification_is_sent(received: Any, context: Any) -> None:
    messages, url = received
    answer = await NotifySend().call({"url": f"{url}/fine", "title": "T", "body": "B"}, context)
    assert answer == {"ok": True}
    assert (messages[0]["title"], messages[0]["message"]) == ("T", "B")


async def test_what_was_not_delivered_is_open_and_told(received: Any, context: Any) -> None:
    _, url = received
    with pytest.raises(ActionError) as caught:
        await NotifySend().call({"url": f"{url}/broken", "body": "B"}, context)
    assert caught.value.failure.open
    assert "not delivered: " in caught.value.failure.message


async def test_an_unknown_service_is_refused(context: Any) -> None:
    with pytest.raises(ActionError, match="does not know this kind of `url`") as caught:
        await NotifySend().call({"url": "pigeon://coop", "body": "B"}, context)
    assert not caught.value.failure.open


async def test_the_time_limit_is_kept(received: Any, make_context: Callable[..., Any]) -> None:
    _, url = received
    with pytest.raises(ActionError) as caught:
        await NotifySend().call({"url": url, "body": "B"}, make_context(timeout=0.0))
    assert (caught.value.failure.kind, caught.value.failure.open) == ("timeout", True)
