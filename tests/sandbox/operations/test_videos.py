from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.site import Site


async def titles(site: Site, **query: str) -> list[str]:
    rows = (await site.get("/videos", params=query)).body["data"]
    return [row["video_title"] for row in rows]


async def begin_upload(site: Site) -> dict[str, Any]:
    created = await site.post("/videos/upload", {"duration": 60})
    assert created.status == 201
    data: dict[str, Any] = created.body["data"]["data"]
    return data


async def test_the_list_is_numbered_searched_and_narrowed(site: Site) -> None:
    rows = (await site.get("/videos")).body["data"]
    assert [row["row_num"] for row in rows] == [2, 1]
    teaser, webinar = [row["video_title"] for row in rows]
    assert await titles(site, search="TEASER") == [teaser]
    assert await titles(site, maxResults="1", page="2") == [webinar]
    assert await titles(site, indexStart=str(rows[1]["video_id"])) == [webinar]
    assert await titles(site, startDateFrom="2026-09-20") == []
    assert await titles(site, startDateTo="2026-09-18") == []
    assert await titles(site, startDateFrom="2026-09-19", startDateTo="2026-09-19") == [
        teaser,
        webinar,
    ]
    assert (await site.get("/videos", params={"startDateFrom": "x"})).status == 400


async def test_an_upload_becomes_a_video(site: Site) -> None:
    upload = await begin_upload(site)
    path = f"/videos/upload/{upload['id']}"
    assert (await site.get(path)).body["data"]["status"] == "waiting"
    assert "url" not in (await site.get(path)).body["data"]
    assert (await site.call("PUT", upload["url"], data=b"film")).status == 200
    assert (await site.get(path)).body["data"]["status"] == "waiting"
    await site.pass_time("6s")
    done = (await site.get(path)).body["data"]
    assert done["status"] == "asset_created"
    newest = (await site.get("/videos")).body["data"][0]
    assert newest["video_mux_asset_id"] == done["asset_id"]
    assert newest["video_mux_sync"] == 0
    await site.pass_time("6s")
    assert (await site.get("/videos")).body["data"][0]["video_mux_data"]["duration"] == 60
    await site.settled()
    assert site.kinds == [
        "video.upload.new",
        "video.upload.pending",
        "video.upload.done",
        "video.upload.created",
        "video.updated",
    ]
    new, _, ended, made, processed = (payload["data"] for payload in site.payloads)
    assert new["upload_data"]["url"] == upload["url"]
    assert (ended["upload_ref"], ended["upload_status"]) == (new["upload_ref"], "done")
    assert (made["video_temp"], processed["video_temp"]) == (1, 0)


async def test_an_upload_in_progress_answers_with_its_status(site: Site) -> None:
    upload = await begin_upload(site)
    await site.call("PUT", upload["url"], data=b"film")
    again = await site.post("/videos/upload", {"duration": 60})
    assert again.body == (await site.get(f"/videos/upload/{upload['id']}")).body
    await site.pass_time("6s")
    assert (await begin_upload(site))["id"] != upload["id"]


async def test_a_link_that_nobody_used_does_not_stand_in_the_way(site: Site) -> None:
    first = await begin_upload(site)
    assert (await begin_upload(site))["id"] != first["id"]
    await site.pass_time("2h")
    status = (await site.get(f"/videos/upload/{first['id']}")).body["data"]["status"]
    assert status == "timed_out"
    assert (await site.call("PUT", first["url"], data=b"late")).status == 403


async def test_a_file_put_twice_makes_one_video(site: Site) -> None:
    upload = await begin_upload(site)
    for _ in range(2):
        assert (await site.call("PUT", upload["url"], data=b"film")).status == 200
    await site.pass_time("1m")
    assert len(await titles(site)) == 3


async def test_creating_a_video_takes_over_that_of_an_upload_once(site: Site) -> None:
    upload = await begin_upload(site)
    await site.call("PUT", upload["url"], data=b"film")
    await site.pass_time("6s")
    asset = (await site.get("/videos")).body["data"][0]["video_mux_asset_id"]
    created = await site.post("/videos", {"title": "Talk", "asset_id": asset})
    assert (created.status, created.body["message"]) == (201, "Video created")
    assert (await titles(site))[0] == "Talk"
    assert len(await titles(site)) == 3
    await site.post("/videos", {"title": "Talk", "asset_id": asset})
    assert len(await titles(site)) == 4


async def test_any_other_asset_becomes_a_video_too(site: Site) -> None:
    created = await site.post("/videos", {"title": "Talk", "asset_id": "elsewhere"})
    shown = (await site.get(f"/videos/{created.body['video_ref']}")).body["data"]
    assert shown["video_mux_asset_id"] == "elsewhere"
    await site.settled()
    assert site.kinds == ["video.upload.created"]


