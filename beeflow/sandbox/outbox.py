"""Webhooks on their way out: who receives what, and what became of each delivery."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.types import Json

GROUPS = ("event", "video", "signup", "poll", "billing")
"""What a webhook can be made to listen for (page "Webhooks: Introduction")."""

_KEPT = 2000

DeliveryStatus = Literal["pending", "retrying", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Receiver:
    """A webhook as it is made in the Manage Panel: its own secret, its own choice of groups."""

    id: int
    url: str
    secret: str
    groups: tuple[str, ...] = GROUPS


@dataclass(slots=True)
class Delivery:
    """One message to one receiver. `body` is what is signed and sent, to the byte."""

    number: int
    receiver: Receiver
    type: str
    id: str | None
    body: bytes
    created: float
    status: DeliveryStatus = "pending"
    attempts: int = 0
    answer: str = ""
    """The status of the last answer, or why there was none."""


def encode(payload: Mapping[str, Json]) -> bytes:
    r"""Write a payload as the samples are written: ASCII, with `\/` for a slash.

    A receiver that verifies the signature over anything but the bytes it got fails here, as it
    would fail with the platform.
    """
    return json.dumps(payload, separators=(",", ":")).replace("/", r"\/").encode("ascii")


@dataclass(slots=True)
class Outbox:
    """The receivers and the deliveries to them, the latest 2,000 of which are kept."""

    receivers: dict[int, Receiver] = field(default_factory=dict)
    deliveries: deque[Delivery] = field(default_factory=lambda: deque(maxlen=_KEPT))
    on_delivery: Callable[[Delivery], None] | None = None
    """Called with each new delivery, by whoever carries them out."""
    _number: int = 0
    _receiver_id: int = 0

    def register(self, url: str, secret: str, groups: tuple[str, ...] = GROUPS) -> Receiver:
        """Add a receiver; one with the same URL and secret is replaced."""
        for known in list(self.receivers.values()):
            if (known.url, known.secret) == (url, secret):
                del self.receivers[known.id]
        self._receiver_id += 1
        receiver = Receiver(self._receiver_id, url, secret, groups)
        self.receivers[receiver.id] = receiver
        return receiver

    def post(self, payload: Mapping[str, Json], created: float) -> list[Delivery]:
        """Put a payload out to every receiver that listens for its group."""
        kind, id_ = str(payload["type"]), payload.get("id")
        group = kind.partition(".")[0]
        body = encode(payload)
        posted: list[Delivery] = []
        for receiver in self.receivers.values():
            if group in receiver.groups:
                self._number += 1
                name = id_ if isinstance(id_, str) else None
                posted.append(Delivery(self._number, receiver, kind, name, body, created))
        self.deliveries.extend(posted)
        if self.on_delivery is not None:
            for delivery in posted:
                self.on_delivery(delivery)
        return posted
