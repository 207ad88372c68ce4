from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.site import Site


async def status(site: Site) -> str:
    shown: str = (await site.get(f"/events/{site.refs.event}")).body["event_status"]
    return shown


async def viewers(site: Site) -> int:
    stream = (await site.get(f"/events/{site.refs.event}/stream")).body["data"]
    count: int = stream["view_data"][0]["viewers"]
    return count


async def test_a_webinars_whole_life(site: Site) -> None:
    created = (await site.life("create_event")).body["ref"]
    await site.life("sign_up", event_ref=created)
    await site.life("go_live", event_ref=created)
    await site.life("join", event_ref=created, count=5)
    poll = (await site.life("poll", event_ref=created)).body["ref"]
    await site.life("open_poll", event_ref=created)
    assert (await site.life("vote", event_ref=created)).body == {"done": "vote", "ref": poll}
    await site.life("chat", event_ref=created)
    await site.life("ask", event_ref=created)
    await site.pass_time("30m")
    await site.life("end", event_ref=created)
    await site.pass_time("5s")
    shown = (await site.get(f"/events/{created}")).body
    assert shown["event_status"] == "video"
    (video,) = [
        row for row in (await site.get("/videos")).body["data"] if row["video_event_ref"] == created
    ]
    assert video["video_title"] == "New event"
    await site.pass_time("5s")
    processed = (await site.get(f"/videos/{video['video_ref']}")).body["data"]
    assert processed["video_mux_data"]["duration"] == 1800
    (signup,) = (await site.get(f"/signup/{created}")).body
    assert signup["signup_visited"] == 1
    await site.settled()
    assert site.kinds == [
        "event.created",
        "signup.created",
        "event.updated.status",
        "poll.created",
        "event.updated.status",
        "video.event.created",
        "video.updated",
        "event.updated.status",
        "video.updated",
    ]
    assert [row["data"]["status"] for row in site.payloads if "status" in row["data"]] == [
        "live",
        "done",
        "video",
    ]


async def test_without_auto_switch_an_event_stays_done(site: Site) -> None:
    await site.patch(f"/events/{site.refs.event}", {"video_auto_Switch": False})
    await site.life("go_live")
    await site.life("end")
    await site.pass_time("1m")
    assert await status(site) == "done"
    assert len((await site.get("/videos")).body["data"]) == 3


async def test_without_saving_there_is_no_recording(site: Site) -> None:
    await site.patch(f"/events/{site.refs.event}", {"save_stream_in_videos": False})
    await site.life("go_live")
    await site.life("end")
    await site.pass_time("1m")
    assert len((await site.get("/videos")).body["data"]) == 2


async def test_an_event_deleted_meanwhile_gives_no_recording(site: Site) -> None:
    await site.life("go_live")
    await site.life("end")
    await site.life("delete_event")
    await site.pass_time("1m")
    assert len((await site.get("/videos")).body["data"]) == 2


async def test_an_event_live_again_is_not_switched(site: Site) -> None:
    await site.life("go_live")
    await site.life("end")
    await site.life("go_live")
    await site.pass_time("1m")
    assert await status(site) == "live"
    assert len((await site.get("/videos")).body["data"]) == 3


async def test_a_recording_can_be_had_at_once(site: Site) -> None:
    made = (await site.life("recording")).body["ref"]
    assert (await site.get(f"/videos/{made}")).status == 200
    assert await status(site) == "video"
    assert (await site.life("recording", event_ref=made)).status == 404


async def test_viewers_come_and_go_as_they_are_told(site: Site) -> None:
    await site.life("go_live")
    before = await viewers(site)
    await site.life("join", count=50)
    assert await viewers(site) == before + 50
    await site.life("leave", count=20)
    assert await viewers(site) == before + 30
    await site.life("leave", count=10_000)
    assert await viewers(site) == 0


async def test_a_poll_is_opened_voted_on_and_closed(site: Site) -> None:
    poll = {"poll_ref": site.refs.poll}
    voted = await site.life("vote", **poll, option_index=2, name="Ida", email="ida@example.com")
    assert voted.status == 200
    path = f"/polls/{site.refs.event}/{site.refs.poll}"
    entry = (await site.get(f"{path}/entries")).body["data"][0]
    assert (entry["poll_entry_option_index"], entry["poll_entry_name"]) == (2, "Ida")
    await site.life("close_poll", **poll)
    assert (await site.get(path)).body["data"]["poll_active"] is False


async def test_texts_and_people_can_be_given(site: Site) -> None:
    await site.life("ask", text="Why?", name="Åse", email="ase@example.com")
    await site.life("poll", text="Which?", options=["a", "b"])
    question = (await site.get(f"/chat/{site.refs.event}", params={"qa": "true"})).body[0]
    assert (question["chat_message"], question["chat_email"]) == ("Why?", "ase@example.com")
    await site.life("chat", name="Åse")
    message = (await site.get(f"/chat/{site.refs.event}")).body[0]
    assert message["chat_email"].startswith("guest.")
    first = (await site.get(f"/polls/{site.refs.event}")).body["data"][0]
    assert (first["poll_question"], first["poll_options"]) == ("Which?", ["a", "b"])


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"do": "end"}, "go live first"),
    ({"do": "join"}, "go live first"),
    ({"do": "leave"}, "go live first"),
    ({"do": "vote", "option_index": 3}, "below 3"),
]


@pytest.mark.parametrize(("order", "said"), IMPOSSIBLE)
async def test_a_step_that_is_not_possible_says_why(
    order: dict[str, Any], said: str, site: Site
) -> None:
    answer = await site.post("/_sandbox/life", order)
    assert answer.status == 400
    assert said in answer.body["error"]


async def test_some_steps_need_what_is_not_there_yet(site: Site) -> None:
    await site.life("go_live")
    assert "already" in (await site.life("go_live")).body["error"]
    new = (await site.life("create_event")).body["ref"]
    assert "no poll" in (await site.life("vote", event_ref=new)).body["error"]
    assert "never live" in (await site.life("recording", event_ref=new)).body["error"]
    await site.life("poll", event_ref=new)
    assert "not active" in (await site.life("vote", event_ref=new)).body["error"]
    assert (await site.life("chat", event_ref="nope")).status == 404
    assert (await site.life("vote", poll_ref="nope")).status == 404
