"""One call of the API as an operation sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from beeflow.sandbox.paging import Page
from beeflow.sandbox.reply import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from beeflow.sandbox.access import Caller
    from beeflow.sandbox.records import Channel, Event
    from beeflow.sandbox.reply import Reply
    from beeflow.sandbox.sandbox import Sandbox
    from beeflow.sandbox.world import World
    from beeflow.types import Json

    Handler: TypeAlias = "Callable[[Call], Reply]"


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose arguments are checked against the catalog and whose caller is admitted.

    `path` has the parameters of the path, `arguments` all others, with their types. `base` is the
    address that the caller reached the sandbox at, for links.
    """

    sandbox: Sandbox
    caller: Caller
    path: Mapping[str, str]
    arguments: Mapping[str, Json]
    base: str

    @property
    def world(self) -> World:
        """The state."""
        return self.sandbox.world

    def has(self, name: str) -> bool:
        """Tell whether an argument was given."""
        return name in self.arguments

    def text(self, name: str, default: str = "") -> str:
        """Return an argument that is a text."""
        value = self.arguments.get(name, default)
        return value if isinstance(value, str) else default

    def optional(self, name: str) -> str | None:
        """Return an argument that is a text, or None where it is not given or empty."""
        return self.text(name) or None

    def flag(self, name: str) -> bool:
        """Return an argument that is true or false; false where it is not given."""
        return self.arguments.get(name) is True

    def number(self, name: str, default: int = 0) -> int:
        """Return an argument that is a whole number."""
        value = self.arguments.get(name, default)
        return int(value) if isinstance(value, int | float) else default

    def page(self) -> Page:
        """Return which part of a list is asked for."""
        start = self.number("indexStart") if self.has("indexStart") else None
        return Page(self.number("maxResults", 10), self.number("page", 1), start)

    def event(self) -> Event:
        """Return the event of the path; 404 when there is none, 403 when it is another channel's.

        Without a token, on the pages that have a public answer, any event will do.
        """
        event = self.world.event(self.path["event_ref"])
        if self.caller.client_ref not in {None, event.client_ref}:
            raise Refusal(403, "You are not authorized to access this event")
        return event

    def any_event(self) -> Event:
        """Return the event of the path, whoever's it is, for pages that know no 403."""
        return self.world.event(self.path["event_ref"])

    def owns(self, event: Event) -> bool:
        """Tell whether the caller's token is that of the event's channel."""
        return self.caller.client_ref == event.client_ref

    def channel(self) -> Channel:
        """Return the channel of the path, if it is the caller's own; else 404 or 403."""
        channel = self.world.channel(self.path["client_ref"])
        if self.caller.client_ref not in {None, channel.ref}:
            raise Refusal(403, "You are not authorized to access this client")
        return channel
