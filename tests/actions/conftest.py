from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Literal

import pytest

from beeflow.actions.http.session import guarded_pool, plain_session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import aiohttp

    from beeflow.actions.http.pool import Pool
    from beeflow.types import Json

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class RunContext:
    run: str = "run-1"
    recipe: str = "go-live"
    path: str = "actions/0#1"
    timeout: float = 5.0
    pages: int | Literal["all"] | None = None

    def hide(self, value: Json) -> Json:
        """Take out the one word that a run has learned."""
        return value.replace("learned-key", "***") if isinstance(value, str) else value


@pytest.fixture
def context() -> RunContext:
    return RunContext()


@pytest.fixture
def make_context() -> Callable[..., RunContext]:
    return RunContext


@pytest.fixture
async def loopback_pool() -> AsyncIterator[Pool]:
    async with guarded_pool(LOOPBACK) as pool:
        yield pool


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with plain_session() as session:
        yield session
