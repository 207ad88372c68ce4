"""What Slack says when it refuses, and what to do about it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from beeflow.actions.failures import excerpt, retry_after, status_failure
from beeflow.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

MENDS: Mapping[str, str] = {
    "channel_not_found": "check the channel's name, and invite the bot to a private one",
    "not_in_channel": "invite the bot to the channel: /invite @its-name",
    "is_archived": "unarchive the channel, or name another",
    "channel_is_archived": "unarchive the channel, or name another",
    "invalid_auth": "the token is wrong: make a new one, and put it into the connection's `token`",
    "not_authed": "the token is missing: put it into the connection's `token`",
    "account_inactive": "the token's account is gone: make a new token",
    "token_revoked": "the token was revoked: make a new one",
    "token_expired": "the token has expired: make a new one",
    "missing_scope": "give the bot the scope chat:write (for `username` also .customize)",
    "no_text": "give `text` or `blocks`",
    "msg_too_long": "shorten the text",
    "invalid_blocks": "check the blocks with Slack's Block Kit Builder",
    "invalid_payload": "check `blocks` with Slack's Block Kit Builder",
    "restricted_action": "an administrator does not allow posting there",
    "action_prohibited": "an administrator does not allow posting there",
    "posting_to_general_channel_denied": "an administrator does not allow posting there",
    "no_service": "the incoming webhook is gone: put a new one into the connection's `url`",
    "no_active_hooks": "the incoming webhook is off: make a new one, and put it into `url`",
    "invalid_token": "the webhook's address is wrong: copy it again into the connection's `url`",
    "thread_not_found": "check `thread_ts`: it is the `ts` of a message in the same channel",
    "ratelimited": "wait",
}
"""By the error that Slack names (its pages on chat.postMessage and incoming webhooks)."""

_OPEN = frozenset({"internal_error", "fatal_error", "service_unavailable", "team_added_to_org"})
_LATER = _OPEN | {"ratelimited", "rate_limited", "request_timeout"}


def named_error(label: str, code: str, status: int, headers: Mapping[str, str]) -> Failure:
    """Classify an error that Slack names, in an answer of any status."""
    mend = MENDS.get(code)
    message = f"{label}: Slack says {excerpt(code) or status}" + (f": {mend}" if mend else "")
    limited = code in {"ratelimited", "rate_limited"}
    return Failure(
        "http",
        message,
        status=status,
        open=code in _OPEN,
        retryable=code in _LATER,
        retry_after=retry_after(headers) if limited else None,
        detail={"error": code},
    )


def answer_failure(label: str, status: int, headers: Mapping[str, str], body: str) -> Failure:
    """Classify an answer that is not a success: 429 and 5xx by status, the rest by name."""
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return status_failure(label, status, headers, body)
    return named_error(label, body.strip(), status, headers)
