"""The tables of the sandbox, and finding things in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from beeflow.sandbox.reply import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.sandbox.records import (
        Channel,
        Connection,
        Event,
        Image,
        LogEntry,
        Message,
        Poll,
        PollEntry,
        Session,
        Signup,
        Simulcast,
        Upload,
        User,
        Video,
        View,
    )

Row = TypeVar("Row")


@dataclass(slots=True)
class World:
    """Everything there is, by reference, in order of creation.

    `log`, `sessions` and `views` are by event, `entries` by poll. Tables that hang on an event
    have its reference in the key's record, so that deleting the event empties them (`forget`).
    """

    channels: dict[str, Channel] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    log: dict[str, list[LogEntry]] = field(default_factory=dict)
    sessions: dict[str, list[Session]] = field(default_factory=dict)
    views: dict[str, list[View]] = field(default_factory=dict)
    simulcasts: dict[str, Simulcast] = field(default_factory=dict)
    polls: dict[str, Poll] = field(default_factory=dict)
    entries: dict[str, list[PollEntry]] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    signups: dict[str, Signup] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    """By their id at the video host, which is what the API calls them by."""
    images: dict[str, Image] = field(default_factory=dict)
    emails_sent: int = 57
    """How many mails the platform has sent so far; the documented usage begins with 57."""
    _numbers: Counter[str] = field(default_factory=Counter)

    def number(self, table: str, first: int = 1) -> int:
        """Return the next number in a table, counting from `first`."""
        self._numbers[table] += 1
        return first + self._numbers[table] - 1

    def event(self, ref: str) -> Event:
        """Return an event, or refuse with the documented 404."""
        return found(self.events, ref, "Event")

    def poll(self, event: Event, ref: str) -> Poll:
        """Return a poll of an event, or refuse with 404."""
        poll = found(self.polls, ref, "Poll")
        if poll.event_ref != event.ref:
            raise not_found("Poll", ref)
        return poll

    def channel(self, name: str) -> Channel:
        """Return a channel by its reference or its subdomain, or refuse with 404."""
        for channel in self.channels.values():
            if name in {channel.ref, channel.subdomain}:
                return channel
        raise not_found("Client", name)

    def forget(self, event: Event) -> None:
        """Delete an event with all that hangs on it."""
        ref = event.ref
        for poll in [poll for poll in self.polls.values() if poll.event_ref == ref]:
            self.forget_poll(poll)
        for table in (self.simulcasts, self.messages, self.signups):
            _drop_of(table, ref)
        for by_event in (self.log, self.sessions, self.views):
            by_event.pop(ref, None)
        del self.events[ref]

    def forget_poll(self, poll: Poll) -> None:
        """Delete a poll with its entries (page "Delete poll")."""
        self.entries.pop(poll.ref, None)
        del self.polls[poll.ref]


def _drop_of(
    table: dict[str, Simulcast] | dict[str, Message] | dict[str, Signup], event_ref: str
) -> None:
    for ref in [ref for ref, row in table.items() if row.event_ref == event_ref]:
        del table[ref]


def not_found(what: str, ref: str) -> Refusal:
    """Return the documented 404: `Event with REF {event_ref} not found`."""
    return Refusal(404, f"{what} with REF {ref[:200]} not found")


def found(table: Mapping[str, Row], ref: str, what: str) -> Row:
    """Return a row of a table, or refuse with 404."""
    row = table.get(ref)
    if row is None:
        raise not_found(what, ref)
    return row
