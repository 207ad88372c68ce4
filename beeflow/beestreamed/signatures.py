"""The signature of webhooks: `X-Beestreamed-Signature`, page "Webhooks", section "Signatures".

It is the HMAC-SHA256 of the raw body with the webhook's own secret, in lower-case hex.
"""

from __future__ import annotations

import hmac
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER: Final = "X-Beestreamed-Signature"

_HEX = re.compile(r"[0-9a-f]{64}")


def sign(secret: bytes, body: bytes) -> str:
    """Return the signature of `body`: 64 lower-case hex digits."""
    return _digest(secret, body).hex()


def verify(secrets: Sequence[bytes], body: bytes, header_values: Sequence[object]) -> bool:
    """Say whether `body` is signed with one of the secrets.

    `header_values` are all values of the header: anything but one well-formed value is refused.
    Every secret is tried, and compared in constant time, on bytes. An empty secret signs nothing.
    Never raises.
    """
    if len(header_values) != 1:
        return False
    received = header_values[0]
    if not isinstance(received, str) or _HEX.fullmatch(received) is None:
        return False
    valid, given = False, bytes.fromhex(received)
    for secret in secrets:
        matches = hmac.compare_digest(_digest(secret, body), given)
        valid |= matches and bool(secret)
    return valid


def _digest(secret: bytes, body: bytes) -> bytes:
    state = _keyed(secret).copy()
    state.update(body)
    return state.digest()


@lru_cache(maxsize=256)
def _keyed(secret: bytes) -> hmac.HMAC:
    """Return the state after the key, which is the same for every body."""
    return hmac.new(secret, digestmod="sha256")
