"""The gate to one host: lets requests through as its rate limit and its circuit breaker allow."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from beeflow.beestreamed import failures
from beeflow.beestreamed.breaker import ALIVE, GIVEN_UP, Breaker, BreakerOpen, Outcome
from beeflow.beestreamed.limits import RateLimiter, TurnTooLate
from beeflow.beestreamed.transport import (
    Answer,
    AnswerTooLarge,
    Outgoing,
    Transport,
    TransportError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.beestreamed.clock import Clock
    from beeflow.beestreamed.failures import Sender

_SHORTEST_PAUSE: Final = 1.0
_GATEWAY = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}


class Gate:
    """Sends requests to `host`, each once. `limit` is in requests a minute."""

    def __init__(
        self, host: str, limit: int, transport: Transport, clock: Clock, wall: Callable[[], float]
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._wall = wall
        self._limiter = RateLimiter(limit, clock=clock)
        self._breaker = Breaker(host, clock=clock)

    @property
    def left(self) -> int:
        """How many requests the rate limit lets through at once now."""
        return self._limiter.left

    async def send(self, outgoing: Outgoing, sender: Sender, deadline: float) -> Answer:
        """Wait for the turn and send. `deadline` is on the clock. Raises `ActionError`."""
        probe = await self._admit(sender, deadline)
        outcome: Outcome = GIVEN_UP
        try:
            answer = await self._transport.send(outgoing, self._patience(deadline))
            outcome = self._heed(answer)
        except TransportError as error:
            outcome = ALIVE if error.sent and not error.timed_out else error.reason
            raise failures.not_answered(sender, error) from error
        except AnswerTooLarge as error:
            outcome = ALIVE
            raise failures.bad_answer(sender, error.status, str(error)) from error
        else:
            return answer
        finally:
            self._limiter.release()
            self._breaker.leave(outcome, probe=probe)

    async def _admit(self, sender: Sender, deadline: float) -> bool:
        """Return when the request may be sent, and whether it is the breaker's probe."""
        patience = self._patience(deadline)
        try:
            async with asyncio.timeout(patience):
                return await self._take_turn(patience)
        except TimeoutError:
            raise failures.out_of_time(sender, patience) from None
        except (BreakerOpen, TurnTooLate) as error:
            raise failures.not_sent(sender, error) from error

    async def _take_turn(self, patience: float) -> bool:
        probe = await self._breaker.enter()
        in_turn = False
        try:
            await self._limiter.acquire(patience)
            in_turn = True
        finally:
            if not in_turn:
                self._breaker.leave(GIVEN_UP, probe=probe)
        return probe

    def _patience(self, deadline: float) -> float:
        """Return the seconds left, a little less: who called us shall not give up first.

        Otherwise nobody would learn that it was the host that did not answer.
        """
        left = deadline - self._clock.now()
        return max(left - min(0.1, left * 0.05), 0.001)

    def _heed(self, answer: Answer) -> Outcome:
        """Pause the host when it asks for it (429), and return what the answer shows of it."""
        wait = failures.retry_after(answer, self._wall())
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            self._limiter.pause(_SHORTEST_PAUSE if wait is None else wait)
        busy = answer.status == HTTPStatus.SERVICE_UNAVAILABLE and wait is None
        return f"answered {answer.status}" if busy or answer.status in _GATEWAY else ALIVE
