"""Records as the API shows them: the keys of the documented samples, no more and no fewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.sandbox.times import local_date, utc

if TYPE_CHECKING:
    from beeflow.sandbox.records import (
        Channel,
        Connection,
        Event,
        LogEntry,
        Message,
        Poll,
        PollEntry,
        Signup,
        Simulcast,
        Upload,
        User,
        Video,
    )
    from beeflow.types import Json

RTMP_SERVER = "rtmps://global-live.mux.com:443/app"
UPLOAD_TIMEOUT = 3600
"""Seconds in which an upload must arrive (`timeout` of the samples)."""

_ASSET_SETTINGS: dict[str, Json] = {
    "playback_policies": ["public"],
    "encoding_tier": "baseline",
    "mp4_support": "capped-1080p",
}
_DETAILS: dict[str, Json] = {
    "aspect_ratio": "16:9",
    "frame_rate": 30,
    "resolution": "1080p",
    "resolution_tag": "HD",
}
_PUBLIC_EVENT = (
    "event_chat",
    "event_date",
    "event_desc",
    "event_mux_playback",
    "event_qa",
    "event_signup",
    "event_signup_form_msg",
    "event_signup_required",
    "event_signup_success_msg",
    "event_status",
    "event_title",
)
_PUBLIC_MESSAGE = (
    "chat_created",
    "chat_id",
    "chat_message",
    "chat_name",
    "chat_ref",
    "row_num",
)


def form(event: Event) -> Json:
    """Show a signup form, as the sample of "event.created" has it."""
    if event.signup is None:
        return None
    return [{"title": field.title, "type": field.type} for field in event.signup]


def event_listed(event: Event) -> dict[str, Json]:
    """Show an event as the list does (page "Get all events")."""
    return {
        "event_chat": event.chat,
        "event_client_ref": event.client_ref,
        "event_created": utc(event.created),
        "event_date": local_date(event),
        "event_desc": event.desc,
        "event_embed_domain": None,
        "event_id": event.id,
        "event_image": event.image,
        "event_mux": event.mux,
        "event_mux_playback": event.mux_playback,
        "event_password": None,
        "event_qa": event.qa,
        "event_recurring": 0,
        "event_ref": event.ref,
        "event_signup": form(event),
        "event_signup_form_msg": event.signup_form_msg,
        "event_signup_required": event.signup_required,
        "event_signup_success_msg": event.signup_success_msg,
        "event_status": event.status,
        "event_title": event.title,
        "event_user_ref": event.user_ref,
    }


def event_details(event: Event) -> dict[str, Json]:
    """Show an event by itself (page "Get event details", authenticated)."""
    return {**event_listed(event), "event_webrtc": event.webrtc}


def event_public(event: Event) -> dict[str, Json]:
    """Show an event to anyone (page "Get event details", public)."""
    details = event_details(event)
    return {key: details[key] for key in _PUBLIC_EVENT}


def log_entry(entry: LogEntry, row_num: int) -> dict[str, Json]:
    """Show a line of an event's log (page "Get logs from event")."""
    return {
        "events_log_client_ref": entry.event.client_ref,
        "events_log_created": utc(entry.created),
        "events_log_event_ref": entry.event.ref,
        "events_log_id": entry.id,
        "events_log_ref": entry.ref,
        "events_log_response": dict(entry.response),
        "events_log_type": entry.type,
        "events_log_user_ref": entry.event.user_ref,
        "row_num": row_num,
    }


def simulcast(target: Simulcast, status: str) -> dict[str, Json]:
    """Show a simulcast target (page "Get filtered MUX stream data")."""
    return {
        "id": target.id,
        "passthrough": target.passthrough,
        "status": status,
        "stream_key": target.stream_key,
        "url": target.url,
    }


def message(row: Message, row_num: int) -> dict[str, Json]:
    """Show a message or a question (page "Get chat messages")."""
    return {
        "chat_created": utc(row.created),
        "chat_deleted_time": None,
        "chat_email": row.email,
        "chat_event_ref": row.event_ref,
        "chat_id": row.id,
        "chat_message": row.text,
        "chat_name": row.name,
        "chat_ref": row.ref,
        "chat_status": row.status,
        "row_num": row_num,
    }


