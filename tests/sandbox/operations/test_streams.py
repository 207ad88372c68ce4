from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.site import Site


async def stream(site: Site) -> dict[str, Any]:
    data: dict[str, Any] = (await site.get(f"/events/{site.refs.event}/stream")).body["data"]
    return data


async def test_an_idle_stream_has_no_figures(site: Site) -> None:
    data = await stream(site)
    assert data["status"] == "idle"
    assert data["view_data"] == [{"views": 0, "viewers": 0, "updated_at": "0001-01-01T00:00:00Z"}]


async def test_viewers_come_with_time_while_an_event_is_live(site: Site) -> None:
    await site.post(f"/events/{site.refs.event}/startwebrtcstream")
    await site.pass_time("30s")
    first = (await stream(site))["view_data"][0]
    await site.pass_time("10m")
    second = (await stream(site))["view_data"][0]
    assert 0 < first["views"] < second["views"]
    assert 0 < second["viewers"] <= second["views"]
    assert (await stream(site))["status"] == "active"


async def test_a_webrtc_stream_starts_and_stops(site: Site) -> None:
    path = f"/events/{site.refs.event}"
    assert (await site.post(f"{path}/startwebrtcstream")).body["message"] == "Livestream started"
    assert (await site.get(path)).body["event_status"] == "live"
    await site.post(f"{path}/startwebrtcstream")
    answer = await site.post(f"{path}/stopwebrtcstream")
    assert answer.body == {"message": "Livestream ended successfully", "status": 200}
    assert (await site.get(path)).body["event_status"] == "done"
    log = (await site.get(f"{path}/log")).body
    assert [row["events_log_response"] for row in log[:2]] == [{"webrtc": False}, {"webrtc": True}]
    await site.settled()
    assert site.kinds == ["event.updated", "event.updated.status"] * 2


async def test_stopping_what_does_not_run_changes_no_status(site: Site) -> None:
    answer = await site.post(f"/events/{site.refs.event}/stopwebrtcstream")
    assert answer.status == 200
    await site.settled()
    assert site.kinds == []


async def test_a_simulcast_target_is_found_in_the_stream_and_deleted(site: Site) -> None:
    path = f"/events/{site.refs.event}/simulcast"
    target = {"url": "rtmp://a.example/live", "passthrough": "mine", "stream_key": "key"}
    created = await site.post(path, target)
    assert created.body == {"message": "Simulcast target created", "status": 200}
    found = (await stream(site))["simulcast_targets"][-1]
    assert found | target == found
    answer = await site.delete(path, params={"target_id": found["id"]})
    assert answer.body["message"] == "Simulcast target deleted"
    assert found not in (await stream(site))["simulcast_targets"]


async def test_target_id_may_be_in_the_body_too(site: Site) -> None:
    answer = await site.delete(
        f"/events/{site.refs.event}/simulcast", {"target_id": site.refs.simulcast}
    )
    assert answer.status == 200


async def test_simulcast_errors_have_the_documented_form(site: Site) -> None:
    path = f"/events/{site.refs.event}/simulcast"
    assert (await site.delete(path)).body == {"error": "target_id_required", "status": 400}
    missing = await site.delete(path, params={"target_id": "nope"})
    assert missing.body == {"error": "delete_failed", "status": 400}
    assert (await site.post(path, {"url": "rtmp://x"})).body == {
        "error": "passthrough_required",
        "status": 400,
    }
    assert "error" in (await site.post(path, ["not", "an", "object"])).body


async def test_a_target_of_another_event_is_not_deleted(site: Site) -> None:
    other = (await site.post("/events")).body["event_ref"]
    answer = await site.delete(
        f"/events/{other}/simulcast", params={"target_id": site.refs.simulcast}
    )
    assert answer.body["error"] == "delete_failed"


async def test_the_key_is_shown_and_changes_when_it_is_reset(site: Site) -> None:
    path = f"/events/{site.refs.event}/rtmp"
    before = (await site.get(path)).body["data"]
    await site.life("disable_key")
    assert (await stream(site))["status"] == "disabled"
    await site.life("reset_key")
    after = (await site.get(path)).body["data"]
    assert before["key"] != after["key"]
    await site.settled()
    disabled, reset = site.payloads
    assert disabled["type"] == "event.updated.streamkey.disabled"
    assert reset["data"] == {"event_ref": site.refs.event, **after}
