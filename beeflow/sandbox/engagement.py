"""What an audience does: it talks, asks, votes and signs up; with the webhooks there are for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from beeflow.sandbox import payload
from beeflow.sandbox.records import Message, Poll, PollEntry, Signup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.sandbox.records import Event
    from beeflow.sandbox.sandbox import Sandbox
    from beeflow.types import Json


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the chat."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody who votes; both are optional (page "Update poll")."""

    name: str | None = None
    email: str | None = None


def say(sandbox: Sandbox, event: Event, person: Person, text: str, *, qa: bool = False) -> Message:
    """Write a chat message, or ask a question; there is no webhook for either."""
    number, ref = sandbox.world.number("message", 33), sandbox.names.ref(8)
    status = "new" if qa else "public"
    row = Message(
        number, ref, event.ref, qa, person.name, person.email, text, status, sandbox.now()
    )
    sandbox.world.messages[ref] = row
    return row


def open_poll(sandbox: Sandbox, event: Event, question: str, options: tuple[str, ...]) -> Poll:
    """Create a poll, inactive at first."""
    number, ref = sandbox.world.number("poll", 150), sandbox.names.ref(8)
    poll = Poll(number, ref, event.ref, question, options, active=False, created=sandbox.now())
    sandbox.world.polls[ref], sandbox.world.entries[ref] = poll, []
    sandbox.announce("poll.created", payload.poll(poll))
    return poll


def vote(sandbox: Sandbox, poll: Poll, option: int, voter: Voter) -> int:
    """Cast a vote; returns the rows changed, 0 or 1.

    Who votes again by the same email changes their vote.
    """
    entries = sandbox.world.entries[poll.ref]
    for index, entry in enumerate(entries):
        if voter.email is not None and entry.email == voter.email:
            entries[index] = replace(entry, option_index=option, name=voter.name or entry.name)
            return int(entries[index] != entry)
    number, now = sandbox.world.number("entry", 123), sandbox.now()
    entries.append(PollEntry(number, poll.ref, option, voter.email, voter.name, now))
    return 1


def sign_up(sandbox: Sandbox, event: Event, data: Mapping[str, Json]) -> Signup:
    """Register somebody for an event."""
    number, ref = sandbox.world.number("signup"), sandbox.names.ref(24)
    row = Signup(number, ref, event.ref, dict(data), sandbox.now())
    sandbox.world.signups[ref] = row
    sandbox.announce("signup.created", payload.signup(row))
    return row


def visit(sandbox: Sandbox, event: Event, count: int) -> None:
    """Let up to `count` of those who signed up, and were not there yet, visit the event."""
    waiting = [
        row
        for row in sandbox.world.signups.values()
        if row.event_ref == event.ref and row.visited is None
    ]
    for row in waiting[:count]:
        sandbox.world.signups[row.ref] = replace(row, visited=sandbox.now())
