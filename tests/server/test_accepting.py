from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING, Any

import pytest

from beeflow.server import accepting
from beeflow.server.accepting import Acceptor
from beeflow.server.sockets import bind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Greeting(asyncio.Protocol):
    """Says hello and hangs up."""

    def connection_made(self, transport: Any) -> None:
        transport.write(b"hello")
        transport.close()


class Listener:
    """A socket that listens, but whose `accept` fails at first."""

    def __init__(self, listener: socket.socket, *failures: OSError) -> None:
        self._listener = listener
        self.failures = list(failures)
        self.accepted = 0
        self.fileno, self.close = listener.fileno, listener.close

    def accept(self) -> tuple[socket.socket, Any]:
        if self.failures:
            raise self.failures.pop(0)
        taken = self._listener.accept()
        self.accepted += 1
        return taken


@pytest.fixture
def listener() -> Iterator[Listener]:
    (bound,) = bind("127.0.0.1", 0)
    yield Listener(bound)
    bound.close()


def port_of(listener: Listener) -> int:
    port: int = listener._listener.getsockname()[1]
    return port


def accept(listener: Listener, protocol: Callable[[], asyncio.Protocol] = Greeting) -> Acceptor:
    return Acceptor(listener, protocol)  # type: ignore[arg-type]


async def greeted(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()


async def test_all_that_wait_are_taken_in_a_number_at_a_time(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepting, "MOST_AT_ONCE", 16)
    waiting = [socket.create_connection(("127.0.0.1", port_of(listener))) for _ in range(20)]
    acceptor = accept(listener)
    await asyncio.sleep(0)
    acceptor._accept()
    assert listener.accepted in {16, 20}  # 20 where the loop has looked, too
    assert await greeted(port_of(listener)) == b"hello"
    assert listener.accepted == 21
    acceptor.close()
    for one in waiting:
        one.close()


async def test_when_the_system_has_none_to_give_it_tries_again_later(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(accepting, "PAUSE", 0.01)
    listener.failures = [OSError(errno.EMFILE, "too many open files")]
    acceptor = accept(listener)
    assert await greeted(port_of(listener)) == b"hello"
    acceptor.close()
    assert [record.message for record in caplog.records] == [
        "no connection can be taken in: [Errno 24] too many open files"
    ]


async def test_one_that_goes_away_before_it_is_taken_is_nothing(listener: Listener) -> None:
    listener.failures = [ConnectionAbortedError(), BlockingIOError()]
    acceptor = accept(listener)
    assert await greeted(port_of(listener)) == b"hello"
    acceptor.close()


async def test_one_that_is_lost_while_it_is_taken_is_closed(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_anything: object) -> None:
        raise OSError(errno.ENOTCONN, "not connected")

    monkeypatch.setattr(asyncio.get_running_loop(), "connect_accepted_socket", lost)
    acceptor = accept(listener)
    assert await greeted(port_of(listener)) == b""
    acceptor.close()


async def test_once_closed_it_does_not_try_again(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(accepting, "PAUSE", 0.0)
    listener.failures = [OSError(errno.EMFILE, "too many open files")]
    acceptor = accept(listener)
    acceptor._accept()
    acceptor.close()
    await asyncio.sleep(0.01)
    assert len(caplog.records) == 1  # the loop tells of a socket that is closed
