"""Anybody else's API: an address that takes whatever is sent, and keeps it to be looked at."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beeflow.types import Json

INBOX = "/_sandbox/inbox/"
"""The base path; a name of one's own follows, such as `crm`."""
_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was sent to `name`. `body` is its JSON, else its text; `time` is Unix seconds."""

    time: float
    name: str
    method: str
    body: Json

    def as_json(self) -> dict[str, Json]:
        """Return it as the control shows it."""
        return asdict(self)


@dataclass(slots=True)
class Inbox:
    """The latest 2,000 parcels, in order."""

    parcels: deque[Parcel] = field(default_factory=lambda: deque(maxlen=_KEPT))
