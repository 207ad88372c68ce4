"""The days before the webinar: it is made, people sign up, a date moves, reminders go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.cli.demo.story.scene import Effect, Scene, mail, slack, told, world

if TYPE_CHECKING:
    from beeflow.cli.demo.story.scene import Play

TITLE: Final = "Product launch"
REHEARSAL: Final = "[test] Rehearsal"
WORKSHOP: Final = "Workshop"
SEATS: Final = 20
ATTENDEES: Final = (
    ("Ada Lindholm", "ada@example.com"),
    ("Bo Okafor", "bo@example.com"),
    ("Cleo Marsh", "cleo@bigcorp.example"),
)
_DATE: Final = "%Y-%m-%d %H:%M:%S"


async def create(play: Play, name: str, title: str, clock: str, days: int = 0) -> None:
    """Make an event, and give it a title and a date."""
    ref = play.refs[name] = await play.stage.life("create_event")
    date = play.at(clock, days).strftime(_DATE)
    await play.stage.patch(f"/events/{ref}", {"title": title, "date": date})


async def create_launch(play: Play) -> None:
    """Make the webinar."""
    await create(play, "launch", TITLE, "15:00", 1)


async def morning(play: Play) -> None:
    """Let it become eight o'clock."""
    await play.until("08:00")


async def sign_up(play: Play) -> None:
    """Sign people up, and let an hour pass."""
    for name, email in ATTENDEES:
        await play.stage.life("sign_up", event_ref=play.refs["launch"], name=name, email=email)
    await play.stage.pass_time(3600)


async def move(play: Play) -> None:
    """Move the webinar by an hour, and leave it there."""
    date = play.at("16:00", 1).strftime(_DATE)
    await play.stage.patch(f"/events/{play.refs['launch']}", {"date": date})
    await play.stage.pass_time(120)


async def rehearse(play: Play) -> None:
    """Try picture and sound on an event of the crew's own, which nobody ends."""
    await create(play, "rehearsal", REHEARSAL, "10:00")
    await play.until("10:00")
    await play.stage.life("go_live", event_ref=play.refs["rehearsal"])
    await play.stage.pass_time(600)


async def fill_workshop(play: Play) -> None:
    """Sign as many people up for a workshop as it has seats."""
    await create(play, "workshop", WORKSHOP, "20:00")
    ref = play.refs["workshop"]
    await play.stage.patch(f"/events/{ref}", {"save_stream_in_videos": False})
    for number in range(1, SEATS + 1):
        email = f"guest-{number}@example.com"
        await play.stage.life("sign_up", event_ref=ref, name=f"Guest {number}", email=email)
    await play.stage.pass_time(60)


async def day_before(play: Play) -> None:
    """Let it become four in the afternoon, a day before the webinar."""
    await play.until("16:00")


async def hold_workshop(play: Play) -> None:
    """Hold the workshop, which nobody records."""
    await play.until("20:00")
    await play.stage.life("go_live", event_ref=play.refs["workshop"])
    await play.until("20:30")
    await play.stage.life("end", event_ref=play.refs["workshop"])


async def night(play: Play) -> None:
    """Let it become seven in the morning, with the rehearsal still streaming."""
    await play.until("07:00", 1)


async def delete_rehearsal(play: Play) -> None:
    """Find the rehearsal, end it, and delete it."""
    ref = play.refs["rehearsal"]
    await play.stage.life("end", event_ref=ref)
    await play.stage.life("delete_event", event_ref=ref)


async def reminders(play: Play) -> None:
    """Let it become an hour, and then a quarter of an hour before the start."""
    await play.until("15:00")
    await play.until("15:45")


def unannounced(play: Play) -> bool:
    """Say whether nobody was told of the rehearsal."""
    messages = play.stage.sandbox.sandbox.slack.messages
    return not any(REHEARSAL in one.text for one in messages if one.channel == "#events")


BEFORE: Final = (
    Scene(
        f"An organiser creates “{TITLE}”, tomorrow at 15:00",
        create_launch,
        (world("the event is there", lambda play, it: play.refs["launch"] in it.events),),
    ),
    Scene(
        "It is eight o'clock on a weekday",
        morning,
        (mail("producers@", "coming, from", f"a mail to the producers lists {TITLE}"),),
    ),
    Scene(
        "Ada, Bo and Cleo sign up; an hour passes",
        sign_up,
        (
            *(slack("#signups", f"{name} signed up for *{TITLE}*") for name, _ in ATTENDEES),
            *(mail(email, f"You are in: {TITLE}") for _, email in ATTENDEES),
            slack("#sales", ATTENDEES[2][0], "sales hears of Cleo, of a key account"),
            told("crm", ATTENDEES[2][1], "the CRM gets a lead of her"),
            slack("#signups", "3 new signups"),
        ),
    ),
    Scene(
        f"“{TITLE}” is moved to 16:00",
        move,
        tuple(mail(email, "New date") for _, email in ATTENDEES),
    ),
    Scene(
        "The crew rehearses: a test event goes live",
        rehearse,
        (Effect("Slack #events hears nothing of the rehearsal", unannounced),),
    ),
    Scene(
        f"{SEATS} people sign up for tonight's workshop",
        fill_workshop,
        (
            slack("#producers", f"has its {SEATS} signups"),
            world(
                "its signup form is closed",
                lambda play, it: not it.events[play.refs["workshop"]].signup_required,
            ),
        ),
    ),
    Scene(
        "A day before the webinar",
        day_before,
        tuple(mail(email, f"{TITLE} starts tomorrow") for _, email in ATTENDEES),
    ),
    Scene(
        "The workshop is held, and not recorded",
        hold_workshop,
        (slack("#events", f"*{WORKSHOP}* is live"),),
    ),
    Scene(
        "The next morning: the rehearsal was never ended, and streamed all night",
        night,
        (slack("#finance", "over the budget"),),
    ),
    Scene(
        "Somebody ends the rehearsal, and deletes it",
        delete_rehearsal,
        (slack("#producers", "was deleted"),),
    ),
    Scene(
        "An hour, and a quarter of an hour before the webinar",
        reminders,
        (
            *(mail(email, f"{TITLE} starts in an hour") for _, email in ATTENDEES),
            *(mail(email, f"{TITLE} starts in a quarter") for _, email in ATTENDEES),
        ),
    ),
)
