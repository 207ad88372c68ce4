"""A request to the platform, before it has an address and credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


class Request(msgspec.Struct, frozen=True):
    """What to send.

    `path` is percent-encoded, `query` is not yet. `body` is sent as JSON; None: there is no body.
    `masked_path` is `path` with secret parameters masked, for people.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Json] | None
    masked_path: str

    @property
    def target(self) -> str:
        """Path and query, as they stand in the request line."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path
