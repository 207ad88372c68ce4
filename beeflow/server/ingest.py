"""`POST /hooks/<source>`: the hot path. Everything that can be done once is done before.

The checks run in the order of the table in the reference: path and method, size, encoding,
signature, JSON, envelope, age, dedupe and insert. What is refused before its signature was found
right is told nothing but that.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from beeflow.errors import JournalError, JournalFull, Overloaded
from beeflow.server.acknowledgement import acknowledge
from beeflow.server.answers import Refused, unavailable
from beeflow.server.body import LONGEST, read_body
from beeflow.server.ports import Decoded, Door, Webhooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

    from beeflow.engine.event import NewEvent
    from beeflow.engine.journal.records import Receipt
    from beeflow.server.connection import Connection
    from beeflow.server.gate import Gate
    from beeflow.server.metrics import Meter
    from beeflow.server.telling import Teller

PREFIX = "/hooks/"
SIGNATURE = "X-Beestreamed-Signature"

_log = logging.getLogger(__name__)

NO_SOURCE: Final = ""
"""The source that is told where the path names none: what a stranger wrote makes no series."""

_ABORTED: Final = Refused(400, "aborted")
"""Never sent: the sender went away before all had come."""


@dataclass(frozen=True, slots=True)
class Inlet:
    """What a webhook passes on its way in. `longest` is how many seconds a body may take."""

    webhooks: Webhooks
    door: Door
    gate: Gate
    meter: Meter
    teller: Teller
    now: Callable[[], float] = time.time
    longest: float = LONGEST


class Ingest:
    """Answers webhooks: 202 when the journal has it on disk, and not before."""

    def __init__(self, inlet: Inlet) -> None:
        self._inlet = inlet

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Take one webhook. Raises `Refused` for whatever is not to be taken."""
        started = time.perf_counter()
        source = NO_SOURCE
        try:
            source = self._source(request)
            receipt = await self._take(request, source, started)
        except Refused as refused:
            self._refused(source, refused, request)
            raise
        except ConnectionError:
            self._refused(source, _ABORTED, request)
            raise
        return acknowledge(request, receipt)

    def _told(self, event: NewEvent, receipt: Receipt, started: float) -> None:
        seconds = time.perf_counter() - started
        self._inlet.meter.webhook(event.source, receipt.status)
        self._inlet.meter.acknowledged(seconds)
        self._inlet.teller.taken(event, receipt, seconds)

    def _refused(self, source: str, refused: Refused, request: web.BaseRequest) -> None:
        self._inlet.meter.webhook(source, refused.code)
        self._inlet.teller.refused(source, refused, request.remote)

    def _source(self, request: web.BaseRequest) -> str:
        """Return the source that the path names: most often it is there as it was sent."""
        sources = self._inlet.webhooks.sources()
        source = request.raw_path[len(PREFIX) :]
        if source not in sources:
            source = request.path[len(PREFIX) :]
            if source not in sources:
                refused = Refused(404, "not_found")
                refused.aside = f"there is no source at {request.path[:100]}"
                raise refused
        if request.method != "POST":
            raise Refused(405, "method_not_allowed", headers={"Allow": "POST"})
        return source

    async def _take(self, request: web.BaseRequest, source: str, started: float) -> Receipt:
        inlet = self._inlet
        inlet.gate.check(cast("Connection", request.protocol).arrived)
        body = await read_body(request, inlet.gate, inlet.longest)
        headers = request.headers
        if "Content-Encoding" in headers:
            _check_encoding(headers.getall("Content-Encoding"))
        signatures = headers.getall(SIGNATURE, [])
        if not inlet.webhooks.verify(source, signatures, body):
            raise Refused(401, "invalid_signature")
        decoded = inlet.webhooks.decode(source, body, inlet.now())
        if isinstance(decoded, Decoded):
            receipt = await self._enter(decoded)
            self._told(decoded.event, receipt, started)
            return receipt
        refused = Refused(400, decoded.code)
        refused.aside = decoded.detail
        raise refused

    async def _enter(self, decoded: Decoded) -> Receipt:
        gate = self._inlet.gate
        ticket = gate.begin()
        try:
            return await self._inlet.door.enter(decoded.event, decoded.payload)
        except Overloaded:
            raise unavailable("overloaded") from None
        except JournalFull:
            raise unavailable("journal_full") from None
        except JournalError as error:
            _log.error("a webhook could not be journaled: %s", error)
            raise unavailable("journal_error") from None
        finally:
            gate.end(ticket)


def _check_encoding(encodings: list[str]) -> None:
    """Refuse a body that is not sent as it is; `identity` says that it is."""
    if any(encoding.strip().lower() != "identity" for encoding in encodings):
        raise Refused(415, "unsupported_encoding")
