"""The steps of an event's life at the press of a button: what organisers and audiences do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beeflow.errors import UsageError
from beeflow.sandbox import audience, engagement, media, stage
from beeflow.sandbox.records import STREAMING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.sandbox.orders import LifeOrder, LifeStep
    from beeflow.sandbox.records import Event, Poll
    from beeflow.sandbox.sandbox import Sandbox

_NAMES = ("Ida Berg", "Omar Aziz", "Lena Vogel", "Tom Novak", "Sara Lund", "Ben Mbeki")
_LINES = ("Hello from Odense!", "The picture is very sharp today.", "Great talk so far.")
_QUESTIONS = ("Can we have the recording?", "How does this work with captions?", "What is next?")
_POLL = "Did you find this helpful?"
_OPTIONS = ("Yes", "No")


def perform(sandbox: Sandbox, order: LifeOrder) -> str:
    """Take a step; returns the reference of what it made or changed.

    Raises `Refusal` for unknown references and `UsageError` for a step that is not possible now.
    """
    if order.do == "create_event":
        return stage.create_event(sandbox).ref
    event = sandbox.world.event(order.event_ref or sandbox.refs.event)
    return _STEPS[order.do](sandbox, event, order)


def _delete(sandbox: Sandbox, event: Event, _order: LifeOrder) -> str:
    stage.delete_event(sandbox, event)
    return event.ref


def _go_live(sandbox: Sandbox, event: Event, _order: LifeOrder) -> str:
    if event.status in STREAMING:
        raise UsageError("the event is live already")
    stage.set_status(sandbox, event, "live")
    return event.ref


def _end(sandbox: Sandbox, event: Event, _order: LifeOrder) -> str:
    _need_stream(event)
    stage.set_status(sandbox, event, "done")
    return event.ref


def _recording(sandbox: Sandbox, event: Event, _order: LifeOrder) -> str:
    if not sandbox.world.sessions.get(event.ref):
        raise UsageError("the event was never live, there is nothing to make a video of")
    return media.record(sandbox, event.ref)


def _join(sandbox: Sandbox, event: Event, order: LifeOrder) -> str:
    _need_stream(event)
    views = sandbox.world.views[event.ref]
    views.extend(audience.arrivals(sandbox.names, sandbox.now(), order.count))
    engagement.visit(sandbox, event, order.count)
    return event.ref


def _leave(sandbox: Sandbox, event: Event, order: LifeOrder) -> str:
    _need_stream(event)
    views = sandbox.world.views[event.ref]
    sandbox.world.views[event.ref] = audience.departed(views, sandbox.now(), order.count)
    return event.ref


def _sign_up(sandbox: Sandbox, event: Event, order: LifeOrder) -> str:
    person = _person(sandbox, order)
    form = {field.key: "Acme" for field in event.signup or ()}
    return engagement.sign_up(
        sandbox, event, {**form, "name": person.name, "email": person.email}
    ).ref


def _chat(sandbox: Sandbox, event: Event, order: LifeOrder) -> str:
    text = order.text or _pick(sandbox, _LINES)
    return engagement.say(sandbox, event, _person(sandbox, order), text).ref


def _ask(sandbox: Sandbox, event: Event, order: LifeOrder) -> str:
    text = order.text or _pick(sandbox, _QUESTIONS)
    return engagement.say(sandbox, event, _person(sandbox, order), text, qa=True).ref


def _poll(sandbox: Sandbox, event: Event, order: LifeOrder) -> str:
    options = tuple(order.options or _OPTIONS)
    return engagement.open_poll(sandbox, event, order.text or _POLL, options).ref


def _open_poll(sandbox: Sandbox, event: Event, order: LifeOrder) -> str:
    return _set_active(sandbox, _named_poll(sandbox, event, order), active=True)


def _close_poll(sandbox: Sandbox, event: Event, order: LifeOrder) -> str:
    return _set_active(sandbox, _named_poll(sandbox, event, order), active=False)


def _vote(sandbox: Sandbox, event: Event, order: LifeOrder) -> str:
    poll = _named_poll(sandbox, event, order)
    if not poll.active:
        raise UsageError("the poll is not active, open it first")
    drawn = int(sandbox.names.rng.random() * len(poll.options))
    option = drawn if order.option_index is None else order.option_index
    if option >= len(poll.options):
        raise UsageError(f"`option_index` must be below {len(poll.options)}, it counts from 0")
    person = _person(sandbox, order)
    engagement.vote(sandbox, poll, option, engagement.Voter(person.name, person.email))
    return poll.ref


def _reset_key(sandbox: Sandbox, event: Event, _order: LifeOrder) -> str:
    stage.reset_key(sandbox, event)
    return event.ref


def _disable_key(sandbox: Sandbox, event: Event, _order: LifeOrder) -> str:
    stage.disable_key(sandbox, event)
    return event.ref


def _need_stream(event: Event) -> None:
    if event.status not in STREAMING:
        raise UsageError("the event is not live, go live first")


def _named_poll(sandbox: Sandbox, event: Event, order: LifeOrder) -> Poll:
    """Return the poll that is meant: the latest of the event unless it is named."""
    if order.poll_ref is not None:
        return sandbox.world.poll(event, order.poll_ref)
    polls = [poll for poll in sandbox.world.polls.values() if poll.event_ref == event.ref]
    if not polls:
        raise UsageError("the event has no poll, create one first")
    return polls[-1]


def _set_active(sandbox: Sandbox, poll: Poll, *, active: bool) -> str:
    sandbox.world.polls[poll.ref] = replace(poll, active=active)
    return poll.ref


def _person(sandbox: Sandbox, order: LifeOrder) -> engagement.Person:
    """Return who does it: as given, else somebody new with an address of their own."""
    name = order.name or _pick(sandbox, _NAMES)
    tag = sandbox.names.mixed(6).lower()
    mailbox = ".".join(name.lower().split()) if name.isascii() else "guest"
    return engagement.Person(name, order.email or f"{mailbox}.{tag}@example.com")


def _pick(sandbox: Sandbox, choices: tuple[str, ...]) -> str:
    return choices[int(sandbox.names.rng.random() * len(choices))]


_STEPS: Mapping[LifeStep, Callable[[Sandbox, Event, LifeOrder], str]] = {
    "delete_event": _delete,
    "go_live": _go_live,
    "end": _end,
    "recording": _recording,
    "join": _join,
    "leave": _leave,
    "sign_up": _sign_up,
    "chat": _chat,
    "ask": _ask,
    "poll": _poll,
    "open_poll": _open_poll,
    "close_poll": _close_poll,
    "vote": _vote,
    "reset_key": _reset_key,
    "disable_key": _disable_key,
}
