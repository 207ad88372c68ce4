"""The days after: thanks, the archive, what was not recorded, invoices, and the week's report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.cli.demo.story.before import ATTENDEES, TITLE, WORKSHOP
from beeflow.cli.demo.story.scene import Effect, Scene, mail, slack, told

if TYPE_CHECKING:
    from beeflow.cli.demo.story.scene import Play
    from beeflow.types import Json


async def thank(play: Play) -> None:
    """Let two hours pass after the end; an upload begins meanwhile, and is forgotten."""
    await play.stage.post("/videos/upload", {"duration": 60})
    await play.until("19:10")


async def evening(play: Play) -> None:
    """Let a day pass after the workshop."""
    await play.until("20:30")


async def archive(play: Play) -> None:
    """Let it become two at night."""
    await play.until("02:00", 1)


async def bill(play: Play) -> None:
    """Make an invoice, and let two payments fail, a day apart."""
    await play.until("10:00")
    await _emit(play, "billing.invoice.created", "2026-0117")
    await fail_payment(play, "2026-0117")
    await play.until("10:00", 1)
    await fail_payment(play, "2026-0118")


async def fail_payment(play: Play, number: str) -> None:
    """Let the payment of an invoice fail."""
    await _emit(play, "billing.invoice.payment.failed", number)


async def _emit(play: Play, kind: str, number: str) -> None:
    invoice: dict[str, Json] = {"invoice": number, "amount": 129, "currency": "EUR"}
    await play.stage.control("emit", {"type": kind, "data": invoice})


async def monday(play: Play) -> None:
    """Let it become nine on Monday."""
    await play.until("09:00", (7 - play.day.weekday()) % 7)


def _mailed_once(play: Play) -> bool:
    """Say whether each attendee of the webinar got one mail after it, and no more."""
    mails = [one.as_json() for one in play.stage.sandbox.sandbox.mailbox.mails]
    after = [
        str(one["to"])
        for one in mails
        if TITLE in str(one["subject"])
        and ("Thank you" in str(one["subject"]) or "You missed" in str(one["subject"]))
    ]
    return len(after) == len(set(after)) == len(ATTENDEES) + 1


AFTER: Final = (
    Scene(
        "Two hours after the end",
        thank,
        (Effect("each attendee gets a thank-you or the recording, once", _mailed_once),),
    ),
    Scene(
        "A day after the workshop; an upload that began at 17:11 is not done",
        evening,
        (
            slack("#producers", f"*{WORKSHOP}* ended 24h ago, and has no recording"),
            slack("#editors", "is not done after 2h"),
        ),
    ),
    Scene("At two in the night", archive, (mail("archive@", "Questions of"),)),
    Scene(
        "An invoice comes, and two payments fail",
        bill,
        (
            mail("accounting@", "A new invoice"),
            slack("#finance", "2026-0117", "Slack #finance hears of the first"),
            told("pager", "second payment failed", "somebody is paged for the second"),
        ),
    ),
    Scene("Monday, nine o'clock", monday, (mail("producers@", "events last week"),)),
)
