from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from actions.http.wire import OK, Wire, saying

from beeflow.actions.http.connection import MAX_ANSWER, MAX_HEADER
from beeflow.actions.http.outgoing import prepare
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from beeflow.actions.http.connection import Answer
    from beeflow.actions.http.pool import Pool


async def send(pool: Pool, wire: Wire, method: str = "POST", seconds: float = 5.0) -> Answer:
    url = f"http://127.0.0.1:{wire.port}/"
    return await pool.send(prepare({"url": url, "method": method}, seconds))


async def failure(pool: Pool, answer: bytes, method: str = "POST", seconds: float = 5.0) -> Failure:
    async with saying(answer) as wire:
        with pytest.raises(ActionError) as caught:
            await send(pool, wire, method, seconds)
    return caught.value.failure


async def test_what_only_announces_the_answer_is_passed_over(loopback_pool: Pool) -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    async with saying(early + OK) as wire:
        answer = await send(loopback_pool, wire)
    assert (answer.status, answer.body) == (200, b"ok")
    assert answer.header(b"link") == ""
    assert answer.header(b"content-length") == "2"


async def test_the_answer_to_head_has_no_body_whatever_length_it_tells(loopback_pool: Pool) -> None:
    async with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n") as wire:
        answer = await send(loopback_pool, wire, "HEAD")
    assert (answer.status, answer.body) == (200, b"")


async def test_an_answer_without_a_length_ends_with_the_connection(loopback_pool: Pool) -> None:
    async with saying(b"HTTP/1.0 200 OK\r\n\r\nall of it") as wire:
        wire.after = lambda writer: writer.close()
        assert (await send(loopback_pool, wire)).body == b"all of it"


async def test_chunks_are_put_together_and_what_trails_them_left_out(loopback_pool: Pool) -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: 1\r\n\r\n"
    )
    async with saying(chunked, OK) as wire:
        answer = await send(loopback_pool, wire)
        assert (answer.body, answer.header(b"x-late")) == (b"abcde", "")
        assert (await send(loopback_pool, wire)).body == b"ok"
    assert wire.connections == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"nonsense\r\n\r\n", "the answer cannot be read"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "cannot be read"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "cannot be read",
        ),
        (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            "another",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "before the whole answer was there"),
        (b"", "before the whole answer was there"),
    ],
)
async def test_what_is_no_whole_answer_is_open(
    loopback_pool: Pool, answer: bytes, said: str
) -> None:
    async with saying(answer) as wire:
        wire.after = lambda writer: writer.close()
        with pytest.raises(ActionError) as caught:
            await send(loopback_pool, wire)
    found = caught.value.failure
    assert (found.kind, found.open, found.retryable) == ("connection", True, True)
    assert said in found.message


async def test_neither_header_nor_body_grows_without_end(loopback_pool: Pool) -> None:
    long = b"HTTP/1.1 200 OK\r\nX: " + b"x" * MAX_HEADER + b"\r\n\r\n"
    assert "a header of more than 64 KiB" in (await failure(loopback_pool, long)).message
    told = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (MAX_ANSWER + 1)
    found = await failure(loopback_pool, told)
    assert (found.kind, found.open) == ("limit", True)
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MAX_ANSWER + 1)
    assert (await failure(loopback_pool, endless)).kind == "limit"


@pytest.mark.parametrize(
    "begins",
    [
        b"HTTP/1.1 200 ",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ",
    ],
    ids=["reason", "field", "name", "chunk", "trailer"],
)
async def test_no_line_of_an_answer_grows_without_end(loopback_pool: Pool, begins: bytes) -> None:
    found = await failure(loopback_pool, begins + b"x" * (8 * MAX_HEADER))
    assert (found.kind, found.open) == ("limit", True)
    assert "has more than 64 KiB" in found.message


async def test_an_answer_is_not_announced_without_end(loopback_pool: Pool) -> None:
    found = await failure(loopback_pool, b"HTTP/1.1 100 Continue\r\n\r\n" * 4000)
    assert found.kind == "limit"


async def test_an_answer_that_stalls_is_given_up_in_time(loopback_pool: Pool) -> None:
    stalled = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
    found = await failure(loopback_pool, stalled, seconds=0.05)
    assert (found.kind, found.open, found.retryable) == ("timeout", True, True)
    assert "no answer in time" in found.message
