"""What the story is made of: scenes, and the effects that must be seen at their ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from beeflow.cli.demo.stage import ZONE, Stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Play(msgspec.Struct):
    """The stage, and what the scenes have made so far: references by a name of the story's."""

    stage: Stage
    refs: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def day(self) -> datetime:
        """The demo's present moment, on the organiser's clock."""
        return datetime.fromtimestamp(self.stage.clock.now(), ZONE)

    def at(self, clock: str, days: int = 0) -> datetime:
        """Return when the organiser's clock shows `clock`, in so many days."""
        hour, minute = map(int, clock.split(":"))
        moment = self.day.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return moment + timedelta(days=days)

    async def until(self, clock: str, days: int = 0) -> None:
        """Let it become so late."""
        await self.stage.pass_time(self.at(clock, days).timestamp() - self.stage.clock.now())


class Effect(msgspec.Struct, frozen=True):
    """Something that must be seen at the end of a scene."""

    what: str
    seen: Callable[[Play], bool]


class Scene(msgspec.Struct, frozen=True):
    """A step of the story. `act` does it; `effects` are what the recipes must make of it."""

    title: str
    act: Callable[[Play], Awaitable[None]]
    effects: tuple[Effect, ...] = ()


def slack(channel: str, text: str, what: str = "") -> Effect:
    """Expect a message with this text in this channel of the fake Slack."""

    def seen(play: Play) -> bool:
        messages = play.stage.sandbox.sandbox.slack.messages
        return any(one.channel == channel and text in one.text for one in messages)

    return Effect(what or f"Slack {channel} says “{text}”", seen)


def mail(to: str, subject: str, what: str = "") -> Effect:
    """Expect a mail with this in its subject to this address."""

    def seen(play: Play) -> bool:
        mails = (mail.as_json() for mail in play.stage.sandbox.sandbox.mailbox.mails)
        return any(to in str(one["to"]) and subject in str(one["subject"]) for one in mails)

    return Effect(what or f"a mail to {to}: “{subject}”", seen)


def told(name: str, text: str, what: str) -> Effect:
    """Expect this text in what another API was sent."""

    def seen(play: Play) -> bool:
        parcels = play.stage.sandbox.sandbox.inbox.parcels
        return any(one.name == name and text in str(one.body) for one in parcels)

    return Effect(what, seen)


def world(what: str, holds: Callable[[Play, Any], bool]) -> Effect:
    """Expect something of the sandbox's state."""
    return Effect(what, lambda play: holds(play, play.stage.sandbox.sandbox.world))
