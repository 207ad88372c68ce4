"""What the sandbox answers: a `Reply`, or a `Refusal` raised on the way to one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beeflow.errors import BeeflowError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


@dataclass(frozen=True, slots=True)
class Reply:
    """A JSON answer: its body, status and headers beside the usual ones."""

    body: Json
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(BeeflowError):  # noqa: N818 - it reads as what it says
    """The call is answered with an error; the body is `{"message", "status"}` as documented.

    `field` is the name of the key that holds the text: the pages on simulcast targets call it
    `error` instead of `message`.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        field: str = "message",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.reply = Reply({field: message, "status": status}, status, headers or {})


def done(message: str) -> Reply:
    """Answer `{"message", "status": 200}`."""
    return Reply({"message": message, "status": 200})


def affected(message: str, rows: int) -> Reply:
    """Answer `{"message", "rows"}`; rows is 0 when nothing was changed."""
    return Reply({"message": message, "rows": rows})


def wrapped(data: Json) -> Reply:
    """Answer `{"data", "status": 200}`."""
    return Reply({"data": data, "status": 200})
