from __future__ import annotations

from typing import TYPE_CHECKING

from server.fakes import webhook
from server.raw import hook, send

from beeflow.errors import JournalBroken

if TYPE_CHECKING:
    import pytest
    from server.conftest import Site

    from beeflow.engine.journal.records import Standing


async def test_it_lives(site: Site) -> None:
    site.world.operator.why_not.append("the journal is being read")
    async with site.client.get("/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})


async def test_it_is_ready_when_nothing_hinders(site: Site) -> None:
    async with site.client.get("/readyz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"status": "ready", "unknown_runs": 2}


async def test_what_the_journal_cannot_tell_keeps_nothing_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> Standing:
        raise JournalBroken("an I/O error")

    monkeypatch.setattr(site.world.history, "standing", broken)
    async with site.client.get("/readyz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ready"})
    async with site.client.get("/metrics") as answer:
        assert "beeflow_ready 1.0" in await answer.text()


async def test_it_says_what_hinders(site: Site) -> None:
    site.world.operator.why_not += ["the journal is being read", "no secret HOOK_MAIN"]
    async with site.client.get("/readyz") as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"]
        assert await answer.json() == {
            "status": "not_ready",
            "reasons": ["the journal is being read", "no secret HOOK_MAIN"],
        }


async def test_it_is_not_ready_while_the_journal_is_full_though_it_goes_on_trying(
    site: Site,
) -> None:
    site.world.operator.full.append("there is no room for the journal")
    async with site.client.get("/readyz") as answer:
        assert answer.status == 503
        assert (await answer.json())["reasons"] == ["there is no room for the journal"]
    assert (await send(site.port, hook(webhook()))).status == 202


async def test_health_is_open_where_there_is_a_password(locked: Site) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        async with locked.client.get(path) as answer:
            assert answer.status == 200


async def test_metrics_are_what_prometheus_reads(site: Site) -> None:
    async with site.client.get("/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = await answer.text()
    assert "beeflow_runs_running 2.0" in text
    assert "beeflow_queue_depth 3.0" in text
    assert "beeflow_webhooks_in_flight 0.0" in text
    assert "beeflow_connections 1.0" in text
    assert "beeflow_connections_refused 0.0" in text
    assert "beeflow_ready 1.0" in text
    assert 'beeflow_runs_unfinished{status="waiting"} 5.0' in text
    assert "beeflow_runs_unknown 2.0" in text
