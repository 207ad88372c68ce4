"""One type of webhook, as its schema tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from beeflow.types import Json, parse_duration

if TYPE_CHECKING:
    from beeflow.beestreamed.shape import Schema


class WebhookType(msgspec.Struct, frozen=True):
    """A webhook type.

    `group` is what is chosen when a webhook is made in the Manage Panel: event, video, signup, poll
    or billing. `schema` describes the whole payload, `sample` is the documented one. `secrets` are
    dotted paths into the payload. `event_ref_field` is the field of `data` that refers to an event.
    Where there is no id, repeats are known by the body, within `window` seconds or for good (None).
    """

    type: str
    group: str
    description: str
    schema: Schema
    sample: dict[str, Json]
    secrets: tuple[str, ...]
    event_ref_field: str | None
    window: float | None


def read_webhook_type(text: bytes) -> WebhookType:
    """Read a `schemas/webhooks/*.schema.json`."""
    schema: dict[str, Any] = msgspec.json.decode(text)
    dedupe = schema.get("x-dedupe")
    return WebhookType(
        type=schema["title"],
        group=schema["x-group"],
        description=schema["description"],
        schema=schema,
        sample=schema["examples"][0],
        secrets=tuple(schema.get("x-secret", ())),
        event_ref_field=schema.get("x-event-ref"),
        window=None if dedupe in {None, "forever"} else parse_duration(dedupe),
    )
