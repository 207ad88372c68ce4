"""What the platform's actions need of the client, and the time that one call has."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


class PlatformClient(Protocol):
    """`beeflow.beestreamed.client.Client`, as far as it is used here."""

    async def call(
        self,
        action: str,
        args: Mapping[str, Json],
        *,
        timeout: float = 30.0,  # noqa: ASYNC109 - the client keeps it, and tells it in the failure
        pages: int | Literal["all"] | None = None,
    ) -> Json:
        """Call an operation once. Raises `ActionError`."""
        ...


class Budget(msgspec.Struct, frozen=True):
    """The seconds that several calls share."""

    deadline: float

    @classmethod
    def of(cls, seconds: float) -> Budget:
        """Return a budget that runs from now."""
        return cls(asyncio.get_running_loop().time() + seconds)

    def left(self, message: str, *, open_: bool = False) -> float:
        """Return what is left. Raises `ActionError` of the kind `timeout` when nothing is."""
        left = self.deadline - asyncio.get_running_loop().time()
        if left <= 0:
            raise ActionError(Failure("timeout", message, open=open_, retryable=not open_))
        return left
