"""Mails that were delivered to the sandbox, kept as they came and readable in parts."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import MessageError
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import EmailMessage

    from beeflow.types import Json

_KEPT = 1000
_SHOWN = 100_000
_HEADERS = ("From", "To", "Cc", "Reply-To", "Date", "Message-ID")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its envelope and its content as it was sent. `time` is Unix seconds."""

    time: float
    sender: str
    recipients: tuple[str, ...]
    content: bytes

    def as_json(self) -> dict[str, Json]:
        """Return it as the control shows it: envelope, headers that matter, texts, all of it."""
        return {
            "time": self.time,
            "from": self.sender,
            "to": list(self.recipients),
            **_read(self.content),
            "raw": self.content.decode("utf-8", "replace")[:_SHOWN],
        }


@dataclass(slots=True)
class Mailbox:
    """The latest 1,000 mails, in order."""

    mails: deque[Mail] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def clear(self) -> None:
        """Forget all mails."""
        self.mails.clear()


@lru_cache(maxsize=_KEPT)
def _read(content: bytes) -> dict[str, Json]:
    """Read a mail's headers and texts; reading is slow, and the page asks every second."""
    message = message_from_bytes(content, policy=policy.default)
    headers: dict[str, Json] = {name: _header(message, name) for name in _HEADERS}
    return {
        "subject": _header(message, "Subject"),
        "headers": headers,
        "text": _part(message, "plain"),
        "html": _part(message, "html"),
    }


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        value = message.get(name)
    except (MessageError, LookupError, ValueError):  # a hostile header may not parse
        return None
    return None if value is None else str(value)


def _part(message: EmailMessage, kind: str) -> str | None:
    try:
        body = message.get_body((kind,))
        content = None if body is None else body.get_content()
    except (MessageError, LookupError, ValueError):  # unknown charset, broken encoding
        return None
    return content[:_SHOWN] if isinstance(content, str) else None
