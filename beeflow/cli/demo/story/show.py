"""The webinar itself: it starts late, people ask and vote and leave, and it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.cli.demo.story.before import ATTENDEES, TITLE
from beeflow.cli.demo.story.scene import Scene, mail, slack, told, world

if TYPE_CHECKING:
    from beeflow.cli.demo.story.scene import Play

LATE: Final = ("Dan Novak", "dan@example.com")


async def sign_up_late(play: Play) -> None:
    """Sign somebody up ten minutes before the start."""
    await play.until("15:50")
    name, email = LATE
    await play.stage.life("sign_up", event_ref=play.refs["launch"], name=name, email=email)


async def miss_the_start(play: Play) -> None:
    """Let five minutes pass after the start, with nothing on air."""
    await play.until("16:05")


async def go_live(play: Play) -> None:
    """Begin, with an audience."""
    await play.stage.life("go_live", event_ref=play.refs["launch"])
    await play.stage.life("join", event_ref=play.refs["launch"], count=40)


async def ten_minutes(play: Play) -> None:
    """Let the audience arrive."""
    await play.until("16:10")
    await play.until("16:15")


async def take_part(play: Play) -> None:
    """Vote, ask and chat, as the audience."""
    ref = play.refs["launch"]
    for index, (name, email) in enumerate(ATTENDEES[:2]):
        await play.stage.life("vote", event_ref=ref, name=name, email=email, option_index=index)
    await play.stage.pass_time(30)
    await play.stage.life("ask", event_ref=ref, name="Ada Lindholm", text="Is there a free plan?")
    await play.stage.life("chat", event_ref=ref, name="Spammer", text="Win at my CASINO tonight")
    await play.stage.pass_time(30)


async def lose_viewers(play: Play) -> None:
    """Let nearly everybody leave within five minutes."""
    await play.until("16:18")
    await play.stage.life("leave", event_ref=play.refs["launch"], count=1000)
    await play.until("16:20")
    await play.until("16:30")


async def break_stream(play: Play) -> None:
    """Take the stream's key out of use, and give it a new one two minutes later."""
    ref = play.refs["launch"]
    await play.stage.life("disable_key", event_ref=ref)
    for _ in range(6):
        await play.stage.pass_time(20)
    await play.stage.life("reset_key", event_ref=ref)


async def close_poll(play: Play) -> None:
    """Let the poll's time be up."""
    await play.until("17:00")


async def end(play: Play) -> None:
    """End the webinar, and let its recording become ready."""
    await play.until("17:10")
    await play.stage.life("end", event_ref=play.refs["launch"])
    await play.stage.pass_time(60)


SHOW: Final = (
    Scene(
        "Ten minutes before the start Dan signs up",
        sign_up_late,
        (mail(LATE[1], f"Come in: {TITLE}"),),
    ),
    Scene(
        "16:05, and nothing is on air",
        miss_the_start,
        (
            told("pager", TITLE, "the producer on duty is paged"),
            slack("#producers", f"{TITLE} should be live"),
        ),
    ),
    Scene(f"“{TITLE}” goes live", go_live, (slack("#events", f"*{TITLE}* is live"),)),
    Scene(
        "Ten minutes later",
        ten_minutes,
        (
            world(
                "the event has an open poll",
                lambda play, it: any(
                    poll.active and poll.event_ref == play.refs["launch"]
                    for poll in it.polls.values()
                ),
            ),
        ),
    ),
    Scene(
        "The audience votes, asks and chats; one of them advertises",
        take_part,
        (
            slack("#moderators", "Is there a free plan?"),
            slack("#moderators", "Hidden, by Spammer"),
            world(
                "the advertisement is hidden",
                lambda _play, it: any(
                    "CASINO" in row.text and row.status == "hidden" for row in it.messages.values()
                ),
            ),
        ),
    ),
    Scene(
        "Nearly everybody leaves",
        lose_viewers,
        (
            slack("#producers", "were watching five minutes ago"),
            slack("#producers", "who signed up", "the producers hear that few are watching"),
        ),
    ),
    Scene(
        "The stream's key is taken out of use, and reset two minutes later",
        break_stream,
        (
            slack("#security", "was disabled"),
            slack("#producers", "has had no stream"),
            slack("#security", "was reset"),
        ),
    ),
    Scene(
        "The poll's time is up",
        close_poll,
        (slack("#events", "(2 votes)", "Slack #events has the poll's results"),),
    ),
    Scene(
        "The webinar ends, and its recording becomes ready",
        end,
        (
            world(
                "the event shows its recording",
                lambda play, it: (
                    it.events[play.refs["launch"]].status == "video"
                    and it.events[play.refs["launch"]].video_ref is not None
                ),
            ),
        ),
    ),
)
