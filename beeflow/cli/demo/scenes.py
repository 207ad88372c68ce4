"""The scenes of the demo: a webinar from its creation to its recording, and an unpaid invoice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from beeflow.cli.demo.stage import ZONE, Stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TITLE: Final = "Product launch"
REHEARSAL: Final = "[test] Rehearsal"
ATTENDEES: Final = (("Ada Lindholm", "ada@example.com"), ("Bo Okafor", "bo@example.com"))
MOMENT: Final = 600.0
"""Seconds that the shipped recipe lets the audience arrive before it opens its poll."""


@dataclass(slots=True)
class Play:
    """The stage, and what the scenes have made so far."""

    stage: Stage
    event_ref: str = ""
    refs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that must be seen at the end of a scene."""

    what: str
    seen: Callable[[Play], bool]


@dataclass(frozen=True, slots=True)
class Scene:
    """A step of the story. `act` does it; `effects` are what the recipes must make of it."""

    title: str
    act: Callable[[Play], Awaitable[None]]
    effects: tuple[Effect, ...] = ()


# --- what people do --------------------------------------------------------------------------


async def create(play: Play) -> None:
    """Make an event, and give it a title and a date."""
    stage = play.stage
    play.event_ref = await stage.life("create_event")
    tomorrow = datetime.fromtimestamp(stage.clock.now(), ZONE) + timedelta(days=1)
    date = tomorrow.replace(hour=15, minute=0, second=0).strftime("%Y-%m-%d %H:%M:%S")
    await stage.patch(f"/events/{play.event_ref}", {"title": TITLE, "date": date})


async def morning(play: Play) -> None:
    """Let it become eight o'clock."""
    play.stage.clock.leap(120)


async def sign_up(play: Play) -> None:
    """Sign two people up."""
    for name, email in ATTENDEES:
        await play.stage.life("sign_up", event_ref=play.event_ref, name=name, email=email)


async def rehearse(play: Play) -> None:
    """Try picture and sound on an event of the crew's own."""
    ref = play.refs["rehearsal"] = await play.stage.life("create_event")
    await play.stage.patch(f"/events/{ref}", {"title": REHEARSAL})
    await play.stage.life("go_live", event_ref=ref)


async def go_live(play: Play) -> None:
    """Begin the webinar, with an audience."""
    await play.stage.life("go_live", event_ref=play.event_ref)
    await play.stage.life("join", event_ref=play.event_ref, count=40)


async def ten_minutes(play: Play) -> None:
    """Let the time pass that the audience is given to arrive."""
    play.stage.clock.leap(MOMENT)


async def take_part(play: Play) -> None:
    """Vote and write, as the audience."""
    for index, (name, email) in enumerate(ATTENDEES):
        await play.stage.life(
            "vote", event_ref=play.event_ref, name=name, email=email, option_index=index
        )
    await play.stage.life("chat", event_ref=play.event_ref, text="Picture and sound are great!")


async def end(play: Play) -> None:
    """End the webinar, and make its recording."""
    await play.stage.life("end", event_ref=play.event_ref)
    await play.stage.life("recording", event_ref=play.event_ref)
    await play.stage.control("clock", {"advance": "30s"})


async def fail_payment(play: Play) -> None:
    """Let the payment of an invoice fail."""
    invoice = {"invoice": "2026-0117", "amount": 129, "currency": "EUR"}
    order = {"type": "billing.invoice.payment.failed", "data": invoice}
    await play.stage.control("emit", order)  # type: ignore[arg-type]  # a dict of JSON


# --- what must be seen -----------------------------------------------------------------------


def in_slack(channel: str, text: str) -> Callable[[Play], bool]:
    """Say whether the fake Slack has a message with this text in this channel."""

    def seen(play: Play) -> bool:
        messages = play.stage.sandbox.sandbox.slack.messages
        return any(one.channel == channel and text in one.text for one in messages)

    return seen


def in_mail(to: str, text: str) -> Callable[[Play], bool]:
    """Say whether the fake mail server has a mail with this text to this address."""

    def seen(play: Play) -> bool:
        mails = (mail.as_json() for mail in play.stage.sandbox.sandbox.mailbox.mails)
        return any(to in str(mail["to"]) and text in str(mail["text"]) for mail in mails)

    return seen


def poll_open(play: Play) -> bool:
    """Say whether the sandbox has an open poll for the webinar."""
    polls = play.stage.sandbox.sandbox.world.polls.values()
    return any(poll.event_ref == play.event_ref and poll.active for poll in polls)


def rehearsal_unannounced(play: Play) -> bool:
    """Say whether nobody was told of the rehearsal."""
    return not in_slack("#events", REHEARSAL)(play)


def recorded(play: Play) -> bool:
    """Say whether there is a recording, and a webhook that tells of it was delivered."""
    deliveries = play.stage.sandbox.sandbox.outbox.deliveries
    return any(one.type.startswith("video.") and one.status == "delivered" for one in deliveries)


SCENES: Final = (
    Scene(f"An organiser creates “{TITLE}”, tomorrow at 15:00", create),
    Scene(
        "It is eight o'clock on a weekday",
        morning,
        (Effect(f"a mail to the producers lists {TITLE}", in_mail("producers@", TITLE)),),
    ),
    Scene(
        f"{ATTENDEES[0][0]} and {ATTENDEES[1][0]} sign up",
        sign_up,
        (
            *(
                Effect(f"Slack #signups tells of {name}", in_slack("#signups", name))
                for name, _ in ATTENDEES
            ),
            *(
                Effect(f"a mail welcomes {name}", in_mail(email, TITLE))
                for name, email in ATTENDEES
            ),
        ),
    ),
    Scene(
        "The crew rehearses: a test event goes live",
        rehearse,
        (Effect("Slack #events hears nothing of the rehearsal", rehearsal_unannounced),),
    ),
    Scene(
        f"“{TITLE}” goes live",
        go_live,
        (Effect(f"Slack #events says that {TITLE} is live", in_slack("#events", TITLE)),),
    ),
    Scene(
        "Ten minutes pass",
        ten_minutes,
        (Effect("the event has an open poll", poll_open),),
    ),
    Scene("The audience votes in the poll, and chats", take_part),
    Scene(
        "The webinar ends, and its recording becomes ready",
        end,
        (Effect("the recording's webhook was delivered", recorded),),
    ),
    Scene(
        "The month's payment fails",
        fail_payment,
        (Effect("Slack #finance hears of it", in_slack("#finance", "2026-0117")),),
    ),
)
