from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from server.conftest import PASSWORD, Site
from server.fakes import a_run, an_event
from server.test_auth import bearer

from beeflow.errors import JournalBroken
from beeflow.recipe.model import Bundle, Recipe
from beeflow.server import api
from beeflow.server.ports import Deployed, Finding

if TYPE_CHECKING:
    from beeflow.engine.hiding import Masking
    from beeflow.engine.journal.records import Run


async def get(site: Site, path: str, status: int = 200) -> Any:
    async with site.client.get(path) as answer:
        assert answer.status == status
        assert answer.content_type == "application/json"
        return await answer.json()


async def test_events_have_the_promised_fields(site: Site) -> None:
    site.world.history.all_events.append(an_event())
    assert await get(site, "/api/events") == [
        {
            "id": "ev-1",
            "source": "main",
            "type": "event.updated.status",
            "received_at": "2025-06-15T15:06:40.000Z",
            "runs": 1,
            "payload_id": "p1",
            "event_ref": "E1",
        }
    ]


async def test_an_event_shows_its_payload_masked_and_what_it_started(site: Site) -> None:
    history = site.world.history
    history.all_events.append(an_event(stream_key="k", note="so quiet"))
    history.put(a_run())
    history.put(a_run("run-2", event="ev-2"))
    shown = await get(site, "/api/events/ev-1")
    assert shown["payload"] == {"stream_key": "***", "note": "so ***"}
    assert [run["id"] for run in shown["started"]] == ["run-1"]
    assert shown["runs"] == 1


async def test_runs_have_the_promised_fields(site: Site) -> None:
    site.world.history.put(a_run())
    assert await get(site, "/api/runs") == [
        {
            "id": "run-1",
            "recipe": "go-live",
            "status": "done",
            "outcome": "succeeded",
            "event": "ev-1",
            "created_at": "2025-06-15T15:06:40.000Z",
            "ended_at": "2025-06-15T15:06:42.000Z",
            "reason": "",
        }
    ]


async def test_a_run_shows_what_happened(site: Site) -> None:
    site.world.history.put(a_run())
    shown = await get(site, "/api/runs/run-1")
    assert shown["id"] == "run-1"
    assert shown["steps"] == []
    assert shown["events"][0]["id"] == "ev-1"


@pytest.mark.parametrize("path", ["/api/events/none", "/api/runs/none", "/api/runs/" + "x" * 900])
async def test_what_does_not_exist_is_named_shortly(site: Site, path: str) -> None:
    told = await get(site, path, 404)
    assert told["error"] == "not_found"
    assert path.rsplit("/", 1)[1][:200] in told["detail"]
    assert len(told["detail"]) < 250


async def test_filters_reach_the_journal(site: Site) -> None:
    await get(site, "/api/runs?limit=7&outcome=failed&recipe=go-live&since=2025-06-15&event=ev-1")
    await get(site, "/api/events?limit=0&type=event.created&source=main&recipe=r&outcome=failed")
    runs, events = site.world.history.asked
    assert (runs.limit, runs.outcome, runs.recipe, runs.event) == (7, "failed", "go-live", "ev-1")
    assert runs.since == 1_749_945_600.0
    assert (events.limit, events.type, events.source) == (0, "event.created", "main")
    assert (events.recipe, events.outcome) == ("r", "failed")


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=1&limit=2", "outcome=x", "since=x", "colour=red"]
)
async def test_a_filter_that_is_wrong_is_refused(site: Site, query: str) -> None:
    for path in ("/api/runs", "/api/events"):
        assert (await get(site, f"{path}?{query}", 400))["error"] == "bad_request"


async def test_recipes_take_no_filters(site: Site) -> None:
    assert "no parameter `limit`" in (await get(site, "/api/recipes?limit=1", 400))["detail"]


async def test_recipes_are_listed_with_the_broken_ones(site: Site) -> None:
    good = Recipe(id="good", hash="h", bundle=Bundle("good.yaml", ()), name="Good")
    finding = Finding("recipes/bad.yaml", 3, 1, "syntax", "no")
    site.world.operator.deployed += [
        Deployed("bad", "recipes/bad.yaml", None, (finding,)),
        Deployed("good", "recipes/good.yaml", good),
    ]
    bad, loaded = await get(site, "/api/recipes")
    assert (bad["state"], bad["findings"][0]["line"]) == ("broken", 3)
    assert (loaded["state"], loaded["name"]) == ("loaded", "Good")
    assert (await get(site, "/api/status"))["recipes"] == {"broken": 1, "loaded": 1}


async def test_status_tells_how_things_stand(site: Site) -> None:
    site.world.operator.why_not.append("the disk is full")
    assert await get(site, "/api/status") == {
        "version": "0.1.0",
        "started_at": "2025-06-15T15:06:40.000Z",
        "journal": "sqlite",
        "password": False,
        "ready": False,
        "hindrances": ["the disk is full"],
        "running": 2,
        "queued": 3,
        "missing_events": 1,
        "recipes": {},
        "events": 0,
        "runs": {"done": 0},
        "outcomes": {"succeeded": 1, "unknown": 0},
    }


async def test_a_journal_that_cannot_be_read_is_a_503(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_wanted: object) -> None:
        raise JournalBroken("the disk is gone")

    monkeypatch.setattr(site.world.history, "runs", broken)
    assert await get(site, "/api/runs", 503) == {
        "error": "journal_error",
        "detail": "the disk is gone",
    }


async def test_all_of_it_needs_the_password(locked: Site) -> None:
    for path in ("recipes", "events", "events/x", "runs", "runs/x", "status", "nowhere"):
        assert (await get(locked, f"/api/{path}", 401))["error"] == "unauthorized"
    async with locked.client.get("/api/status", headers=bearer(PASSWORD)) as answer:
        assert (await answer.json())["password"] is True


async def test_a_long_list_is_written_off_the_event_loop(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row made on the loop would hold up every webhook, as many times as there are rows."""
    on: list[bool] = []

    def row(run: Run, _masking: Masking) -> dict[str, str]:
        on.append(threading.current_thread() is threading.main_thread())
        return {"id": run.id}

    site.world.history.put(a_run())
    monkeypatch.setattr(api, "run_row", row)
    async with site.client.get("/api/runs") as answer:
        assert await answer.json() == [{"id": "run-1"}]
    assert on == [False]
