from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox.site import Site

LISTED = (
    "Training day for moderators",
    "All hands: the third quarter",
    "Product launch: the autumn collection",
    "Webinar: first steps with live video",
    "Customer panel: what we learned this year",
)
"""The titles of the channel's events, the latest created first."""


async def titles(site: Site, **query: str) -> list[str]:
    answer = await site.get("/events", params=query)
    assert answer.status == 200
    return [event["event_title"] for event in answer.body]


async def test_an_event_of_ones_own_is_shown_in_full(site: Site) -> None:
    answer = await site.get(f"/events/{site.refs.event}")
    assert answer.body["event_title"] == "Product launch: the autumn collection"
    assert answer.body["event_client_ref"] == site.refs.client
    assert answer.body["event_signup"] == [
        {"title": "Name", "type": "name"},
        {"title": "Email", "type": "email"},
    ]


async def test_without_a_token_less_of_it_is_shown(site: Site) -> None:
    answer = await site.get(f"/events/{site.refs.event}", token=False)
    assert answer.status == 200
    assert "event_client_ref" not in answer.body


async def test_an_unknown_event_is_answered_with_the_documented_404(site: Site) -> None:
    answer = await site.get("/events/nope")
    assert (answer.status, answer.body) == (
        404,
        {"message": "Event with REF nope not found", "status": 404},
    )


async def test_another_channels_event_is_answered_with_the_documented_403(site: Site) -> None:
    ref = foreign(site)
    answer = await site.get(f"/events/{ref}")
    assert (answer.status, answer.body) == (
        403,
        {"message": "You are not authorized to access this event", "status": 403},
    )
    assert (await site.get(f"/events/{ref}", token=False)).status == 200


def foreign(site: Site) -> str:
    """Return the reference of the event of another channel."""
    events = site.running.sandbox.world.events.values()
    return next(event.ref for event in events if event.client_ref != site.refs.client)


async def test_the_list_has_the_channels_events_the_latest_first(site: Site) -> None:
    assert await titles(site) == list(LISTED)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"maxResults": "2"}, LISTED[:2]),
        ({"maxResults": "2", "page": "2"}, LISTED[2:4]),
        ({"page": "9"}, ()),
        ({"status": "live"}, LISTED[1:2]),
        ({"search": "AUTUMN"}, LISTED[2:3]),
        ({"search": "thirty minutes"}, LISTED[3:4]),
        ({"orderBy": "startDate", "maxResults": "2"}, (LISTED[2], LISTED[0])),
        ({"startDateFrom": "2026-09-22"}, (LISTED[0], LISTED[2])),
        ({"startDateTo": "2026-09-15 18:00:00"}, LISTED[4:]),
        ({"startDateFrom": "2026-09-21", "startDateTo": "2026-09-21"}, LISTED[1:2]),
        ({"unheard": "of"}, LISTED),
    ],
)
async def test_the_list_is_narrowed(
    query: dict[str, str], expected: tuple[str, ...], site: Site
) -> None:
    assert await titles(site, **query) == list(expected)


async def test_the_list_begins_where_index_start_says(site: Site) -> None:
    all_events = (await site.get("/events")).body
    third = all_events[2]["event_id"]
    later = await site.get("/events", params={"indexStart": third})
    assert [event["event_id"] for event in later.body] == [
        event["event_id"] for event in all_events if event["event_id"] <= third
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"maxResults": "0"},
        {"maxResults": "many"},
        {"status": "ended"},
        {"orderBy": "title"},
        {"startDateFrom": "soon"},
        {"startDateTo": "9999-12-31"},
        {"indexStart": "9" * 30},
    ],
)
async def test_a_wrong_query_is_answered_with_400(query: dict[str, str], site: Site) -> None:
    answer = await site.get("/events", params=query)
    assert (answer.status, answer.body["status"]) == (400, 400)


async def test_a_created_event_is_listed_first_and_announced(site: Site) -> None:
    created = await site.post("/events")
    assert created.status == 201
    listed = (await site.get("/events")).body[0]
    assert listed["event_ref"] == created.body["event_ref"]
    await site.settled()
    assert site.kinds == ["event.created"]
    assert site.payloads[0]["data"]["event_ref"] == created.body["event_ref"]


