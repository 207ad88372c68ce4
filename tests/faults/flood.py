"""The flood: webhooks at a rate that does not ask whether the daemon keeps up.

    python -m faults.flood PORT RATE SECONDS NAME

Sends so many new webhooks a second, each once, over connections that are kept; one that finds all
connections waiting for an answer is not sent at all. Tells, as JSON, what became of them.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from typing import TYPE_CHECKING, cast

from acceptance.house import SECRET, SOURCE, webhook

from beeflow.beestreamed.signatures import HEADER, sign

if TYPE_CHECKING:
    from collections.abc import Iterable

CONNECTIONS = 200
TICK = 0.005
LAST = 10.0
"""Seconds that the last answers may take."""


@dataclass(slots=True)
class Tally:
    """What became of the webhooks; times in seconds."""

    offered: int = 0
    unsent: int = 0
    cut: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0
    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a flood."""

    seconds: float
    offered: int
    unsent: int
    cut: int
    accepted: int
    refused: int
    others: dict[int, int]
    without_retry_after: int
    accepted_p99: float
    refused_p99: float

    @classmethod
    def of(cls, tally: Tally, seconds: float) -> Told:
        """Sum a tally up."""
        others = {code: count for code, count in tally.statuses.items() if code not in {202, 503}}
        return cls(
            seconds,
            tally.offered,
            tally.unsent,
            tally.cut,
            tally.statuses[202],
            tally.statuses[503],
            others,
            tally.without_retry_after,
            p99(tally.accepted),
            p99(tally.refused),
        )


def p99(times: list[float]) -> float:
    """Return the time within which 99 of 100 are."""
    return quantiles(times, n=100)[-1] if len(times) > 1 else 0.0


def request(name: str, number: int) -> bytes:
    """Return one signed webhook as it goes over the wire."""
    ident = f"{name}-{number}"
    body = webhook("event.updated.status", {"event_ref": ident, "status": "live"}, ident)
    head = (
        f"POST /hooks/{SOURCE} HTTP/1.1\r\nHost: localhost\r\n"
        f"{HEADER}: {sign(SECRET.encode(), body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Sender(asyncio.Protocol):
    """One connection, with at most one request under way."""

    def __init__(self, tally: Tally, idle: deque[_Sender]) -> None:
        self._tally = tally
        self._idle = idle
        self._transport: asyncio.WriteTransport | None = None
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._idle.append(self)

    def send(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            self._tally.cut += 1
            return
        self._sent = time.perf_counter()
        self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        took = time.perf_counter() - self._sent
        tally, status = self._tally, int(data[9:12])
        tally.statuses[status] += 1
        (tally.accepted if status == 202 else tally.refused).append(took)
        if status == 503 and b"Retry-After:" not in data:
            tally.without_retry_after += 1
        self._idle.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None


async def flood(port: int, rate: float, seconds: float, name: str) -> Told:
    """Send at this rate for so long."""
    loop = asyncio.get_running_loop()
    tally, idle = Tally(), deque[_Sender]()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: _Sender(tally, idle), "127.0.0.1", port)
    began = time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        for number in range(tally.offered, int(rate * passed)):
            tally.offered += 1
            if idle:
                idle.popleft().send(request(name, number))
            else:
                tally.unsent += 1
        await asyncio.sleep(TICK)
    await _answered(tally)
    return Told.of(tally, seconds)


async def _answered(tally: Tally) -> None:
    """Wait for the last answers."""
    deadline = time.perf_counter() + LAST
    sent = tally.offered - tally.unsent - tally.cut
    while sum(tally.statuses.values()) < sent and time.perf_counter() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(TICK)


def main(arguments: Iterable[str]) -> None:
    """Flood, and tell."""
    port, rate, seconds, name = arguments
    told = asyncio.run(flood(int(port), float(rate), float(seconds), name))
    print(json.dumps(asdict(told)))  # noqa: T201 - how a script tells


if __name__ == "__main__":
    main(sys.argv[1:])
