"""`POST /hooks/<source>`: the hot path. Everything that can be done once is done before.

The checks run in the order of the table in the reference: path and method, size, encoding,
signature, JSON, envelope, age, dedupe and insert. What is refused before its signature was found
right is told nothing but that.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, cast

import msgspec
from aiohttp import hdrs

from beeflow.errors import JournalError, JournalFull, Overloaded
from beeflow.server import wire
from beeflow.server.acknowledgement import acknowledge
from beeflow.server.answers import Refused, unavailable
from beeflow.server.body import LONGEST, read_body
from beeflow.server.plain import PREFIX, SIGNATURE
from beeflow.server.ports import Decoded, Door, Webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from aiohttp import web

    from beeflow.engine.journal.records import Receipt
    from beeflow.server.connection import Connection
    from beeflow.server.gate import Gate
    from beeflow.server.metrics import Meter
    from beeflow.server.telling import Teller

_log = logging.getLogger(__name__)

NO_SOURCE: Final = ""
"""The source that is told where the path names none: what a stranger wrote makes no series."""

_ABORTED: Final = Refused(400, "aborted")
"""Never sent: the sender went away before all had come."""


class Inlet(msgspec.Struct, frozen=True):
    """What a webhook passes on its way in. `longest` is how many seconds a body may take."""

    webhooks: Webhooks
    door: Door
    gate: Gate
    meter: Meter
    teller: Teller
    now: Callable[[], float] = time.time
    longest: float = LONGEST


class Ingest:
    """Answers webhooks: 202 when the journal has it on disk, and not before.

    There are two ways to it. Plain ones come from the connection by `straight` and are answered in
    bytes; all others come as aiohttp's requests. What is checked, and in which order, is the same.
    """

    def __init__(self, inlet: Inlet) -> None:
        self._inlet = inlet

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Take one webhook. Raises `Refused` for whatever is not to be taken."""
        inlet, started = self._inlet, time.perf_counter()
        source = NO_SOURCE
        try:
            source = self._source(request)
            _check_method(request.method)
            inlet.gate.check(cast("Connection", request.protocol).arrived)
            body = await read_body(request, inlet.gate, inlet.longest)
            headers = request.headers
            if hdrs.CONTENT_ENCODING in headers:
                _check_encoding(headers.getall(hdrs.CONTENT_ENCODING))
            receipt = await self._take(source, headers.getall(SIGNATURE, ()), body, started)
        except Refused as refused:
            self._refused(source, refused, request.remote)
            raise
        except ConnectionError:
            self._refused(source, _ABORTED, request.remote)
            raise
        return acknowledge(request, receipt)

    def sources(self) -> Collection[str]:
        """Return the names under `/hooks/`."""
        return self._inlet.webhooks.sources()

    async def straight(
        self, source: str, signatures: Sequence[str], body: bytes, connection: Connection
    ) -> bytes:
        """Take one webhook that is plain; returns the answer as it goes over the wire."""
        try:
            self._inlet.gate.check(connection.arrived)
            receipt = await self._take(source, signatures, body, connection.arrived)
        except Refused as refused:
            self._refused(source, refused, connection.remote)
            return wire.refusal(refused)
        except Exception:  # noqa: BLE001 - the end of a request: what went wrong here is ours
            _log.exception("could not answer POST %s%s", PREFIX, source)
            connection.close()
            return wire.refusal(Refused(500, "internal", close=True))
        return wire.acknowledgement(receipt)

    def _refused(self, source: str, refused: Refused, remote: str | None) -> None:
        self._inlet.meter.webhook(source, refused.code)
        self._inlet.teller.refused(source, refused, remote)

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
        return source

    async def _take(
        self, source: str, signatures: Sequence[str], body: bytes, started: float
    ) -> Receipt:
        """Take in what is all there, from the check of its signature on."""
        inlet = self._inlet
        if not inlet.webhooks.verify(source, signatures, body):
            raise Refused(401, "invalid_signature")
        decoded = inlet.webhooks.decode(source, body, inlet.now())
        if isinstance(decoded, Decoded):
            receipt = await self._enter(decoded)
            seconds = time.perf_counter() - started
            inlet.meter.webhook(source, receipt.status)
            inlet.meter.acknowledged(seconds)
            inlet.teller.taken(decoded.event, receipt, seconds)
            return receipt
        refused = Refused(400, decoded.code)
        refused.aside = decoded.detail
        raise refused

    async def _enter(self, decoded: Decoded) -> Receipt:
        gate = self._inlet.gate
        ticket = gate.begin() if gate.has_room else await gate.turn()
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


def _check_method(method: str) -> None:
    if method != "POST":
        raise Refused(405, "method_not_allowed", headers={"Allow": "POST"})


def _check_encoding(encodings: list[str]) -> None:
    """Refuse a body that is not sent as it is; `identity` says that it is."""
    if any(encoding.strip().lower() != "identity" for encoding in encodings):
        raise Refused(415, "unsupported_encoding")
