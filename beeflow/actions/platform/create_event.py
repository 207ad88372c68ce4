"""`events.create`, filled in at once.

The platform creates an event without parameters and fills it in by a second call ("Create a new
event"). A bare create is guarded: the engine looks which event is new. With fields, a look could
not tell an event that is filled in from one that is not, so the call looks by itself, before and
after a create that was cut; what it cannot bring to an end is open, and a person decides. So no
event is made twice, and none is left half made in silence.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.actions.arguments import check_arguments
from beeflow.actions.definition import Args, Context, DefinedAction, Definition
from beeflow.actions.platform.client import Budget, PlatformClient
from beeflow.actions.platform.generated import PlatformAction, define, parameters_of
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from beeflow.beestreamed.catalog import Catalog
    from beeflow.types import Effect, Json

CREATE = "events.create"
_UPDATE = "events.update"
_LIST = "events.list"

_PAUSES = (0.2, 1.0, 3.0)
"""Seconds between the attempts at the second call."""


class CreateEvent(DefinedAction):
    """Creates an event; with fields, fills it in."""

    def __init__(self, catalog: Catalog, client: PlatformClient) -> None:
        self.definition = define_create(catalog)
        self._bare = PlatformAction(catalog.operations[CREATE], catalog, client)
        self._client = client
        # Two creates at once could each take the other's event for its own.
        self._alone = asyncio.Lock()

    async def look(self, args: Args, context: Context) -> dict[str, Json]:
        """Return all events, by reference; asked for a bare create only."""
        return await self._bare.look(args, context)

    async def call(self, args: Args, context: Context) -> Json:
        """Create the event; returns `event_ref` and `message`."""
        if not args:
            async with self._alone:
                return await self._bare.call(args, context)
        budget = Budget.of(context.timeout)
        async with self._alone:
            answer = await self._create(budget)
        ref = answer.get("event_ref") if isinstance(answer, dict) else None
        if not isinstance(ref, str):
            message = "events.create: the platform answered without an `event_ref`"
            raise ActionError(Failure("http", message, open=True))
        await self._fill_in(ref, args, budget)
        return answer

    async def _create(self, budget: Budget) -> Json:
        before = await self._refs(budget)
        try:
            return await self._client.call(CREATE, {}, timeout=budget.left(_LATE))
        except ActionError as error:
            if not error.failure.open:
                raise
            made = [ref for ref in await self._refs_after(error, budget) if ref not in before]
            if not made:
                raise ActionError(replace(error.failure, open=False)) from None
            if len(made) > 1:  # somebody else created one, too, and nothing tells them apart
                raise
            sample = self.sample if isinstance(self.sample, dict) else {}
            return {**sample, "event_ref": made[0]}

    async def _refs(self, budget: Budget) -> list[str]:
        events = await self._client.call(_LIST, {}, timeout=budget.left(_LATE), pages="all")
        listed = events if isinstance(events, list) else []
        return [str(event.get("event_ref")) for event in listed if isinstance(event, dict)]

    async def _refs_after(self, cause: ActionError, budget: Budget) -> list[str]:
        try:
            return await self._refs(budget)
        except ActionError:
            raise cause from None

    async def _fill_in(self, ref: str, args: Args, budget: Budget) -> None:
        """Make the second call; what it changes may be changed again, so it may be repeated."""
        given = {**args, "event_ref": ref}
        pauses = iter(_PAUSES)
        while True:
            left = budget.left(_half_made(ref), open_=True)
            try:
                await self._client.call(_UPDATE, given, timeout=left)
            except ActionError as error:
                pause = next(pauses, None)
                if pause is None or not error.failure.retryable:
                    raise ActionError(_not_filled_in(ref, error.failure)) from None
                wait = max(pause, error.failure.retry_after or 0.0)
                await asyncio.sleep(min(wait, budget.left(_half_made(ref), open_=True)))
            else:
                return


_LATE = "events.create: no time was left to create the event"


def _half_made(ref: str) -> str:
    return f"events.create: the event {ref} was created, but not filled in"


def _not_filled_in(ref: str, failure: Failure) -> Failure:
    detail: Mapping[str, Json] = {**(failure.detail or {}), "event_ref": ref}
    message = f"{_half_made(ref)}: {failure.message}"
    return replace(failure, message=message, open=True, retryable=False, detail=detail)


def define_create(catalog: Catalog) -> Definition:
    """Return the definition: that of the create, with the parameters of the update."""
    update = catalog.operations[_UPDATE]
    fields = tuple(one for one in update.parameters if one.name != "event_ref")

    def check(args: Args, opaque: Collection[str]) -> list[str]:
        if not args and not opaque:
            return []
        unknown = check_arguments(parameters_of(fields), args, args)
        if unknown:
            return unknown
        given = {**args, "event_ref": "new"}
        problems = update.problems(given, opaque)
        return [problem.message.replace(_UPDATE, CREATE) for problem in problems]

    names = [one.name for one in fields]
    return replace(
        define(catalog.operations[CREATE]),
        description=(
            "Creates an event, and fills it in with the parameters given, which are those of "
            "`events.update`. Without parameters it is guarded. With them it is two calls: it "
            "looks by itself whether a create that was cut took effect, and is once."
        ),
        parameters=parameters_of(fields),
        announces=(
            *catalog.operations[CREATE].announces,
            *(one.only(names) for one in update.announces),
        ),
        check_with=check,
        effect_of=_effect,
    )


def _effect(args: Args) -> Effect:
    return "once" if args else "guarded"
