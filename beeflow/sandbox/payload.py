"""Records as webhooks carry them: the documented sample, with what this record knows on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.sandbox import shape
from beeflow.sandbox.samples import sample_data
from beeflow.sandbox.times import offset_date, utc, zone_name

if TYPE_CHECKING:
    from beeflow.sandbox.records import Event, Poll, Signup, Upload, Video
    from beeflow.types import Json


def event(row: Event, *, delivered_minutes: int = 0) -> dict[str, Json]:
    """Show an event (webhooks "event.created" and "event.updated"), with about sixty fields."""
    data = sample_data("event.updated") | shape.event_details(row)
    return data | {
        "event_date": offset_date(row),
        "event_date_unix": int(row.date),
        "event_timezone": row.timezone,
        "event_time_zone": zone_name(row),
        "event_lang": row.lang,
        "event_show_logo": row.show_logo,
        "event_show_countdown": row.show_countdown,
        "event_qa_email_required": row.qa_email_required,
        "event_qa_form_text": row.qa_form_text,
        "event_signup_terms_custom": row.signup_terms_custom,
        "event_video_auto_switch": int(row.video_auto_switch),
        "event_save_stream_in_videos": int(row.save_stream_in_videos),
        "event_mux_is_live": int(row.status in {"live", "force_live"}),
        "event_video_ref": row.video_ref or "",
        "event_delivered_minutes": delivered_minutes,
    }


def poll(row: Poll) -> dict[str, Json]:
    """Show a poll (webhook "poll.created"), with its options' counts at nought."""
    return {
        "poll_id": row.id,
        "poll_ref": row.ref,
        "poll_event_ref": row.event_ref,
        "poll_data": {
            "options": [{"option": option, "entries": 0} for option in row.options],
            "question": row.question,
        },
        "poll_active": row.active,
        "poll_archived": 0,
        "poll_created": utc(row.created),
        "results_hidden": False,
    }


def signup(row: Signup) -> dict[str, Json]:
    """Show a signup (webhook "signup.created"); it says nothing about its event."""
    return {**shape.signup(row), "signup_mux_viewer_id": None}


def video(row: Video) -> dict[str, Json]:
    """Show a video (webhooks "video.updated" and "video.upload.created")."""
    return {
        **shape.video(row),
        "video_temp": int(row.temp),
        "video_delivery_last_update": None if row.delivered_at is None else int(row.delivered_at),
        "video_public": 0,
        "video_tags": {"tags": []},
        "video_description": None,
        "video_total_views": row.total_views,
        "video_slug": None,
    }


def upload_new(row: Upload, url: str) -> dict[str, Json]:
    """Show an upload that begins (webhook "video.upload.new")."""
    return {
        "upload_ref": row.ref,
        "upload_title": row.title,
        "upload_data": {
            "id": row.mux_id,
            "timeout": shape.UPLOAD_TIMEOUT,
            "status": "waiting",
            "new_asset_settings": {
                "master_access": "none",
                "mp4_support": "standard",
                "normalize_audio": False,
            },
            "cors_origin": "https://manage.beestreamed.com",
            "url": url,
        },
    }


def upload_done(row: Upload) -> dict[str, Json]:
    """Show an upload that is done (webhook "video.upload.done")."""
    return {
        "upload_id": row.id,
        "upload_ref": row.ref,
        "upload_video_ref": None,
        "upload_user_ref": row.user_ref,
        "upload_client_ref": row.client_ref,
        "upload_created": utc(row.created),
        "upload_mux_id": row.mux_id,
        "upload_mux_expire_date": int(row.created) + shape.UPLOAD_TIMEOUT,
        "upload_status": "done",
        "upload_title": row.title,
        "upload_duration": row.duration,
    }