async def test_a_video_is_renamed_linked_and_unlinked(site: Site) -> None:
    path = f"/videos/{site.refs.video}"
    answer = await site.patch(path, {"title": "Trailer", "event_ref": site.refs.event})
    assert answer.body == {"message": "Event updated", "rows": 1}
    shown = (await site.get(path)).body["data"]
    assert (shown["video_title"], shown["video_event_ref"]) == ("Trailer", site.refs.event)
    assert (await site.patch(path, {"title": "Trailer"})).body["rows"] == 0
    assert (await site.patch(path, {"event_ref": None})).body["rows"] == 1
    assert (await site.patch(path, {"event_ref": ""})).body["rows"] == 0
    assert (await site.get(path)).body["data"]["video_event_ref"] is None
    await site.settled()
    assert [payload["keys_updated"] for payload in site.payloads] == [
        ["video_title"],
        ["video_event_ref"],
        ["video_event_ref"],
    ]


async def test_a_link_replaces_that_of_another_video(site: Site) -> None:
    rows = (await site.get("/videos")).body["data"]
    linked = next(row for row in rows if row["video_event_ref"])
    await site.patch(f"/videos/{site.refs.video}", {"event_ref": linked["video_event_ref"]})
    other = (await site.get(f"/videos/{linked['video_ref']}")).body["data"]
    assert other["video_event_ref"] is None


async def test_a_deleted_event_leaves_its_videos_unlinked(site: Site) -> None:
    await site.patch(f"/videos/{site.refs.video}", {"event_ref": site.refs.event})
    await site.delete(f"/events/{site.refs.event}")
    shown = (await site.get(f"/videos/{site.refs.video}")).body["data"]
    assert shown["video_event_ref"] is None


async def test_linking_to_what_is_not_ones_own_is_refused(site: Site) -> None:
    path = f"/videos/{site.refs.video}"
    events = site.running.sandbox.world.events.values()
    foreign = next(event.ref for event in events if event.client_ref != site.refs.client)
    assert (await site.patch(path, {"event_ref": foreign})).status == 403
    assert (await site.patch(path, {"event_ref": "nope"})).status == 404


async def test_a_deleted_video_is_out_of_the_list_and_still_readable(site: Site) -> None:
    path = f"/videos/{site.refs.video}"
    assert (await site.delete(path)).body == {"message": "Video deleted", "rows": 1}
    assert (await site.delete(path)).body["rows"] == 0
    shown = (await site.get(path)).body["data"]
    assert (shown["video_deleted"], shown["video_delete_date"]) == (1, int(site.wall.now))
    assert shown["video_title"] not in await titles(site)
    assert (await site.get(f"{path}/master")).status == 404


async def test_a_master_is_prepared_first_then_downloaded(site: Site) -> None:
    upload = await begin_upload(site)
    await site.call("PUT", upload["url"], data=b"film")
    await site.pass_time("20s")
    ref = (await site.get("/videos")).body["data"][0]["video_ref"]
    path = f"/videos/{ref}/master"
    assert (await site.get(path, token=False)).body == {"data": "preparing", "status": 200}
    assert (await site.get(path)).body["data"] == "preparing"
    await site.pass_time("6s")
    url = (await site.get(path)).body["data"]
    assert (await site.get(url)).body == b"film"


async def test_a_recording_downloads_as_a_standard_film(site: Site) -> None:
    path = f"/videos/{site.refs.video}/master"
    await site.get(path)
    await site.pass_time("6s")
    answer = await site.get((await site.get(path)).body["data"])
    assert answer.headers["Content-Type"] == "video/mp4"


async def test_another_channels_video_is_refused(site: Site) -> None:
    world = site.running.sandbox.world
    video = world.videos[site.refs.video]
    object.__setattr__(video, "client_ref", "other")
    assert (await site.get(f"/videos/{video.ref}")).status == 403


@pytest.mark.parametrize("duration", [0, -1, "long", 1.5, None])
async def test_an_upload_needs_a_length(duration: object, site: Site) -> None:
    assert (await site.post("/videos/upload", {"duration": duration})).status == 422


async def test_unknown_references_are_not_found(site: Site) -> None:
    for path in ("/videos/nope", "/videos/upload/nope", "/videos/nope/master"):
        assert (await site.get(path)).status == 404


async def test_delivery_is_counted_once_a_day(site: Site) -> None:
    await site.pass_time("3d")
    await site.settled()
    counted = [row for row in site.payloads if row["type"] == "video.delivery.updated"]
    assert len(counted) == 6
    own = [row for row in counted if row["data"]["video_ref"] == site.refs.video]
    current = (await site.get(f"/videos/{site.refs.video}")).body["data"]
    assert current["video_delivery_current"] == own[-1]["delivery"]["new_delivery"]
    assert (
        sum(row["delivery"]["added_delivery"] for row in own) + 72
        == (current["video_delivery_current"])
    )
