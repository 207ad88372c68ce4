"""An event: whatever may start a run. Webhooks, schedules and people enter by the same door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


class NewEvent(msgspec.Struct, frozen=True, gc=False):
    """An event that is not in the journal yet.

    `key` makes it unique: the same key again is a duplicate (within `window` seconds, or for
    good). `source` is the name of a webhook source, or one of `schedule`, `event_start`,
    `watch`, `run` and `manual`. `type` is the webhook's type, or the source again. `body` is
    the payload as JSON text in UTF-8, for a webhook the very bytes that were received.
    """

    key: str
    source: str
    type: str
    received_at: float
    body: bytes
    payload_id: str | None = None
    event_ref: str | None = None
    window: float | None = None


class Event(msgspec.Struct, frozen=True, gc=False):
    """An event as the journal has it. `payload` is the decoded body."""

    id: str
    key: str
    source: str
    type: str
    received_at: float
    payload: Mapping[str, Json]
    payload_id: str | None = None
    event_ref: str | None = None
