"""A client that answers as it is told to, and keeps what it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.types import Json

Reply: TypeAlias = "Json | Failure | Callable[[Mapping[str, Json]], Json]"


class FakeClient:
    """`replies` are by action; a list of the type `Queue` is used up, the last repeats."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.calls: list[tuple[str, dict[str, Json]]] = []
        self.pages: list[int | str | None] = []

    def says(self, action: str, *replies: Reply) -> None:
        """Answer calls of `action` so, one after the other; the last repeats."""
        self.replies[action] = list(replies)

    def names(self) -> list[str]:
        """Return the actions that were called, in order."""
        return [name for name, _ in self.calls]

    async def call(
        self,
        action: str,
        args: Mapping[str, Json],
        *,
        timeout: float = 30.0,  # noqa: ASYNC109 - as the client has it
        pages: int | Literal["all"] | None = None,
    ) -> Json:
        """Answer."""
        assert timeout > 0
        self.calls.append((action, dict(args)))
        self.pages.append(pages)
        queue = self.replies[action]
        reply = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(reply, Failure):
            raise ActionError(reply)
        return reply(args) if callable(reply) else reply