async def test_what_is_patched_shows_is_logged_and_announced(site: Site) -> None:
    path = f"/events/{site.refs.event}"
    change = {
        "title": "New title",
        "description": "New text",
        "date": "2026-12-01 09:00:00",
        "chat": False,
        "signup_form": "Name, Email, Company Name",
        "signup_success_msg": "Thanks",
        "signup_form_msg": "Please",
        "image": "poster",
    }
    answer = await site.patch(path, change)
    assert answer.body == {"message": "Event updated", "rows": 1}
    shown = (await site.get(path)).body
    assert shown["event_title"] == "New title"
    assert shown["event_desc"] == "New text"
    assert shown["event_date"] == "2026-12-01 09:00:00"
    assert shown["event_chat"] is False
    assert shown["event_signup"][2] == {"title": "Company Name", "type": "text"}
    assert shown["event_image"] == "poster"
    entry = (await site.get(f"{path}/log")).body[0]
    assert entry["events_log_response"] == change
    assert (entry["events_log_type"], entry["row_num"]) == ("update", 2)
    await site.settled()
    (payload,) = site.payloads
    assert payload["type"] == "event.updated"
    assert set(payload["keys_updated"]) == {
        "event_title",
        "event_desc",
        "event_date",
        "event_chat",
        "event_signup",
        "event_signup_success_msg",
        "event_signup_form_msg",
        "event_image",
    }
    assert payload["data"]["event_date"] == "2026-12-01 09:00:00 +01:00"
    assert payload["data"]["event_date_unix"] == 1_796_112_000


async def test_the_parameters_that_only_webhooks_show_are_kept_too(site: Site) -> None:
    await site.patch(
        f"/events/{site.refs.event}",
        {
            "desc": "x",
            "lang": "da",
            "qa": "0",
            "qa_form_text": "Ask!",
            "qa_email_required": 0,
            "show_countdown": False,
            "show_logo": False,
            "video_auto_Switch": False,
            "save_stream_in_videos": False,
            "signup": True,
            "signup_terms": "Be kind",
        },
    )
    await site.settled()
    data = site.payloads[0]["data"]
    assert (data["event_lang"], data["event_qa_form_text"]) == ("da", "Ask!")
    assert (data["event_qa"], data["event_qa_email_required"]) == (False, False)
    assert (data["event_show_countdown"], data["event_show_logo"]) == (False, False)
    assert (data["event_video_auto_switch"], data["event_save_stream_in_videos"]) == (0, 0)
    assert (data["event_signup_required"], data["event_signup_terms_custom"]) == (True, "Be kind")


async def test_a_patch_that_changes_nothing_says_so_and_is_silent(site: Site) -> None:
    path = f"/events/{site.refs.event}"
    title = (await site.get(path)).body["event_title"]
    assert (await site.patch(path, {"title": title})).body["rows"] == 0
    assert len((await site.get(f"{path}/log")).body) == 1
    await site.settled()
    assert site.kinds == []


async def test_a_change_of_status_alone_is_announced_as_such(site: Site) -> None:
    await site.patch(f"/events/{site.refs.event}", {"status": "live"})
    await site.settled()
    assert site.kinds == ["event.updated.status"]
    assert site.payloads[0]["data"] == {"event_ref": site.refs.event, "status": "live"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "ended"}, "idle, live, video, done, force_live"),
        ({"tilte": "x"}, "did you mean `title`?"),
        ({"video_auto_switch": True}, "did you mean `video_auto_Switch`?"),
        ({"chat": "perhaps"}, "true or false"),
        ({"date": "2026-13-01"}, "2026-13-01"),
        ({"date": "0001-01-01"}, "0001-01-01"),
        ({}, "nothing to change"),
    ],
)
async def test_a_wrong_patch_is_answered_with_422(
    change: dict[str, object], said: str, site: Site
) -> None:
    answer = await site.patch(f"/events/{site.refs.event}", change)
    assert answer.status == 422
    assert said in answer.body["message"]


