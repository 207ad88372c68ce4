"""Webhooks as they arrive: the envelope, what makes one unique, which event it is about.

The payload is documented on the pages of the twenty types. How the platform delivers is not: we
assume at least once and in any order.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.beestreamed import masking
from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.strict_json import OversizeInteger, parse, parse_oversize
from beeflow.errors import WebhookError
from beeflow.types import Json, iso

if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST: Final = 7 * 86400.0
"""Seconds after which a webhook is stale."""

AHEAD: Final = 300.0
"""Seconds that the sender's clock may be ahead."""

_TYPE = re.compile(r"[a-z0-9_.]{1,100}")
_ID = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,200}")
_MAX_TIMESTAMP = 2**53
_DAY = 86400.0
_EVENT_REFS = ("event_ref", "poll_event_ref", "video_event_ref")


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """A webhook, decoded. `timestamp` is in Unix seconds.

    `id` and `timestamp` may be None for billing, whose documented payload has neither.
    """

    type: str
    id: str | None
    timestamp: int | None
    data: dict[str, Json]
    payload: dict[str, Json]


class DedupeKey(msgspec.Struct, frozen=True, gc=False):
    """What makes a webhook unique, within so many seconds or for good (None)."""

    key: str
    window_seconds: float | None


def decode(body: bytes) -> Envelope:
    """Read the body of a webhook.

    Raises `WebhookError` with the code `invalid_json` or `invalid_envelope`.
    """
    try:
        payload = parse(body)
    except OversizeInteger as error:
        raise _oversize(body, error) from None
    except (ValueError, RecursionError) as error:
        raise WebhookError("invalid_json", f"the body is not acceptable JSON: {error}") from None
    if not isinstance(payload, dict):
        raise _refused("the body is not an object")
    return _envelope(payload)


def check_age(envelope: Envelope, now: float) -> None:
    """Refuse a webhook that is too old, or from the future; `now` is in Unix seconds.

    Raises `WebhookError` with the code `stale`.
    """
    sent = envelope.timestamp
    if sent is None or -AHEAD <= now - sent <= OLDEST:
        return
    side = "more than 7 days old" if sent < now else "more than 5 minutes ahead"
    raise WebhookError("stale", f"the webhook is {side}: it is {iso(now)}, its timestamp is {sent}")


def dedupe_key(source: str, envelope: Envelope, body: bytes) -> DedupeKey:
    """Return what makes a webhook unique: its source, type and id.

    Billing webhooks have no documented id, so it is the body; of the two kinds whose identical
    repeat can be real, and of kinds we do not know, for a day only.
    """
    kind = envelope.type
    if envelope.id is not None and not kind.startswith("billing."):
        return DedupeKey(f"webhook/{source}/{kind}/{envelope.id}", None)
    known = load_catalog().webhooks.get(kind)
    window = _DAY if known is None else known.window
    return DedupeKey(f"webhook/{source}/{kind}/sha256:{hashlib.sha256(body).hexdigest()}", window)


def event_ref(type: str, data: Mapping[str, Json]) -> str | None:  # noqa: A002 - it is the payload's word
    """Return the reference of the event that a webhook is about, where it says so.

    It is in the field that the type's schema names, else in whichever of the three there is.
    """
    known = load_catalog().webhooks.get(type)
    declared = () if known is None or known.event_ref_field is None else (known.event_ref_field,)
    for field in (*declared, *_EVENT_REFS):
        value = data.get(field)
        if isinstance(value, str) and value:
            return value
    return None


def mask(type: str, payload: dict[str, Json]) -> Json:  # noqa: A002 - it is the payload's word
    """Return a copy of the payload without its secrets; where it can have none, the payload.

    In a type that we do not know, whatever is secret in the types of its group is masked.
    """
    return masking.mask(payload, _secrets(type))


@lru_cache(maxsize=256)
def _secrets(type: str) -> tuple[str, ...]:  # noqa: A002 - as above
    """Return the paths of what is secret in a type."""
    webhooks = load_catalog().webhooks
    if type in webhooks:
        return webhooks[type].secrets
    group = type.partition(".")[0]
    alike = {path for kind in webhooks.values() if kind.group == group for path in kind.secrets}
    return tuple(sorted(alike))


def _envelope(payload: dict[str, Json]) -> Envelope:
    kind, data = payload.get("type"), payload.get("data")
    if not isinstance(kind, str) or _TYPE.fullmatch(kind) is None:
        raise _refused("`type` is not 1 to 100 characters of a-z, 0-9, `_` and `.`")
    if not isinstance(data, dict):
        raise _refused("`data` is not an object")
    billing = kind.startswith("billing.")
    ident = payload.get("id")
    if ident is None and not billing:
        raise _refused("`id` is missing")
    if ident is not None and (not isinstance(ident, str) or _ID.fullmatch(ident) is None):
        raise _refused("`id` is not a text of 1 to 200 characters without control characters")
    return Envelope(kind, ident, _timestamp(payload, billing), data, payload)


def _timestamp(payload: dict[str, Json], billing: bool) -> int | None:
    stamp = payload.get("timestamp")
    if stamp is None and billing:
        return None
    if isinstance(stamp, int) and not isinstance(stamp, bool) and 0 <= stamp < _MAX_TIMESTAMP:
        return stamp
    raise _refused("`timestamp` is not a whole number of seconds from 0 to 2^53")


def _oversize(body: bytes, error: OversizeInteger) -> WebhookError:
    """Tell a timestamp without measure, a matter of the envelope, from any other such number."""
    try:
        payload = parse_oversize(body)
    except ValueError as other:
        return WebhookError("invalid_json", f"the body is not acceptable JSON: {other}")
    if isinstance(payload, dict) and "timestamp" in payload and payload["timestamp"] is None:
        return _refused("`timestamp` is not a whole number of seconds from 0 to 2^53")
    return WebhookError("invalid_json", f"the body is not acceptable JSON: {error}")


def _refused(message: str) -> WebhookError:
    return WebhookError("invalid_envelope", message)
