from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from sandbox.site import START, Site


@pytest.fixture
async def watched(site: Site) -> str:
    """The path of the figures of an event that was live for twenty minutes."""
    await site.life("go_live")
    await site.pass_time("20m")
    await site.life("end")
    await site.pass_time("10m")
    return f"/analytics/{site.refs.event}"


async def data(site: Site, path: str, **query: str) -> Any:
    answer = await site.get(path, params=query)
    assert answer.status == 200, answer.body
    return answer.body["data"]


async def test_the_figures_agree_with_each_other(site: Site, watched: str) -> None:
    frame = f"{int(START)},{int(START) + 3500}"
    overall = await data(site, f"{watched}/overall", timeframe=frame)
    series = await data(site, f"{watched}/timeseries", timeframe=frame)
    groups = await data(site, f"{watched}/breakdown", group_by="country", timeframe=frame)
    views = await data(site, f"{watched}/views", timeframe=frame, limit="500")
    assert overall["value"] > 10
    assert sum(point["value"] for point in series) == overall["value"]
    assert sum(group["value"] for group in groups) == overall["value"]
    assert views["total_row_count"] == len(views["views"]) == overall["value"]
    assert views["timeframe"] == [int(START), int(START) + 3500]
    total = await data(site, f"{watched}/overall", metric_id="watch_time", timeframe=frame)
    assert total["value"] == sum(view["view_duration"] for view in views["views"])
    viewers = await data(site, f"{watched}/overall", metric_id="viewers", timeframe=frame)
    by_viewer = await data(
        site, f"{watched}/breakdown", group_by="viewer_id", metric_id="viewers", timeframe=frame
    )
    assert viewers["value"] == len(by_viewer)


async def test_a_viewer_adds_up(site: Site, watched: str) -> None:
    id_ = (await data(site, f"{watched}/breakdown", group_by="viewer_id"))[0]["group"]
    found = await data(site, f"{watched}/viewers/{id_}")
    assert found["viewer_data"]["viewer_id"] == id_
    assert found["viewer_data"]["total_views"] == 1
    assert found["viewer_data"]["first_view"] == found["viewer_data"]["last_view"]


@pytest.mark.parametrize(
    ("measurement", "holds"),
    [
        ("sum", lambda value, n: value > n),
        ("avg", lambda value, _n: value > 0),
        ("median", lambda value, _n: value > 0),
        ("min", lambda value, _n: value >= 0),
        ("max", lambda value, _n: value <= 1200),
    ],
)
async def test_watch_time_is_measured_in_several_ways(
    measurement: str, holds: Any, site: Site, watched: str
) -> None:
    answer = await data(site, f"{watched}/overall", metric_id="watch_time", measurement=measurement)
    assert answer["measurement"] == measurement
    assert holds(answer["value"], 10)


async def test_the_average_and_the_engagement_are_metrics(site: Site, watched: str) -> None:
    average = await data(site, f"{watched}/overall", metric_id="average_watch_time")
    assert 0 < average["value"] <= 1200
    engagement = await data(site, f"{watched}/overall", metric_id="engagement")
    assert engagement["value"] == 3, "a message, a question and a vote are seeded"


async def test_nobody_watching_is_nought(site: Site) -> None:
    new = (await site.post("/events")).body["event_ref"]
    answer = await data(site, f"/analytics/{new}/overall", metric_id="average_watch_time")
    assert answer["value"] == 0
    assert await data(site, f"/analytics/{new}/breakdown", group_by="device") == []


async def test_views_are_ordered_and_paged(site: Site, watched: str) -> None:
    latest = (await data(site, f"{watched}/views", limit="5"))["views"]
    oldest = (await data(site, f"{watched}/views", limit="5", order="asc"))["views"]
    starts = [view["view_start"] for view in latest]
    assert starts == sorted(starts, reverse=True)
    assert oldest[0]["view_start"] < starts[-1]
    second = (await data(site, f"{watched}/views", limit="5", page="2"))["views"]
    assert second[0]["view_start"] <= starts[-1]


@pytest.mark.parametrize(("group", "step"), [("day", 86400), ("hour", 3600), ("ten_minute", 600)])
async def test_series_have_even_steps(group: str, step: int, site: Site, watched: str) -> None:
    points = await data(site, f"{watched}/timeseries", group_by=group)
    moments = [point["timestamp"] for point in points]
    assert {later - earlier for earlier, later in pairwise(moments)} == {step}


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("breakdown", {}, "Group by is required"),
        ("breakdown", {"group_by": "countri"}, "did you mean country?"),
        ("breakdown", {"group_by": "zzz"}, "must be one of country"),
        ("overall", {"metric_id": "view"}, "did you mean views?"),
        ("overall", {"measurement": "mode"}, "must be one of"),
        ("overall", {"timeframe": "soon"}, "timeframe"),
        ("overall", {"timeframe": "5,4"}, "ends before it starts"),
        ("timeseries", {"timeframe": "0,3600"}, "minute"),
        ("timeseries", {"group_by": "ten_minute", "timeframe": "0,21600"}, "ten_minute"),
        ("timeseries", {"group_by": "week"}, "day, hour"),
        ("timeseries", {"group_by": "hour", "timeframe": "0,99999999999"}, "more than 5000"),
        ("views", {"order": "up"}, "asc, desc"),
        ("viewers", {}, "Viewer ID is required"),
        ("viewers/", {}, "Viewer ID is required"),
    ],
)
async def test_a_wrong_question_is_answered_with_400(
    path: str, query: dict[str, str], said: str, site: Site
) -> None:
    answer = await site.get(f"/analytics/{site.refs.event}/{path}", params=query)
    assert answer.status == 400
    assert said in answer.body["message"]


async def test_an_unknown_viewer_is_not_found(site: Site) -> None:
    answer = await site.get(f"/analytics/{site.refs.event}/viewers/nobody")
    assert answer.body["message"] == "Viewer with REF nobody not found"


async def test_figures_need_a_token(site: Site) -> None:
    answer = await site.get(f"/analytics/{site.refs.event}/overall", token=False)
    assert answer.status == 401