async def test_a_signup_form_can_be_taken_away_and_comes_back_with_the_toggle(
    site: Site,
) -> None:
    path = f"/events/{site.refs.event}"
    await site.patch(path, {"signup_form": ""})
    assert (await site.get(path)).body["event_signup"] is None
    await site.patch(path, {"signup": True})
    assert len((await site.get(path)).body["event_signup"]) == 2


async def test_a_deleted_event_is_gone_everywhere(site: Site) -> None:
    refs = site.refs
    answer = await site.delete(f"/events/{refs.event}")
    assert answer.body == {"message": "Event deleted", "rows": 1}
    for path in (
        f"/events/{refs.event}",
        f"/events/{refs.event}/stream",
        f"/chat/{refs.event}",
        f"/polls/{refs.event}/{refs.poll}",
        f"/signup/{refs.event}",
        f"/analytics/{refs.event}/overall",
    ):
        answer = await site.get(path)
        assert answer.body["message"] == f"Event with REF {refs.event} not found", path
    assert (await site.delete(f"/events/{refs.event}")).status == 404
    assert refs.event not in [row["event_ref"] for row in (await site.get("/events")).body]
    await site.settled()
    assert site.kinds == ["event.deleted"]
    world = site.running.sandbox.world
    assert refs.poll not in world.polls
    assert refs.chat not in world.messages
    assert refs.signup not in world.signups


async def test_an_image_is_put_to_its_link_and_served_from_then_on(site: Site) -> None:
    path = f"/events/{site.refs.event}"
    standard = (await site.get(f"{path}/image", token=False)).body["data"]["signed_url"]
    assert (await site.get(standard)).body.startswith(b"\x89PNG")
    created = await site.post(f"{path}/upload", {"filename": "Poster.JPG"})
    assert created.status == 201
    put = await site.call("PUT", created.body["data"]["upload_url"], data=b"picture")
    assert put.status == 200
    url = (await site.get(f"{path}/image")).body["data"]["signed_url"]
    assert (await site.get(url)).body == b"picture"
    assert (await site.get(path)).body["event_image"] == created.body["data"]["asset_ref"]
    await site.settled()
    assert site.payloads[0]["keys_updated"] == ["event_image"]


async def test_an_image_that_was_never_put_leaves_the_standard_one(site: Site) -> None:
    path = f"/events/{site.refs.event}"
    created = await site.post(f"{path}/upload", {"filename": "poster.png"})
    await site.patch(path, {"image": created.body["data"]["asset_ref"]})
    url = (await site.get(f"{path}/image")).body["data"]["signed_url"]
    assert "standard_webinar_dark" in url


@pytest.mark.parametrize("name", ["poster.gif", "poster", "../poster.png", ""])
async def test_an_image_of_another_kind_is_refused(name: str, site: Site) -> None:
    answer = await site.post(f"/events/{site.refs.event}/upload", {"filename": name})
    assert answer.status == 400


async def test_mails_go_to_whom_they_are_meant_for(site: Site) -> None:
    path = f"/events/{site.refs.event}"

    async def sent() -> dict[str, int]:
        rows = (await site.get(f"/signup/{site.refs.event}")).body
        return {row["signup_data"]["name"]: row["signup_email_sent"] for row in rows}

    assert (await site.post(f"{path}/sendemails", {"excludeNotSent": True})).status == 200
    assert await sent() == {"Ada Holm": 0}
    await site.post(f"{path}/sendemails")
    await site.post(f"/signup/{site.refs.event}", {"name": "Ida", "email": "ida@example.com"})
    before = site.running.sandbox.world.emails_sent
    await site.post(f"{path}/sendemails", {"excludeSent": True})
    assert await sent() == {"Ada Holm": 1, "Ida": 1}
    assert site.running.sandbox.world.emails_sent == before + 1


async def test_excluding_both_is_refused(site: Site) -> None:
    answer = await site.post(
        f"/events/{site.refs.event}/sendemails", {"excludeSent": True, "excludeNotSent": True}
    )
    assert answer.status == 400


async def test_dates_are_local_to_the_event(site: Site) -> None:
    await site.patch(f"/events/{site.refs.event}", {"date": "2026-07-01T12:00:00Z"})
    shown = (await site.get(f"/events/{site.refs.event}")).body
    assert shown["event_date"] == "2026-07-01 14:00:00"
