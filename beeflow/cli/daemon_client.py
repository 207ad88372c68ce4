"""A running daemon, asked by its API: for what only the owner of the journal may change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from beeflow.cli.options import Setup
from beeflow.cli.web import Answer, Request, local_url, send
from beeflow.errors import ActionError, Failure, NothingFound, UsageError
from beeflow.types import Json

_UNAUTHORIZED = 401
_NOT_FOUND = 404
_REFUSED = range(400, 500)


@dataclass(frozen=True, slots=True)
class DaemonClient:
    """The API of the daemon at `url`."""

    url: str
    password: str | None

    def get(self, *path: str) -> Json:
        """Read `/api/…`."""
        return self._asked(Request("GET", self._address(path), None, self._headers()))

    def post(self, *path: str, body: Mapping[str, Json] | None = None) -> Json:
        """Ask for a change at `/api/…`."""
        headers = {**self._headers(), "Content-Type": "application/json"}
        content = json.dumps(body or {}).encode()
        return self._asked(Request("POST", self._address(path), content, headers))

    def _address(self, path: tuple[str, ...]) -> str:
        return "/".join([self.url, "api", *(quote(part, safe="") for part in path)])

    def _headers(self) -> dict[str, str]:
        # The bearer says, password or not, that this is no page of somebody else's.
        return {"Authorization": f"Bearer {self.password}"} if self.password else {}

    def _asked(self, request: Request) -> Json:
        answer = send(request)
        if answer.fine:
            return answer.json
        told = _told(answer)
        if answer.status == _NOT_FOUND:
            raise NothingFound(told)
        if answer.status == _UNAUTHORIZED:
            raise UsageError(f"the daemon at {self.url} wants its password: set `server.password`")
        if answer.status in _REFUSED:
            raise UsageError(told)
        raise ActionError(Failure("http", f"the daemon says {told}", status=answer.status))


def _told(answer: Answer) -> str:
    value = answer.json
    if isinstance(value, Mapping):
        return str(value.get("detail") or value.get("error") or answer.status)
    return f"{answer.status}"


def daemon_of(setup: Setup) -> DaemonClient:
    """Return the daemon of a configuration, whether it runs or not."""
    server, password = setup.config.server, setup.config.server.password
    revealed = password.reveal(setup.secrets) if password else None
    return DaemonClient(local_url(server.host, server.port), revealed)
