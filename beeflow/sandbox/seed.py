"""The state that a sandbox begins with: the same references and titles each time.

Only the dates move: they are counted from the moment of the start.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from random import Random
from typing import TYPE_CHECKING

from beeflow.sandbox import audience
from beeflow.sandbox.names import Names
from beeflow.sandbox.records import (
    Channel,
    Connection,
    Event,
    FormField,
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
from beeflow.sandbox.world import World

if TYPE_CHECKING:
    from beeflow.sandbox.records import EventStatus

_SEED = 2025
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
DEFAULT_FORM = (FormField("Name", "name"), FormField("Email", "email"))
"""The signup form of a new event (sample of "event.created")."""
OWN_CHANNEL, OWN_USER = "g5zp39", "E0QRGZ"
"""The channel of the token and the user of the session key (samples of "User: connections")."""
_OTHER_CHANNEL = "Ki0hne"
_PEOPLE = (
    ("Ada Holm", "ada.holm@example.com"),
    ("Jonas Lind", "jonas.lind@example.com"),
    ("Mette Krogh", "mette.krogh@example.com"),
    ("Samir Haddad", "samir.haddad@example.com"),
    ("Grace Okafor", "grace.okafor@example.com"),
)


@dataclass(frozen=True, slots=True)
class Refs:
    """One seeded thing of each kind; all but `client` belong to `event` or to its channel."""

    event: str
    poll: str
    signup: str
    chat: str
    qa: str
    video: str
    upload: str
    client: str
    subdomain: str
    viewer: str
    simulcast: str
    connection: str

    def as_json(self) -> dict[str, str]:
        """Return them as the ready file has them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A seeded event: its title, when it starts and was created (seconds from now), its state."""

    title: str
    desc: str
    starts: float
    created: float
    status: EventStatus
    form: tuple[FormField, ...] = DEFAULT_FORM
    client_ref: str = OWN_CHANNEL


_COMPANY_FORM = (*DEFAULT_FORM, FormField("Company", "text"))
_LAUNCH = _Plan(
    "Product launch: the autumn collection",
    "First look at what comes this autumn, with questions to the designers.",
    3 * _DAY,
    -20 * _DAY,
    "idle",
)
_ALL_HANDS = _Plan(
    "All hands: the third quarter",
    "Results, plans and an open hour for everyone.",
    -20 * _MINUTE,
    -9 * _DAY,
    "live",
)
_PLANS = (
    _Plan(
        "Customer panel: what we learned this year",
        "Four customers, one hour, no slides.",
        -6 * _DAY,
        -30 * _DAY,
        "done",
    ),
    _Plan(
        "Webinar: first steps with live video",
        "From camera to audience in thirty minutes.",
        -2 * _DAY,
        -25 * _DAY,
        "video",
    ),
    _LAUNCH,
    _ALL_HANDS,
    _Plan(
        "Training day for moderators",
        "Chat, questions and polls, in theory and practice.",
        1 * _DAY,
        -3 * _DAY,
        "idle",
        _COMPANY_FORM,
    ),
    _Plan(
        "Board meeting of another channel",
        "Not yours to see.",
        2 * _DAY,
        -2 * _DAY,
        "idle",
        DEFAULT_FORM,
        _OTHER_CHANNEL,
    ),
)


def seeded(now: float) -> tuple[World, Refs]:
    """Make the state at the start, and name what is in it; `now` is Unix seconds."""
    seed = _Seed(now)
    seed.people()
    events = {plan.title: seed.event(plan) for plan in _PLANS}
    launch, all_hands = events[_LAUNCH.title], events[_ALL_HANDS.title]
    seed.engagement(all_hands)
    seed.past_streams(events)
    return seed.world, seed.everything(launch)


class _Seed:
    """Makes rows, with names drawn from a fixed seed."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.world = World()
        self.names = Names(Random(_SEED))  # noqa: S311 - repeatable on purpose

    def people(self) -> None:
        """Make two channels, their users and the connections between them."""
        world, ref = self.world, self.names.mixed
        own = Channel(1, OWN_CHANNEL, "Bright Events", "brightevents", ref(16), ref(16))
        other = Channel(2, _OTHER_CHANNEL, "Northwind", "northwind", ref(16), ref(16))
        world.channels = {own.ref: own, other.ref: other}
        for user in (
            User(OWN_USER, "Bee", "Streamed", "bee@example.com", OWN_CHANNEL),
            User("we3b2e3mtu7r", "Jane", "Doe", "jane.doe@example.com", OWN_CHANNEL),
            User("K7PLQD", "Peter", "Holt", "peter.holt@example.com", _OTHER_CHANNEL),
        ):
            world.users[user.ref] = user
        for user_ref, client_ref, active in (
            (OWN_USER, OWN_CHANNEL, True),
            ("we3b2e3mtu7r", OWN_CHANNEL, True),
            ("K7PLQD", OWN_CHANNEL, False),
            (OWN_USER, _OTHER_CHANNEL, False),
        ):
            number = world.number("connection")
            row = Connection(number, ref(32), user_ref, client_ref, active)
            world.connections[row.ref] = row

    def event(self, plan: _Plan) -> Event:
        """Make an event with its first line in the log."""
        row = Event(
            id=self.world.number("event", 590),
            ref=self.names.ref(12),
            client_ref=plan.client_ref,
            user_ref=OWN_USER,
            title=plan.title,
            desc=plan.desc,
            created=self.now + plan.created,
            date=_full_hour(self.now + plan.starts) if plan.starts > 0 else self.now + plan.starts,
            mux=self.names.mixed(43),
            mux_playback=self.names.mixed(45),
            key=self.names.key(),
            status=plan.status,
            chat=True,
            qa=True,
            signup=plan.form,
            signup_success_msg="Thank you for signing up, [Name]!",
        )
        self.world.events[row.ref] = row
        self.log(row)
        return row

    def log(self, event: Event) -> None:
        """Write the line that says that an event was created."""
        number, ref = self.world.number("log", 6501), self.names.ref(12)
        line = LogEntry(number, ref, event, event.created, "create", {"title": event.title})
        self.world.log[event.ref] = [line]

    def stream(self, event: Event, start: float, end: float | None, viewers: int) -> list[View]:
        """Stream an event, from `start` seconds from now on."""
        begun, over = self.now + start, None if end is None else self.now + end
        views = audience.planned(self.names, begun, viewers)
        self.world.sessions[event.ref] = [Session(event.ref, begun, over)]
        kept = views if over is None else audience.ended(views, over)
        self.world.views[event.ref] = kept
        return kept

    def engagement(self, event: Event) -> None:
        """Fill a live event with viewers, chat, a question, a poll and signups."""
        self.stream(event, -20 * _MINUTE, None, 60)
        for index, (name, email) in enumerate(_PEOPLE):
            self.signup(event, name, email, -_DAY + index * _HOUR)
        self.message(event, "Good morning from Aarhus!", -12 * _MINUTE)
        self.message(event, "Will the slides be shared?", -4 * _MINUTE, qa=True)
        poll = self.poll(event, "How is the sound?", ("Great", "OK", "Bad"), active=True)
        for index, (name, email) in enumerate(_PEOPLE[:3]):
            self.vote(poll, index % 2, name, email)

    def past_streams(self, events: dict[str, Event]) -> None:
        """Give the events that are over their streams, and one of them its recording."""
        panel, webinar = [row for row in events.values() if row.status in {"done", "video"}]
        self.stream(panel, -6 * _DAY, -6 * _DAY + _HOUR, 80)
        self.stream(webinar, -2 * _DAY, -2 * _DAY + _HOUR / 2, 40)
        self.video(webinar.title, 1800.0, webinar)

    def everything(self, event: Event) -> Refs:
        """Hang one of each kind on an event, and name them."""
        views = self.stream(event, -_DAY, -_DAY + 10 * _MINUTE, 3)
        poll = self.poll(event, "Which colour is yours?", ("Red", "Blue", "Green"), active=True)
        self.vote(poll, 1, *_PEOPLE[0])
        chat = self.message(event, "Looking forward to this one!", -2 * _HOUR)
        qa = self.message(event, "Will there be a recording?", -_HOUR, qa=True)
        channel = self.world.channels[OWN_CHANNEL]
        return Refs(
            event=event.ref,
            poll=poll.ref,
            signup=self.signup(event, *_PEOPLE[0], -3 * _DAY),
            chat=chat,
            qa=qa,
            video=self.video("Teaser for the autumn collection", 78.958, None),
            upload=self.upload(),
            client=channel.ref,
            subdomain=channel.subdomain,
            viewer=views[0].viewer_id,
            simulcast=self.simulcast(event),
            connection=next(iter(self.world.connections)),
        )

    def signup(self, event: Event, name: str, email: str, date: float) -> str:
        """Register somebody, `date` seconds from now."""
        number, ref = self.world.number("signup"), self.names.ref(24)
        data = {"name": name, "email": email}
        self.world.signups[ref] = Signup(number, ref, event.ref, data, self.now + date)
        return ref

    def message(self, event: Event, text: str, date: float, *, qa: bool = False) -> str:
        """Write a message or a question, `date` seconds from now."""
        number, ref = self.world.number("message", 33), self.names.ref(8)
        name, email = _PEOPLE[number % len(_PEOPLE)]
        status = "new" if qa else "public"
        row = Message(number, ref, event.ref, qa, name, email, text, status, self.now + date)
        self.world.messages[ref] = row
        return ref

    def poll(self, event: Event, question: str, options: tuple[str, ...], *, active: bool) -> Poll:
        """Make a poll, ten minutes ago."""
        number, ref = self.world.number("poll", 150), self.names.ref(8)
        created = self.now - 10 * _MINUTE
        row = Poll(number, ref, event.ref, question, options, active, created)
        self.world.polls[ref], self.world.entries[ref] = row, []
        return row

    def vote(self, poll: Poll, option: int, name: str, email: str) -> None:
        """Cast a vote, five minutes ago."""
        number, created = self.world.number("entry", 123), self.now - 5 * _MINUTE
        self.world.entries[poll.ref].append(
            PollEntry(number, poll.ref, option, email, name, created)
        )

    def video(self, title: str, duration: float, event: Event | None) -> str:
        """Make a video that is ready; linked to an event when there is one."""
        row = Video(
            id=self.world.number("video", 270),
            ref=self.names.ref(32),
            client_ref=OWN_CHANNEL,
            title=title,
            date=self.now - 2 * _DAY,
            asset_id=self.names.mixed(45),
            playback_id=self.names.mixed(43),
            duration=duration,
            event_ref=None if event is None else event.ref,
            delivered=72,
            next_delivery=self.now + _DAY,
        )
        self.world.videos[row.ref] = row
        return row.ref

    def upload(self) -> str:
        """Make an upload that is done; returns its id at the video host."""
        row = Upload(
            id=self.world.number("upload", 240),
            ref=self.names.ref(32),
            mux_id=self.names.mixed(45),
            client_ref=OWN_CHANNEL,
            user_ref=OWN_USER,
            title="teaser.mp4",
            duration=79,
            created=self.now - 2 * _DAY,
            asset_id=self.names.mixed(45),
            file="",
            received=self.now - 2 * _DAY,
            done=True,
        )
        self.world.uploads[row.mux_id] = row
        return row.mux_id

    def simulcast(self, event: Event) -> str:
        """Make a simulcast target."""
        id_ = self.names.mixed(40)
        url, name = "rtmp://a.rtmp.youtube.com/live2", "youtube-stream"
        key = self.names.key()
        self.world.simulcasts[id_] = Simulcast(id_, event.ref, url, name, key)
        return id_


def _full_hour(seconds: float) -> float:
    return seconds - seconds % _HOUR
