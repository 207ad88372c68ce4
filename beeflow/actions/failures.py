"""How a call failed, in the terms of the effects table (recipe language, section 5).

======================================= ====== ========= ======================
what happened                           open   retryable
======================================= ====== ========= ======================
refused, no route, no such name         no     yes       nothing was sent
cut or timed out after sending          yes    yes       it may have been done
429, 503 with Retry-After               no     yes       not before Retry-After
other 5xx                               yes    yes       it may have been done
4xx                                     no     no        rejected
======================================= ====== ========= ======================
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yarl import URL

    from beeflow.types import Json

_EXCERPT = 300
_LONGEST_WAIT = 86400.0
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?", re.ASCII)


def refusal(message: str, *, detail: Mapping[str, Json] | None = None) -> ActionError:
    """Make an error for what certainly was not done, and never will be as it stands."""
    return ActionError(Failure("action", message, detail=detail))


def status_failure(what: str, status: int, headers: Mapping[str, str], body: str) -> Failure:
    """Classify an answer that is not what was asked for. `headers` ignore case."""
    said = excerpt(body)
    message = f"{what} answered {status}{_phrase(status)}" + (f": {said}" if said else "")
    after = retry_after(headers)
    clear = status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.SERVICE_UNAVAILABLE and after is not None
    )
    fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Failure(
        "http",
        message,
        status=status,
        open=fault and not clear,
        retryable=fault or clear,
        retry_after=after if clear else None,
        detail={"body": body[:_EXCERPT]} if body else None,
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `Retry-After` asks for, as a number or a date; at most a day."""
    text = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), _LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return min(max(0.0, (when - datetime.now(UTC)).total_seconds()), _LONGEST_WAIT)


def excerpt(text: str) -> str:
    """Return the beginning of an answer as one line."""
    line = " ".join(text[: 4 * _EXCERPT].split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"


def plain_url(url: URL) -> str:
    """Return an address without what may be secret in it: user, password, query, fragment."""
    return str(url.with_user(None).with_query(None).with_fragment(None))


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
