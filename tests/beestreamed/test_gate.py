from __future__ import annotations

import asyncio

import pytest
from beestreamed.fakes import FakeClock, FakeTransport, Reply, answer

from beeflow.beestreamed.breaker import FIRST_COOLDOWN, THRESHOLD
from beeflow.beestreamed.failures import Sender
from beeflow.beestreamed.gate import Gate
from beeflow.beestreamed.transport import AnswerTooLarge, Outgoing, TransportError
from beeflow.errors import ActionError, Failure

GET = Outgoing("GET", "/events", {})
SENDER = Sender("GET /events", writes=False, credential="the token")
REFUSED = TransportError("no connection: refused", sent=False)
RESET = TransportError("the connection was cut", sent=True)
SILENT = TransportError("no answer within 30 s", sent=True, timed_out=True)


class World:
    """A gate after a quiet minute, so that its whole allowance is there."""

    def __init__(self, *replies: Reply, limit: int = 100) -> None:
        self.clock = FakeClock()
        self.transport = FakeTransport(*replies)
        self.gate = Gate("api.example.org", limit, self.transport, self.clock, lambda: 0.0)

    async def ready(self) -> World:
        await self.clock.advance(60)
        return self

    async def send(self, patience: float = 30.0) -> int:
        reply = await self.gate.send(GET, SENDER, self.clock.now() + patience)
        return reply.status

    async def failure(self, patience: float = 30.0) -> Failure:
        with pytest.raises(ActionError) as caught:
            await self.send(patience)
        return caught.value.failure


async def test_an_answer_comes_back_whatever_its_status() -> None:
    world = await World(answer(200), answer(404), answer(500)).ready()
    assert [await world.send() for _ in range(3)] == [200, 404, 500]


async def test_the_transport_is_asked_to_give_up_just_before_the_caller_does() -> None:
    world = await World(answer(200)).ready()
    await world.send(30)
    await world.send(1)
    assert world.transport.timeouts == [pytest.approx(29.9), pytest.approx(0.95)]


async def test_429_pauses_the_host_for_as_long_as_it_says() -> None:
    world = await World(answer(429, {}, retry_after="20"), answer(200)).ready()
    assert await world.send() == 429
    failure = await world.failure(patience=10)
    assert failure.retry_after == pytest.approx(20)
    assert (failure.kind, failure.open, failure.retryable) == ("timeout", False, True)
    assert failure.message == (
        "GET /events was not sent: it waits for the rate limit, its turn comes in 20.0 s"
    )
    assert len(world.transport.sent) == 1
    waiting = asyncio.create_task(world.send(30))
    await world.clock.advance(19.9)
    assert not waiting.done()
    await world.clock.advance(0.2)
    assert await waiting == 200


async def test_429_without_a_word_pauses_it_for_a_second() -> None:
    world = await World(answer(429), answer(200)).ready()
    await world.send()
    waiting = asyncio.create_task(world.send())
    await world.clock.advance(0.9)
    assert not waiting.done()
    await world.clock.advance(0.2)
    assert await waiting == 200


@pytest.mark.parametrize("reply", [REFUSED, SILENT, answer(502), answer(504), answer(503)])
async def test_silence_opens_the_breaker(reply: Reply) -> None:
    world = await World(reply).ready()
    for _ in range(THRESHOLD):
        with pytest.raises((ActionError, AssertionError)):
            assert await world.send() == 200
    failure = await world.failure()
    assert len(world.transport.sent) == THRESHOLD
    assert (failure.kind, failure.open, failure.retryable) == ("connection", False, True)
    assert failure.retry_after == pytest.approx(FIRST_COOLDOWN)
    assert failure.message.startswith(
        "GET /events was not sent: api.example.org is not asked again"
    )


@pytest.mark.parametrize(
    "reply",
    [answer(200), answer(404), answer(500), answer(429), answer(503, {}, retry_after="0"), RESET,
     AnswerTooLarge(200)],
)  # fmt: skip
async def test_whatever_comes_back_keeps_it_closed(reply: Reply) -> None:
    world = await World(reply).ready()
    for _ in range(3 * THRESHOLD):
        task = asyncio.create_task(world.send(60))
        await world.clock.advance(2)
        await asyncio.gather(task, return_exceptions=True)
    assert len(world.transport.sent) == 3 * THRESHOLD


async def test_an_answer_that_is_too_large_is_a_failure() -> None:
    world = await World(AnswerTooLarge(200)).ready()
    failure = await world.failure()
    assert failure.message == "GET /events answered 200, but it is larger than 8 MiB"
    assert failure.status == 200


async def test_one_who_is_cancelled_gives_everything_back() -> None:
    world = await World(answer(200), limit=1).ready()
    world.transport.gate = asyncio.Event()
    task = asyncio.create_task(world.send())
    await world.clock.settle()
    task.cancel()
    await world.clock.settle()
    world.transport.gate = None
    await world.clock.advance(60)
    assert await world.send() == 200


async def test_a_probe_that_cannot_get_its_turn_leaves_its_place() -> None:
    pause = answer(429, {}, retry_after="40")
    replies = [REFUSED] * 4 + [pause] + [REFUSED] * THRESHOLD + [answer(200)]
    world = await World(*replies).ready()
    for _ in range(4):
        await world.failure()
    await world.send()
    await world.clock.advance(40)
    for _ in range(THRESHOLD):
        await world.failure()
    world.gate._limiter.pause(20)
    await world.clock.advance(FIRST_COOLDOWN)
    assert "rate limit" in (await world.failure(patience=10)).message
    await world.clock.advance(20)
    assert await world.send() == 200


async def test_in_real_time_the_deadline_also_ends_the_waiting_in_line() -> None:
    world = await World(answer(200), limit=1).ready()
    await world.send()
    first = asyncio.create_task(world.send(1000))
    await world.clock.settle()
    failure = await world.failure(patience=0.05)
    assert failure.kind == "timeout"
    assert failure.message.startswith("GET /events was not sent: its turn did not come within")
    assert (failure.open, failure.retryable) == (False, True)
    await world.clock.advance(60)
    assert await first == 200
