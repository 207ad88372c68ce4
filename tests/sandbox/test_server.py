from __future__ import annotations

import asyncio
import json
import os
import socket

import aiohttp
import pytest

from beeflow.errors import UsageError
from beeflow.sandbox import Place, Running, ready, run, running_sandbox
from beeflow.sandbox.server import reachable


async def test_ready_tells_all_that_a_client_needs() -> None:
    async with running_sandbox() as running:
        told = ready(running)
    assert json.loads(json.dumps(told)) == told
    assert told["pid"] == os.getpid()
    assert set(told) == {
        "url",
        "pid",
        "token_id",
        "secret_key",
        "session_key",
        "webhook_secret",
        "refs",
        "slack_url",
        "slack_api_url",
        "slack_token",
        "inbox_url",
        "smtp",
    }
    assert isinstance(told["refs"], dict)
    assert set(told["refs"]) == {
        "event",
        "poll",
        "signup",
        "chat",
        "qa",
        "video",
        "upload",
        "client",
        "subdomain",
        "viewer",
        "simulcast",
        "connection",
    }


async def test_it_runs_until_it_is_told_to_stop_with_a_receiver_from_the_start() -> None:
    stop, found = asyncio.Event(), asyncio.Queue[Running]()
    task = asyncio.create_task(
        run(stop, on_ready=found.put_nowait, receiver=("http://127.0.0.1:1/hook", "s"))
    )
    running = await found.get()
    async with (
        aiohttp.ClientSession() as client,
        client.get(running.url + "/_sandbox/webhooks") as answer,
    ):
        (hook,) = await answer.json()
    assert hook["url"] == "http://127.0.0.1:1/hook"
    stop.set()
    await task
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", running.smtp_port)


async def test_without_a_receiver_there_is_none() -> None:
    stop, found = asyncio.Event(), list[Running]()
    stop.set()
    await run(stop, on_ready=found.append)
    assert not found[0].sandbox.outbox.receivers


@pytest.mark.parametrize("which", ["port", "smtp_port"])
async def test_a_place_that_is_taken_is_a_clear_error(which: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        place = Place(port=port) if which == "port" else Place(smtp_port=port)
        with pytest.raises(UsageError, match=f"cannot listen at 127.0.0.1:{port}"):
            async with running_sandbox(place=place):
                pass


async def test_it_runs_over_ip_version_6_where_there_is_one() -> None:
    try:
        async with running_sandbox(place=Place(host="::1")) as running:
            assert running.url.startswith("http://[::1]:")
    except UsageError:
        pytest.skip("this machine has no IPv6")


@pytest.mark.parametrize(
    ("host", "address"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("", "127.0.0.1"), ("10.0.0.5", "10.0.0.5")],
)
def test_a_bind_address_is_told_as_one_that_can_be_reached(host: str, address: str) -> None:
    assert reachable(host) == address
