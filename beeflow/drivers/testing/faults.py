"""Faults of a test: what becomes of a call that is answered an error, or not at all.

What may be repeated is as in the daemon (recipe language, section 5): a 429, or a 503 that says
when to come again, is a clear refusal; of any other 5xx it is open whether the call took effect,
and so it is of one that was cut off or timed out.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from beeflow.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


def failure_of(
    action: str, status: int | None, kind: str | None, headers: Mapping[str, Json]
) -> Failure:
    """Return the failure of a call of `action`, by HTTP status or by how it was not answered."""
    if status is not None:
        return _answered(action, status, _retry_after(headers))
    if kind == "timeout":
        return Failure("timeout", f"`{action}` timed out", open=True, retryable=True)
    if kind == "refused":
        return Failure("connection", f"`{action}`: connection refused", retryable=True)
    message = f"`{action}` was cut off after it was sent"
    return Failure("connection", message, open=True, retryable=True)


def _answered(action: str, status: int, wait: float | None) -> Failure:
    busy = status == HTTPStatus.TOO_MANY_REQUESTS
    refused = busy or (status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None)
    fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Failure(
        "http",
        f"`{action}` answered {status}{_phrase(status)}",
        status=status,
        open=fault and not refused,
        retryable=fault or busy,
        retry_after=wait,
    )


def _retry_after(headers: Mapping[str, Json]) -> float | None:
    for name, value in headers.items():
        text = str(value).strip()
        if name.lower() == "retry-after" and text.isascii() and text.isdecimal():
            return float(text)
    return None


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
