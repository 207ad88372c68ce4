"""Shared reads: what several watches ask at the same moment is asked once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from beeflow.engine import commands as c
from beeflow.engine.performing import BACKSTOP
from beeflow.engine.ports import Actions, CallContext, Clock
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


class SharedReads:
    """Reads of the API, each made once a round. Begin a round with `forget`."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._reads: dict[tuple[str, str, str], asyncio.Task[Json]] = {}

    def forget(self) -> None:
        """Begin a new round: what was read before is read again."""
        self._reads = {key: task for key, task in self._reads.items() if not task.done()}

    async def read(self, call: c.Call) -> c.Result:
        """Answer a read, with others that ask the same."""
        args = msgspec.json.encode(dict(call.args), order="sorted").decode()
        key = (call.action, args, str(call.pages))
        if key not in self._reads:
            self._reads[key] = asyncio.create_task(self._read(call))
        try:
            return c.Answer(await asyncio.shield(self._reads[key]))
        except ActionError as error:
            return c.Failed(error.failure)

    async def _read(self, call: c.Call) -> Json:
        action = self._actions.get(call.action)
        if action is None or action.effect(call.args) != "read":
            raise ActionError(Failure("action", f"`{call.action}` is not a read"))
        wrong = action.check(call.args)
        if wrong:
            raise ActionError(Failure("action", "; ".join(wrong)))
        context = CallContext("", "", call.path, call.timeout, call.pages)
        try:
            async with asyncio.timeout(call.timeout + BACKSTOP):
                return await action.call(call.args, context)
        except TimeoutError:
            message = f"`{call.action}` did not end within {call.timeout:g} s"
            raise ActionError(Failure("timeout", message, retryable=True)) from None


async def drive(steps: c.Steps, reads: SharedReads, clock: Clock) -> object:
    """Drive a part of the interpreter that only reads; returns what it came to."""
    result: c.Result | None = None
    while True:
        try:
            command = steps.send(result)  # type: ignore[arg-type]  # None begins it
        except StopIteration as stop:
            return stop.value
        result = await _answer(command, reads, clock)


async def _answer(command: c.Command, reads: SharedReads, clock: Clock) -> c.Result:
    if isinstance(command, c.Call):
        return await reads.read(command)
    if isinstance(command, c.Now):
        return c.Answer(clock.now())
    if isinstance(command, c.ReadState):
        empty: Mapping[str, Json] = {}
        return c.Answer(empty)
    if isinstance(command, c.Backoff):
        # The next look is soon enough for another try.
        return c.Expired()
    return c.Failed(Failure("action", "a watch only reads"))
