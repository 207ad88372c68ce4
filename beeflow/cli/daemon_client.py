"""A running daemon, asked by its API: for what only the owner of the journal may change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from beeflow.cli.request import TIMEOUT, Answer, Request, local_url, send
from beeflow.errors import ActionError, BeeflowError, Failure, NothingFound, UsageError

if TYPE_CHECKING:
    from beeflow.cli.options import Setup
    from beeflow.errors import JournalLocked
    from beeflow.types import Json

_UNAUTHORIZED = 401
_NOT_FOUND = 404
_REFUSED = range(400, 500)


class DaemonClient(msgspec.Struct, frozen=True):
    """The API of the daemon at `url`."""

    url: str
    password: str | None

    def post(
        self, *path: str, body: Mapping[str, Json], timeout: float = TIMEOUT
    ) -> dict[str, Any]:
        """Ask for a change at `/api/…`; returns the answer, which may take `timeout` seconds.

        Raises `NothingFound`, `UsageError` for what is refused, and `ActionError`.
        """
        headers = {"Content-Type": "application/json"}
        if self.password:
            headers["Authorization"] = f"Bearer {self.password}"
        address = "/".join([self.url, "api", *(quote(part, safe="") for part in path)])
        request = Request("POST", address, json.dumps(body).encode(), headers)
        answer = send(request, timeout)
        value = answer.json
        if answer.fine and isinstance(value, dict):
            return value
        raise self._refused(answer)

    def _refused(self, answer: Answer) -> BeeflowError:
        told = _told(answer)
        if answer.status == _NOT_FOUND:
            return NothingFound(told)
        if answer.status == _UNAUTHORIZED:
            return UsageError(f"the daemon at {self.url} wants its password: set `server.password`")
        if answer.status in _REFUSED:
            return UsageError(told)
        return ActionError(Failure("http", f"the daemon says {told}", status=answer.status))


def _told(answer: Answer) -> str:
    value = answer.json
    if isinstance(value, Mapping):
        return str(value.get("detail") or value.get("error") or answer.status)
    return f"{answer.status}"


def daemon_of(setup: Setup, locked: JournalLocked) -> DaemonClient:
    """Return the daemon that owns the journal; one that did not say where is as configured."""
    server, password = setup.config.server, setup.config.server.password
    revealed = password.reveal(setup.secrets) if password else None
    return DaemonClient(locked.address or local_url(server.host, server.port), revealed)
