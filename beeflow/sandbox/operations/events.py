"""The events: reading, creating, changing, deleting, mailing (resource "Events")."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

from beeflow.sandbox import media, shape, stage
from beeflow.sandbox.files import LINK_LIFE
from beeflow.sandbox.paging import cut, numbered
from beeflow.sandbox.records import Event, EventStatus, FormField
from beeflow.sandbox.reply import Refusal, Reply, affected, done, wrapped
from beeflow.sandbox.seed import DEFAULT_FORM
from beeflow.sandbox.times import end_of, read_local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from beeflow.sandbox.call import Call, Handler
    from beeflow.types import Json

STANDARD_PICTURE = "images/standard_webinar_dark.png"
"""What an event without a picture shows (sample of "Get event image url")."""


def get(call: Call) -> Reply:
    """Answer "Get event details": all of it to its channel, some of it to anyone."""
    event = call.event()
    return Reply(shape.event_details(event) if call.owns(event) else shape.event_public(event))


def list_(call: Call) -> Reply:
    """Answer "Get all events", the latest first."""
    chosen = [event for event in call.world.events.values() if call.owns(event)]
    for narrow in (_by_status, _by_text, _by_start):
        chosen = narrow(call, chosen)
    by_start = call.text("orderBy") == "startDate"
    chosen.sort(key=lambda event: (event.date if by_start else event.created, event.id))
    page, rows = call.page(), chosen[::-1]
    if page.start is not None:
        rows = [event for event in rows if event.id <= page.start]
    return Reply([shape.event_listed(event) for event in cut(rows, page)])


def create(call: Call) -> Reply:
    """Answer "Create a new event"."""
    event = stage.create_event(call.sandbox)
    return Reply({"event_ref": event.ref, "message": "Event created"}, 201)


def update(call: Call) -> Reply:
    """Answer "Update event data"."""
    event = call.event()
    after = event
    for name, value in call.arguments.items():
        after = _CHANGES[name](after, value)
    return affected("Event updated", stage.change_event(call.sandbox, after, call.arguments))


def delete(call: Call) -> Reply:
    """Answer "Delete event"."""
    stage.delete_event(call.sandbox, call.event())
    return affected("Event deleted", 1)


def log(call: Call) -> Reply:
    """Answer "Get logs from event": all lines, the latest first."""
    lines = call.world.log.get(call.event().ref, [])
    rows = numbered(lines[::-1], "down")
    return Reply([shape.log_entry(row.row, row.row_num) for row in rows])


def image(call: Call) -> Reply:
    """Answer "Get event image url": a link that is valid for 20 minutes."""
    event, sandbox = call.event(), call.sandbox
    picture = call.world.images.get(event.image or "")
    stored = picture is not None and picture.file in sandbox.files.stored
    name = picture.file if picture is not None and stored else STANDARD_PICTURE
    url = sandbox.files.link(call.base, name, "get", sandbox.now() + LINK_LIFE)
    return wrapped({"signed_url": url})


def upload_image(call: Call) -> Reply:
    """Answer "Create a new event image": a link to put the picture to, and its reference."""
    event, sandbox = call.event(), call.sandbox
    picture = media.begin_image(sandbox, call.text("filename"), event_ref=event.ref)
    url = sandbox.files.link(call.base, picture.file, "put", sandbox.now() + LINK_LIFE)
    data: Json = {"asset_ref": picture.ref, "upload_url": url}
    return Reply({"data": data, "message": "Asset created", "status": 201}, 201)


def send_emails(call: Call) -> Reply:
    """Answer "Send bulk signup emails": every signup counts as mailed afterwards."""
    event, world = call.event(), call.world
    for signup in list(world.signups.values()):
        excluded = call.flag("excludeSent" if signup.email_sent else "excludeNotSent")
        if signup.event_ref == event.ref and not excluded:
            world.signups[signup.ref] = replace(signup, email_sent=True)
            world.emails_sent += 1
    return done("Emails sent successfully")


def _by_status(call: Call, events: list[Event]) -> list[Event]:
    if not call.has("status"):
        return events
    return [event for event in events if event.status == call.text("status")]


def _by_text(call: Call, events: list[Event]) -> list[Event]:
    text = call.text("search").casefold()
    return [event for event in events if text in f"{event.title}\n{event.desc}".casefold()]


def _by_start(call: Call, events: Iterable[Event]) -> list[Event]:
    """Keep the events that start within the range; its times are local to each event."""
    kept = list(events)
    if call.has("startDateFrom"):
        text = call.text("startDateFrom")
        kept = [
            event for event in kept if event.date >= read_time(read_local, text, event.timezone)
        ]
    if call.has("startDateTo"):
        text = call.text("startDateTo")
        kept = [event for event in kept if event.date <= read_time(end_of, text, event.timezone)]
    return kept


def read_time(
    read: Callable[[str, str], float], text: str, timezone: str, status: Literal[400, 422] = 400
) -> float:
    """Read a time that was sent, or refuse the call."""
    try:
        return read(text, timezone)
    except ValueError as error:
        raise Refusal(status, str(error)) from None


def _form(text: str) -> tuple[FormField, ...] | None:
    """Read `Name, Email, Company` as the inputs of a form; an empty text takes the form away."""
    titles = [title.strip() for title in text.split(",")]
    return tuple(FormField(title, _input(title)) for title in titles if title) or None


def _input(title: str) -> str:
    return title.lower() if title.lower() in {"name", "email"} else "text"


def _signup(event: Event, value: Json) -> Event:
    """Turn the signup form on or off; on without a form, it is the usual one."""
    return replace(event, signup_required=value is True, signup=event.signup or DEFAULT_FORM)


def _date(event: Event, value: Json) -> Event:
    return replace(event, date=read_time(read_local, str(value), event.timezone, 422))


_CHANGES: Mapping[str, Callable[[Event, Json], Event]] = {
    "title": lambda event, value: replace(event, title=str(value)),
    "desc": lambda event, value: replace(event, desc=str(value)),
    "description": lambda event, value: replace(event, desc=str(value)),
    "date": _date,
    "status": lambda event, value: replace(event, status=cast("EventStatus", value)),
    "signup_form": lambda event, value: replace(event, signup=_form(str(value))),
    "signup_success_msg": lambda event, value: replace(event, signup_success_msg=str(value)),
    "signup_form_msg": lambda event, value: replace(event, signup_form_msg=str(value)),
    "signup_terms": lambda event, value: replace(event, signup_terms_custom=str(value)),
    "image": lambda event, value: replace(event, image=str(value) or None),
    "lang": lambda event, value: replace(event, lang=str(value)),
    "qa_form_text": lambda event, value: replace(event, qa_form_text=str(value)),
    "signup": _signup,
    "chat": lambda event, value: replace(event, chat=value is True),
    "qa": lambda event, value: replace(event, qa=value is True),
    "show_countdown": lambda event, value: replace(event, show_countdown=value is True),
    "qa_email_required": lambda event, value: replace(event, qa_email_required=value is True),
    "video_auto_Switch": lambda event, value: replace(event, video_auto_switch=value is True),
    "save_stream_in_videos": lambda event, value: replace(
        event, save_stream_in_videos=value is True
    ),
    "show_logo": lambda event, value: replace(event, show_logo=value is True),
}
"""What each parameter of "Update event data" changes."""

HANDLERS: Mapping[str, Handler] = {
    "events.get": get,
    "events.list": list_,
    "events.create": create,
    "events.update": update,
    "events.delete": delete,
    "events.log": log,
    "events.image": image,
    "events.upload_image": upload_image,
    "events.send_emails": send_emails,
}
