"""A Slack that keeps what it is told: an incoming webhook, and `chat.postMessage`."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json

HOOK = "/_sandbox/slack/services/T0SANDBOX/B0SANDBOX/sandbox"
"""The incoming webhook's path."""
API = "/_sandbox/slack/api/"
"""The Web API's base path; a method's name follows."""
TOKEN = "xoxb-sandbox"  # noqa: S105 - any text that begins like a token will do
_LONGEST = 40_000
_KEPT = 2000


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A message as it was posted. `via` is `webhook` or `api`; `time` is Unix seconds."""

    ts: str
    time: float
    via: str
    channel: str
    text: str
    blocks: Json
    username: str | None
    icon_emoji: str | None
    thread_ts: str | None

    def as_json(self) -> dict[str, Json]:
        """Return it as the control shows it."""
        return asdict(self)


@dataclass(slots=True)
class Slack:
    """The latest 2,000 messages, in order."""

    messages: deque[SlackMessage] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _number: int = 0

    def refusal(self, body: Mapping[str, Json]) -> str | None:
        """Return Slack's code for what is wrong with a message, if anything is."""
        text = body.get("text")
        if not isinstance(text, str | None):
            return "invalid_arguments"
        if not text and not body.get("blocks"):
            return "no_text"
        return "msg_too_long" if len(text or "") > _LONGEST else None

    def post(self, body: Mapping[str, Json], via: str, now: float) -> SlackMessage:
        """Keep a message that is not refused."""
        self._number += 1
        message = SlackMessage(
            ts=f"{int(now)}.{self._number:06}",
            time=now,
            via=via,
            channel=_text(body, "channel") or "#general",
            text=_text(body, "text") or "",
            blocks=body.get("blocks"),
            username=_text(body, "username"),
            icon_emoji=_text(body, "icon_emoji"),
            thread_ts=_text(body, "thread_ts"),
        )
        self.messages.append(message)
        return message


def _text(body: Mapping[str, Json], key: str) -> str | None:
    value = body.get(key)
    return value if isinstance(value, str) else None
