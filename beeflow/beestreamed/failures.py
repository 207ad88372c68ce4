"""Turns what went wrong with a request into a `Failure`: what to tell, what may be done next."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from beeflow.beestreamed.breaker import BreakerOpen
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from beeflow.beestreamed.limits import TurnTooLate
    from beeflow.beestreamed.transport import Answer, TransportError
    from beeflow.types import Json

_LONGEST_TEXT = 200
_LONGEST_WAIT = 86400.0


class Sender(msgspec.Struct, frozen=True):
    """Who asked, for the message: method and path without secrets, and how it authenticated.

    `hidden` are texts that may not be repeated, should the platform echo them.
    """

    request: str
    writes: bool
    credential: str
    hidden: tuple[str, ...] = ()


def not_answered(sender: Sender, error: TransportError) -> ActionError:
    """Tell of no answer: it is open whether the request took effect unless it was never sent."""
    return ActionError(
        Failure(
            kind="timeout" if error.timed_out else "connection",
            message=f"{sender.request} failed: {error.reason}",
            open=error.sent,
            retryable=True,
            detail={"request": sender.request},
        )
    )


def not_sent(sender: Sender, error: BreakerOpen | TurnTooLate) -> ActionError:
    """Tell that nothing was sent, because the host is silent or the rate limit is used up."""
    silent = isinstance(error, BreakerOpen)
    reason = str(error) if silent else f"it waits for the rate limit, {error}"
    return ActionError(
        Failure(
            kind="connection" if silent else "timeout",
            message=f"{sender.request} was not sent: {reason}",
            retryable=True,
            retry_after=error.wait,
            detail={"request": sender.request},
        )
    )


def out_of_time(sender: Sender, timeout: float) -> ActionError:
    """Tell that the deadline passed while waiting for the turn; nothing was sent."""
    message = f"{sender.request} was not sent: its turn did not come within {timeout:g} s"
    detail: dict[str, Json] = {"request": sender.request}
    return ActionError(Failure("timeout", message, retryable=True, detail=detail))


def bad_answer(sender: Sender, status: int, reason: str) -> ActionError:
    """Tell of a success that cannot be read; a write has then most likely taken effect."""
    message = f"{sender.request} answered {status}, but {reason}"
    return ActionError(
        Failure(
            kind="http",
            message=message,
            status=status,
            open=sender.writes,
            retryable=not sender.writes,
            detail={"request": sender.request},
        )
    )


def error_answer(sender: Sender, answer: Answer, now: float) -> ActionError:
    """Tell of an answer outside of 2xx; `now` is in Unix seconds, for a Retry-After with a date."""
    status, wait = answer.status, retry_after(answer, now)
    busy = status == HTTPStatus.TOO_MANY_REQUESTS
    refused = busy or (status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None)
    fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    text = _said(answer)
    for secret in sender.hidden:
        text = text.replace(secret, "***")
    message = (
        f"{sender.request} answered {status}: {text or _phrase(status)}{_hint(sender, status)}"
    )
    return ActionError(
        Failure(
            kind="http",
            message=message,
            status=status,
            open=fault and not refused,
            retryable=fault or busy,
            retry_after=wait,
            detail={"request": sender.request, "answer": text},
        )
    )


def not_found(sender: Sender) -> ActionError:
    """Tell of a PATCH that changed nothing, because there is no such thing."""
    message = f"{sender.request} changed nothing (rows: 0): not found"
    detail: dict[str, Json] = {"request": sender.request}
    return ActionError(Failure("http", message, status=HTTPStatus.NOT_FOUND.value, detail=detail))


def retry_after(answer: Answer, now: float) -> float | None:
    """Return the seconds of a Retry-After header, also where it is a date; at most a day."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), _LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _said(answer: Answer) -> str:
    """Return what the platform says: `message`, or `error` on the simulcast pages, or the text."""
    try:
        body = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = None
    if isinstance(body, dict):
        for key in ("message", "error"):
            if isinstance(body.get(key), str):
                return str(body[key])[:_LONGEST_TEXT]
    return " ".join(answer.body.decode("utf-8", "replace")[:_LONGEST_TEXT].split())


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no explanation"


def _hint(sender: Sender, status: int) -> str:
    if status == HTTPStatus.UNAUTHORIZED:
        return f" — check {sender.credential}"
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return " — redirects are not followed: check platform.url"
    return ""
