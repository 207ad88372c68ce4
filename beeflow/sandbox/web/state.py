"""What travels with the application and with each request."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from beeflow.sandbox.courier import Courier
from beeflow.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from beeflow.sandbox.access import Caller
    from beeflow.types import Json

SANDBOX: web.AppKey[Sandbox] = web.AppKey("sandbox", Sandbox)
COURIER: web.AppKey[Courier] = web.AppKey("courier", Courier)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was found out about an API call on its way in."""

    caller: Caller
    body: Json
    unreadable: str | None
    """Why the body could not be read, if so; `body` is then its text."""


ARRIVAL: ContextVar[Arrival] = ContextVar("arrival")
"""Of the request that is being answered: keys of requests are typed only in later aiohttp."""
