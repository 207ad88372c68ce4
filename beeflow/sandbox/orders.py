"""What the controls under `/_sandbox` take: closed vocabularies, with a hint at every mistake."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

import msgspec

from beeflow.beestreamed.strict_json import parse
from beeflow.errors import UsageError
from beeflow.sandbox.faults import Fault, Rule
from beeflow.types import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\x20-\x7e]{0,1000}")
_LONGEST_DELAY = 3600.0
_FURTHEST = 366 * 86400.0
_FASTEST = 100_000.0

Group = Literal["event", "video", "signup", "poll", "billing"]
GROUPS: tuple[Group, ...] = get_args(Group)
Positive = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]

LifeStep = Literal[
    "create_event",
    "delete_event",
    "go_live",
    "end",
    "recording",
    "join",
    "leave",
    "sign_up",
    "chat",
    "ask",
    "poll",
    "open_poll",
    "close_poll",
    "vote",
    "reset_key",
    "disable_key",
]
"""What the buttons of the page do."""


class ReceiverOrder(msgspec.Struct, frozen=True):
    """`POST /_sandbox/webhooks`: registers a receiver, as the Manage Panel does."""

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/]", max_length=2000)]
    secret: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    groups: Annotated[tuple[Group, ...], msgspec.Meta(min_length=1)] = GROUPS

    def checked_url(self) -> str:
        """Return the URL; raises `UsageError` where nothing can be sent to it."""
        try:
            reachable = bool(urlsplit(self.url).hostname) and self.url.isprintable()
        except ValueError:
            reachable = False
        if not reachable:
            raise UsageError(f"`url`: {self.url[:200]!r} is not a URL, write http://host/path")
        return self.url


class EmitOrder(msgspec.Struct, frozen=True):
    """`POST /_sandbox/emit`: the documented sample of `type`, with what is given on top."""

    type: str
    data: dict[str, Any] = {}
    id: str | None = None
    timestamp: int | None = None
    keys_updated: list[Any] | None = None
    delivery: dict[str, Any] | None = None
    message: str | None = None


class MatchOrder(msgspec.Struct, frozen=True):
    """Which calls a fault is for; any method and any path unless given."""

    method: Text | None = None
    path: Text | None = None


class FaultOrder(msgspec.Struct, frozen=True):
    """`POST /_sandbox/faults`: the next calls that match fail in one of four ways."""

    match: MatchOrder = MatchOrder()
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    reset: bool = False
    reset_after: bool = False
    delay: float | str | None = None
    times: Positive | None = 1
    headers: dict[str, str] = {}

    def rule(self) -> Rule:
        """Return the rule that is asked for; raises `UsageError`."""
        method = self.match.method and self.match.method.upper()
        return Rule(self._fault(), method, self.match.path, self.times)

    def _fault(self) -> Fault:
        ways = [self.status is not None, self.reset, self.reset_after, self.delay is not None]
        if sum(ways) != 1:
            raise UsageError("give exactly one of `status`, `reset`, `reset_after` and `delay`")
        for name, value in self.headers.items():
            if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
                raise UsageError(f"`headers`: {name[:100]!r} cannot be sent as a header")
        if self.status is not None:
            return Fault("status", status=self.status, headers=self.headers)
        if self.delay is not None:
            return Fault("delay", delay=seconds(self.delay, "delay", _LONGEST_DELAY))
        return Fault("reset" if self.reset else "reset_after")


class ClockOrder(msgspec.Struct, frozen=True):
    """`POST /_sandbox/clock`: lets time pass at once, or faster."""

    advance: float | str | None = None
    speed: float | None = None

    def checked(self) -> tuple[float, float | None]:
        """Return the seconds to let pass, and the speed; raises `UsageError`."""
        if self.speed is not None and not 0 < self.speed <= _FASTEST:
            raise UsageError(f"`speed` must be above 0 and at most {_FASTEST:g}")
        return seconds(self.advance or 0, "advance", _FURTHEST), self.speed


class LifeOrder(msgspec.Struct, frozen=True):
    """`POST /_sandbox/life`: one step of an event's life; the seeded event unless given."""

    do: LifeStep
    event_ref: Text | None = None
    poll_ref: Text | None = None
    text: Text | None = None
    options: Annotated[list[Text], msgspec.Meta(min_length=1, max_length=100)] | None = None
    option_index: Annotated[int, msgspec.Meta(ge=0)] | None = None
    name: Text | None = None
    email: Text | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1


Order = TypeVar("Order", bound=msgspec.Struct)


def read_order(body: bytes, kind: type[Order]) -> Order:
    """Read what a control was sent; raises `UsageError` with the place and the mend."""
    try:
        value = parse(body)
    except ValueError as error:
        raise UsageError(f"the body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise UsageError("the body must be a JSON object")
    for name in value:
        if name not in kind.__struct_fields__:
            raise UsageError(unknown("field", name, kind.__struct_fields__))
    step = value.get("do")
    if kind is LifeOrder and isinstance(step, str) and step not in get_args(LifeStep):
        raise UsageError(unknown("step", step, get_args(LifeStep)))
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise UsageError(str(error)) from None


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is not known, which are, and which may have been meant."""
    names = list(known)
    near = difflib.get_close_matches(name[:200], names, n=1)
    hint = f", did you mean `{near[0]}`?" if near else ""
    return f"unknown {what} `{name[:200]}`{hint} (known: {', '.join(names)})"


def seconds(value: float | str, name: str, most: float) -> float:
    """Read a duration, as a number of seconds or as text such as `10m`."""
    try:
        length = parse_duration(value) if isinstance(value, str) else float(value)
    except ValueError as error:
        raise UsageError(f"`{name}`: {error}") from None
    if not 0 <= length <= most:
        raise UsageError(f"`{name}` must be from 0 to {most:g} seconds")
    return length
