from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from daemon.conftest import LOG

from beeflow.errors import ConfigError, JournalLocked, UsageError

if TYPE_CHECKING:
    from daemon.conftest import House


async def test_a_signed_webhook_is_carried_to_its_end(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.write("live.yaml", LOG)
    with caplog.at_level("INFO", logger="beeflow.recipe"):
        async with house.open():
            status, answer = await house.send(
                "event.updated.status", {"event_ref": "E1", "status": "live"}
            )
            assert (status, answer["status"]) == (202, "accepted")
            assert (await house.run_of(answer["id"])).run.outcome == "succeeded"
    assert "E1 is live" in caplog.text


async def test_secret_fields_of_payloads_are_not_shown(house: House) -> None:
    async with house.open(), aiohttp.ClientSession() as session:
        _, answer = await house.send(
            "event.updated.streamkey.reset", {"event_ref": "E1", "key": "the-stream-key"}
        )
        async with session.get(f"{house.up.url}/api/events/{answer['id']}") as shown:
            text = await shown.text()
        assert "the-stream-key" not in text
        assert "E1" in text


async def test_commits_and_runs_are_counted(house: House) -> None:
    house.write("live.yaml", LOG)
    async with house.open(), aiohttp.ClientSession() as session:
        engine = house.up.engine
        assert engine.dispatcher.crowded == engine.door.crowded  # runs give way to webhooks
        _, answer = await house.send("event.updated.status", {"event_ref": "E1", "status": "live"})
        await house.run_of(answer["id"])
        async with session.get(f"{house.up.url}/metrics") as metrics:
            text = await metrics.text()
        assert 'beeflow_runs_total{outcome="succeeded",recipe="live"} 1.0' in text
        assert "beeflow_journal_commit_seconds_count 0.0" not in text


async def test_what_waits_goes_on_after_a_restart(house: House) -> None:
    house.write("slow.yaml", "actions:\n  - wait: 1500ms\n  - set: {done: true}\n")
    async with house.open():
        receipt = await house.up.hand.run("slow", {}, None)
        await house.until(lambda: not house.up.engine.runtime.active)
    async with house.open():
        opened = await house.run_of(receipt.event_id)
        assert (opened.run.ending or {})["result"] == {"done": True}


async def test_a_second_daemon_on_the_same_journal_is_refused(house: House) -> None:
    async with house.open():
        other = type(house)(house.folder)
        with pytest.raises(JournalLocked, match="in use by process") as locked:
            async with other.open():
                pass
        assert locked.value.address == house.up.url


async def test_a_missing_secret_of_the_configuration_stops_the_start(house: House) -> None:
    with pytest.raises(ConfigError, match="BEEFLOW_SECRET_HOOK"):
        async with house.open({"BEEFLOW_SECRET_HOOK": ""}):
            pass


async def test_no_open_dashboard_without_a_password(house: House) -> None:
    with pytest.raises(UsageError, match="without a password"):
        async with house.open({"BEEFLOW_SERVER_HOST": "0.0.0.0"}):
            pass


async def test_a_database_is_refused_while_there_is_none(house: House) -> None:
    file = house.folder / "beeflow.yaml"
    file.write_text(file.read_text().replace("journal: {path: beeflow.db}\n", ""))
    with pytest.raises(ConfigError, match=r"journal\.url"):
        async with house.open({"BEEFLOW_JOURNAL_URL": "postgresql://here/beeflow"}):
            pass
