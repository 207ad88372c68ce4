"""`signups.find_event`: which event a signup belongs to.

The webhook `signup.created` carries no reference to its event, so the signups of the current
events are looked through, newest event first. What is seen on the way is remembered, so that a
flood of signups costs a request for each, not a search.
"""

from __future__ import annotations

from collections import OrderedDict
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from beeflow.actions.definition import Args, Context, DefinedAction, Definition
from beeflow.actions.parameter import Parameter
from beeflow.actions.platform.client import Budget, PlatformClient
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from beeflow.beestreamed.catalog import Catalog
    from beeflow.types import Json

NAME = "signups.find_event"

_REMEMBERED = 20_000
"""Signups whose event is remembered, the least recently used forgotten first."""

_EVENT_PAGES = 5
_PAGE = 100
_LATE = f"{NAME}: the time was over before every current event was looked through"


class _Found(msgspec.Struct, frozen=True):
    event_ref: str
    signup: Json

    def answer(self) -> Json:
        """Return it as recipes see it."""
        return {"event_ref": self.event_ref, "signup": self.signup}


class FindEvent(DefinedAction):
    """Looks for a signup, in what it remembers and then in the events."""

    def __init__(self, catalog: Catalog, client: PlatformClient) -> None:
        self.definition = define_find_event(catalog)
        self._client = client
        self._events: OrderedDict[str, str] = OrderedDict()

    async def call(self, args: Args, context: Context) -> Json:
        """Return `event_ref` and `signup`."""
        ref = str(args["signup_ref"])
        budget = Budget.of(context.timeout)
        found = await self._remembered(ref, budget) or await self._search(ref, budget)
        return found.answer()

    async def _remembered(self, ref: str, budget: Budget) -> _Found | None:
        event_ref = self._events.get(ref)
        if event_ref is None:
            return None
        self._events.move_to_end(ref)
        try:
            signup = await self._client.call(
                "signups.get",
                {"event_ref": event_ref, "signup_ref": ref},
                timeout=budget.left(_LATE),
            )
        except ActionError as error:
            if error.failure.status != HTTPStatus.NOT_FOUND:
                raise
            del self._events[ref]
            return None
        return _Found(event_ref, signup)

    async def _search(self, ref: str, budget: Budget) -> _Found:
        events = await self._current_events(budget)
        long: list[str] = []
        for event_ref in events:
            signups = await self._signups(event_ref, budget, newest=True)
            if ref in signups:
                return _Found(event_ref, signups[ref])
            if len(signups) >= _PAGE:
                long.append(event_ref)
        for event_ref in long:
            signups = await self._signups(event_ref, budget, newest=False)
            if ref in signups:
                return _Found(event_ref, signups[ref])
        message = (
            f"{NAME}: none of the {len(events)} current events has the signup {ref}; events that "
            "are done are not looked through"
        )
        # The webhook may be faster than the list: the same call may find it a moment later.
        raise ActionError(Failure("action", message, retryable=True))

    async def _current_events(self, budget: Budget) -> list[str]:
        """Return the events that are not done, newest first, as the platform lists them."""
        listed = await self._client.call(
            "events.list",
            {"maxResults": _PAGE},
            timeout=budget.left(_LATE),
            pages=_EVENT_PAGES,
        )
        return [
            str(event["event_ref"])
            for event in _mappings(listed)
            if event.get("event_status") != "done" and "event_ref" in event
        ]

    async def _signups(self, event_ref: str, budget: Budget, *, newest: bool) -> dict[str, Json]:
        """Return signups of an event by reference, and remember where they belong."""
        listed = await self._client.call(
            "signups.list",
            {"event_ref": event_ref, "maxResults": _PAGE},
            timeout=budget.left(_LATE),
            pages=1 if newest else "all",
        )
        found: dict[str, Json] = {
            str(one["signup_ref"]): one for one in _mappings(listed) if "signup_ref" in one
        }
        for ref in found:
            self._events[ref] = event_ref
            self._events.move_to_end(ref)
        while len(self._events) > _REMEMBERED:
            self._events.popitem(last=False)
        return found


def _mappings(listed: Json) -> list[dict[str, Json]]:
    items = listed if isinstance(listed, list) else []
    return [item for item in items if isinstance(item, dict)]


def define_find_event(catalog: Catalog) -> Definition:
    """Return the definition; its answer holds a signup as `signups.get` tells it."""
    signup = catalog.operations["signups.get"]
    known = signup.by_name["signup_ref"]
    return Definition(
        name=NAME,
        summary="Find the event that a signup belongs to",
        description=(
            "Looks through the signups of the current events (those that are not done), newest "
            "event first, and remembers what it saw. For `signup.created`, which names no event."
        ),
        effect="read",
        parameters=(Parameter(known.name, known.schema, known.description, required=True),),
        sample={"event_ref": "abcdefgh1234", "signup": signup.sample},
        answer={
            "type": "object",
            "properties": {
                "event_ref": {"type": "string", "description": "The event's reference"},
                "signup": dict(signup.answer_schema),
            },
        },
        secret_fields=tuple(f"signup.{field}" for field in signup.secrets),
    )
