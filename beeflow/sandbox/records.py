"""What the sandbox remembers: frozen records, replaced when they change.

Times are Unix seconds. The fields of an `Event` are the platform's names less `event_`, so that
`keys_updated` of a webhook follows from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json

EventStatus = Literal["idle", "live", "video", "done", "force_live"]
STREAMING = frozenset({"live", "force_live"})
"""The statuses in which an event has a stream (page "Events: Introduction", event states)."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A client of the platform; its token sees only its own events."""

    id: int
    ref: str
    name: str
    subdomain: str
    logo: str | None = None
    logo_light: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person with a login; `client_ref` is the channel of their own."""

    ref: str
    first: str
    last: str
    email: str
    client_ref: str


@dataclass(frozen=True, slots=True)
class Connection:
    """A user's place in a channel; inactive until it is accepted."""

    id: int
    ref: str
    user_ref: str
    client_ref: str
    active: bool


@dataclass(frozen=True, slots=True)
class FormField:
    """An input of a signup form."""

    title: str
    type: str

    @property
    def key(self) -> str:
        """The name under which a signup carries it: `Company Name` is `company_name`."""
        if self.type in {"name", "email"}:
            return self.type
        return "_".join(self.title.lower().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event. `date` is an instant; it is shown in `timezone`."""

    id: int
    ref: str
    client_ref: str
    user_ref: str
    title: str
    created: float
    date: float
    mux: str
    mux_playback: str
    key: str
    desc: str = ""
    status: EventStatus = "idle"
    timezone: str = "Europe/Berlin"
    key_enabled: bool = True
    webrtc: bool = False
    chat: bool = False
    qa: bool = False
    signup: tuple[FormField, ...] | None = None
    signup_required: bool = False
    signup_form_msg: str | None = None
    signup_success_msg: str | None = None
    signup_terms_custom: str | None = None
    image: str | None = None
    lang: str = "en"
    qa_form_text: str | None = None
    qa_email_required: bool = True
    show_countdown: bool = True
    show_logo: bool = True
    video_auto_switch: bool = True
    save_stream_in_videos: bool = True
    video_ref: str | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A line of an event's log: what was changed, in the names of the call that changed it."""

    id: int
    ref: str
    event: Event
    created: float
    type: Literal["create", "update"]
    response: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Simulcast:
    """A place that an event is streamed to as well."""

    id: str
    event_ref: str
    url: str
    passthrough: str
    stream_key: str


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll of an event."""

    id: int
    ref: str
    event_ref: str
    question: str
    options: tuple[str, ...]
    active: bool
    created: float


@dataclass(frozen=True, slots=True)
class PollEntry:
    """A vote."""

    id: int
    poll_ref: str
    option_index: int
    email: str | None
    name: str | None
    created: float


@dataclass(frozen=True, slots=True)
class Message:
    """A chat message, or a question when `qa`."""

    id: int
    ref: str
    event_ref: str
    qa: bool
    name: str
    email: str
    text: str
    status: str
    created: float


@dataclass(frozen=True, slots=True)
class Signup:
    """A registration; `data` is what the form's fields were filled with."""

    id: int
    ref: str
    event_ref: str
    data: Mapping[str, Json]
    date: float
    email_sent: bool = False
    visited: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video. `temp` until it is processed; `unclaimed` while it has the title of its upload."""

    id: int
    ref: str
    client_ref: str
    title: str
    date: float
    asset_id: str
    playback_id: str
    duration: float
    event_ref: str | None = None
    temp: bool = False
    unclaimed: bool = False
    deleted_at: float | None = None
    delivered: int = 0
    delivered_at: float | None = None
    next_delivery: float = 0
    total_views: int = 0
    master_asked: float | None = None
    file: str | None = None


UploadStatus = Literal["waiting", "asset_created", "timed_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A link that a video file is put to. `received` is when the whole file had arrived."""

    id: int
    ref: str
    mux_id: str
    client_ref: str
    user_ref: str
    title: str
    duration: int
    created: float
    asset_id: str
    file: str
    received: float | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that was or will be put: to an event, or to a channel as its logo."""

    ref: str
    file: str
    event_ref: str | None = None
    client_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A stretch of time in which an event was streamed; still running while `end` is None."""

    event_ref: str
    start: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One sitting of one viewer. `end` may lie in the future: it is when they mean to leave."""

    id: str
    viewer_id: str
    start: float
    end: float
    country: str
    device: str
    browser: str
    operating_system: str
