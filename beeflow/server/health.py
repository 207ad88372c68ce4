"""`/healthz`, `/readyz` and `/metrics`: for machines, open to all."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from aiohttp import web

from beeflow.errors import JournalError
from beeflow.server.answers import RETRY_AFTER, as_json
from beeflow.server.metrics import CONTENT_TYPE, Meter

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import History
    from beeflow.server.gate import Gate
    from beeflow.server.ports import Operator


class Health:
    """Whether the process lives, whether it can accept, and its numbers."""

    def __init__(self, operator: Operator, history: History, gate: Gate, meter: Meter) -> None:
        self._operator = operator
        self._history = history
        self._gate = gate
        self._meter = meter

    async def alive(self, _request: web.Request) -> web.Response:
        """200 as long as anything is answered at all."""
        return as_json({"status": "ok"})

    async def ready(self, _request: web.Request) -> web.Response:
        """200 when webhooks can be accepted, else 503 with the reasons."""
        reasons = list(self._operator.troubles())
        if self._gate.closing:
            reasons.append("shutting down")
        if not reasons:
            return as_json({"status": "ready", **await self._unknown()})
        answer = as_json({"status": "not_ready", "reasons": reasons}, 503)
        answer.headers["Retry-After"] = RETRY_AFTER
        return answer

    async def _unknown(self) -> dict[str, int]:
        """Return how many runs wait for a person's answer, where any do: it hinders nobody."""
        try:
            unknown = (await self._history.standing()).unknown
        except JournalError:
            return {}
        return {"unknown_runs": unknown} if unknown else {}

    async def metrics(self, _request: web.Request) -> web.Response:
        """Everything that is counted, as Prometheus reads it."""
        with contextlib.suppress(JournalError):  # the rest is told all the more then
            self._meter.stands(await self._history.standing())
        return web.Response(body=await self._meter.text(), headers={"Content-Type": CONTENT_TYPE})