def message_public(row: Message, row_num: int) -> dict[str, Json]:
    """Show a message to anyone (the same page, "Global authentication")."""
    whole = message(row, row_num)
    return {key: whole[key] for key in _PUBLIC_MESSAGE}


def poll(row: Poll) -> dict[str, Json]:
    """Show a poll (page "Get polls"); it has no counts."""
    return {
        "poll_ref": row.ref,
        "poll_event_ref": row.event_ref,
        "poll_question": row.question,
        "poll_options": list(row.options),
        "poll_active": row.active,
        "poll_created": utc(row.created),
    }


def poll_entry(row: PollEntry, row_num: int) -> dict[str, Json]:
    """Show a vote (page "Get poll entries")."""
    return {
        "poll_entry_id": row.id,
        "poll_entry_poll_ref": row.poll_ref,
        "poll_entry_email": row.email,
        "poll_entry_name": row.name,
        "poll_entry_option_index": row.option_index,
        "poll_entry_created": utc(row.created),
        "poll_entry_row_number": row_num,
    }


def signup(row: Signup) -> dict[str, Json]:
    """Show a signup by itself (page "Get signup details")."""
    return {
        "signup_data": dict(row.data),
        "signup_date": utc(row.date),
        "signup_date_visited": utc(row.visited),
        "signup_email_sent": int(row.email_sent),
        "signup_ref": row.ref,
        "signup_visited": int(row.visited is not None),
    }


def signup_listed(row: Signup, row_num: int) -> dict[str, Json]:
    """Show a signup as the list does (page "Get all signups")."""
    return {
        "row_num": row_num,
        **signup(row),
        "signup_event_ref": row.event_ref,
        "signup_id": row.id,
    }


def mux_data(row: Video) -> dict[str, Json]:
    """Show a video as the video host has it; a temporary one is not processed yet."""
    ids: dict[str, Json] = {"asset_id": row.asset_id, "playback_id": row.playback_id}
    if row.temp:
        return ids
    return {**ids, "details": dict(_DETAILS), "duration": row.duration}


def video(row: Video) -> dict[str, Json]:
    """Show a video (page "Get video details")."""
    return {
        "video_client_ref": row.client_ref,
        "video_date": utc(row.date),
        "video_delete_date": int(row.deleted_at or 0),
        "video_deleted": int(row.deleted_at is not None),
        "video_delivery_current": row.delivered,
        "video_delivery_next_update": int(row.next_delivery),
        "video_delivery_paid": 0,
        "video_event_ref": row.event_ref,
        "video_id": row.id,
        "video_mux_asset_id": row.asset_id,
        "video_mux_data": mux_data(row),
        "video_mux_sync": int(not row.temp),
        "video_ref": row.ref,
        "video_title": row.title,
    }


def upload(row: Upload, status: str) -> dict[str, Json]:
    """Show an upload (page "Get upload status"); `asset_id` is there once there is an asset."""
    shown: dict[str, Json] = {
        "timeout": UPLOAD_TIMEOUT,
        "status": status,
        "new_asset_settings": dict(_ASSET_SETTINGS),
        "id": row.mux_id,
    }
    return {**shown, "asset_id": row.asset_id} if status == "asset_created" else shown


def channel(row: Channel) -> dict[str, Json]:
    """Show a channel to anyone (page "Get channel details")."""
    return {
        "client_name": row.name,
        "client_ref": row.ref,
        "client_subdomain": row.subdomain,
    }


def user_connection(row: Connection, user: User, row_num: int) -> dict[str, Json]:
    """Show a connection from the channel's side (page "Client: Get all connections")."""
    return {
        "conn_ref": row.ref,
        "conn_user_ref": user.ref,
        "data": {
            "user_client_ref": user.client_ref,
            "user_email": user.email,
            "user_first": user.first,
            "user_last": user.last,
            "user_ref": user.ref,
        },
        "row_num": row_num,
    }


def channel_connection(
    row: Connection, client: Channel, row_num: int, *, current: bool
) -> dict[str, Json]:
    """Show a connection from the user's side (page "User: Get all connections")."""
    shown: dict[str, Json] = {"conn_client_ref": client.ref, "conn_ref": row.ref}
    if current:
        shown["current"] = True
    shown["data"] = {
        "client_logo": client.logo,
        "client_logo_light": client.logo_light,
        **channel(client),
    }
    return {**shown, "row_num": row_num}
