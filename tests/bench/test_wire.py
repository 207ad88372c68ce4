from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from beeflow.bench import wire
from beeflow.bench.wire import Receiver, quantile, requests, send, send_steadily
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
SILENT = [b"POST / HTTP/1.1\r\n"]
"""A request that nobody answers: its head does not end."""
REFUSED = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


class Server:
    """Answers with each of `answers` in turn, the last of them for ever."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.under_way: set[asyncio.Task[None] | None] = set()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.under_way.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = head.rpartition(b"Content-Length: ")[2].partition(b"\r")[0]
                await reader.readexactly(int(length))
                writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
                if not self.answers[0]:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(*answers: bytes) -> AsyncIterator[int]:
    """Answer so, and yield the port; at the end every client has to be gone."""
    answer = Server(*answers)
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        async with asyncio.timeout(5):
            await asyncio.gather(*(one for one in answer.under_way if one is not None))


async def test_what_is_refused_is_sent_again_unless_it_is_not_to_be() -> None:
    async with serving(REFUSED, ACCEPTED) as port:
        sent = await send(port, requests(3), 1)
    assert (len(sent.latencies), sent.refused) == (3, 1)
    async with serving(REFUSED, ACCEPTED) as port:
        sent = await send(port, requests(3), 1, again=False)
    assert (len(sent.latencies), sent.refused) == (2, 1)


async def test_another_answer_is_told_and_a_cut_too() -> None:
    async with serving(b"HTTP/1.1 401 No") as port:
        with pytest.raises(UsageError, match="401 No"):
            await send(port, requests(1), 1)
    async with serving(b"") as port:
        with pytest.raises(UsageError, match="closed a connection"):
            await send(port, requests(1), 1)
        with pytest.raises(UsageError, match="closed a connection"):
            await send_steadily(port, requests(1), 1000.0)
    with pytest.raises(UsageError, match="ended"):
        await send(port, requests(1), 1)


async def test_who_is_interrupted_leaves_no_connection_and_nothing_to_be_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(ACCEPTED) as port:
        sending = asyncio.create_task(send(port, SILENT * 2, 2))
        await asyncio.sleep(0.05)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert caplog.text == ""


async def test_what_gets_nowhere_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "STUCK", 0.05)
    async with serving(REFUSED) as port:
        with pytest.raises(UsageError, match=r"no webhook was taken for 0\.05 s, after 0"):
            await send(port, requests(1), 1)
    async with serving(ACCEPTED) as port:
        with pytest.raises(UsageError, match=r"not answered for 0\.05 s"):
            await send_steadily(port, SILENT, 1000.0, connections=1)
    async with Receiver() as receiver:
        with pytest.raises(UsageError, match="of 2 actions 0 came"):
            await receiver.reached(2)


async def test_a_steady_sender_sends_all_and_says_when_each_was_due() -> None:
    async with serving(ACCEPTED) as port:
        due = await send_steadily(port, requests(5), 1000.0, connections=2)
    assert [round(later - due[0], 6) for later in due] == [0.0, 0.001, 0.002, 0.003, 0.004]
    async with serving(REFUSED) as port:
        with pytest.raises(UsageError, match="cannot keep"):
            await send_steadily(port, requests(1), 1000.0)


async def test_a_steady_sender_sends_nothing_before_it_is_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even where the event loop's timers are early."""
    turn = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda _delay: turn(0))
    came: list[float] = []
    over = asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof() and await reader.read(10_000):
            came.append(time.perf_counter())
            writer.write(ACCEPTED)
        writer.close()
        await writer.wait_closed()
        over.set()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        due = await send_steadily(port, requests(4), 500.0, connections=1)
        await over.wait()
    assert len(came) == 4
    assert all(at >= when for at, when in zip(came, due, strict=True))


async def test_the_receiver_notes_when_each_came_also_in_pieces() -> None:
    async with Receiver() as receiver:
        host, port = receiver.url[7:-1].split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b'POST / HTTP/1.1\r\nContent-Length: 15\r\n\r\n{"id":')
        await asyncio.sleep(0.01)
        writer.write(b'"bench-7"}'[:9])
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        await receiver.reached(1)
        writer.close()
    assert list(receiver.at) == [b"bench-7"]


def test_a_quantile_of_little_is_still_one() -> None:
    assert quantile([], 99) == 0.0
    assert quantile([3.0], 99) == 3.0
    assert quantile([1.0, 2.0, 3.0], 50) == 2.0
