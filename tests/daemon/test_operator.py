from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from beeflow.engine import door
from beeflow.errors import NothingFound, UsageError
from beeflow.server.ports import Resolution

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from daemon.conftest import House

    from beeflow.types import Json

GREET = """\
inputs: {who: {type: string, default: world}}
actions:
  - set: {greeting: "hello {{ inputs.who }}"}
"""


async def test_runs_a_recipe_by_hand_with_typed_inputs(house: House) -> None:
    house.write("greet.yaml", GREET)
    async with house.open():
        receipt = await house.up.hand.run("greet", {"who": "you"}, None)
        opened = await house.run_of(receipt.event_id)
        assert opened.run.outcome == "succeeded"
        assert (opened.run.ending or {})["result"] == {"greeting": "hello you"}
        assert opened.events[0].source == "manual"


async def test_refuses_what_cannot_be_run_and_says_why(house: House) -> None:
    house.write("greet.yaml", GREET)
    async with house.open():
        with pytest.raises(NothingFound, match="no recipe `great`"):
            await house.up.hand.run("great", {}, None)
        with pytest.raises(UsageError, match="did you mean `who`"):
            await house.up.hand.run("greet", {"whom": "you"}, None)
        with pytest.raises(UsageError, match="who"):
            await house.up.hand.run("greet", {"who": 7}, None)


async def test_a_recipe_that_is_broken_says_where(house: House) -> None:
    house.write("greet.yaml", GREET.replace("inputs.who }}", "secrets.NOWHERE }}"))
    async with house.open():
        with pytest.raises(NothingFound, match=r"`greet` is broken: .*greet.yaml:3:.*NOWHERE"):
            await house.up.hand.run("greet", {}, None)


async def test_a_payload_stands_for_the_trigger(house: House) -> None:
    text = "trigger: {webhook: event.created}\nactions:\n  - set: {ref: '{{ trigger.data.event_ref }}'}\n"
    house.write("see.yaml", text)
    async with house.open():
        payload: dict[str, Json] = {"type": "event.created", "data": {"event_ref": "E9"}}
        receipt = await house.up.hand.run("see", {}, payload)
        opened = await house.run_of(receipt.event_id)
        assert (opened.run.ending or {})["result"] == {"ref": "E9"}


async def test_replays_a_webhook_as_a_new_event(house: House) -> None:
    house.write("greet.yaml", "trigger: {webhook: event.created}\n" + GREET)
    async with house.open():
        _, answer = await house.send("event.created", {"event_ref": "E1"})
        first = await house.run_of(answer["id"])
        receipt = await house.up.hand.replay(answer["id"])
        assert receipt.event_id != answer["id"]
        again = await house.run_of(receipt.event_id)
        assert again.events[0].payload == first.events[0].payload
        with pytest.raises(NothingFound, match="no event `e-99`"):
            await house.up.hand.replay("e-99")


async def test_what_once_guards_stays_guarded_when_an_event_is_replayed(house: House) -> None:
    house.write(
        "once.yaml",
        "trigger: {webhook: event.created}\nactions:\n"
        "  - {action: log.write, once: trigger.data.event_ref, with: {message: hi}}\n",
    )
    async with house.open():
        _, answer = await house.send("event.created", {"event_ref": "E1"})
        first = await house.run_of(answer["id"])
        again = await house.run_of((await house.up.hand.replay(answer["id"])).event_id)
    assert first.run.id != again.run.id
    assert [sum(one.kind == "call" for one in run.records.values()) for run in (first, again)] == [
        1,
        0,
    ]
    assert again.run.outcome == "succeeded"


async def test_replays_what_was_started_by_hand_with_its_inputs(house: House) -> None:
    house.write("greet.yaml", GREET)
    async with house.open():
        receipt = await house.up.hand.run("greet", {"who": "again"}, None)
        await house.run_of(receipt.event_id)
        second = await house.up.hand.replay(receipt.event_id)
        opened = await house.run_of(second.event_id)
        assert (opened.run.ending or {})["result"] == {"greeting": "hello again"}


async def test_only_a_run_that_ended_badly_is_retried(house: House) -> None:
    house.write("greet.yaml", GREET)
    async with house.open():
        receipt = await house.up.hand.run("greet", {}, None)
        opened = await house.run_of(receipt.event_id)
        with pytest.raises(UsageError, match="is succeeded"):
            await house.up.hand.retry(opened.run.id)
        with pytest.raises(UsageError, match="nothing of it is unknown"):
            await house.up.hand.resolve(opened.run.id, Resolution("succeeded"))
        with pytest.raises(UsageError, match="is over already"):
            await house.up.hand.cancel(opened.run.id)
        with pytest.raises(NothingFound, match="no run `r-99`"):
            await house.up.hand.retry("r-99")


async def test_cancels_a_run_that_waits(house: House) -> None:
    house.write("slow.yaml", "actions:\n  - wait: 1d\n")
    async with house.open():
        receipt = await house.up.hand.run("slow", {}, None)
        await house.until(lambda: not house.up.engine.runtime.active)
        await house.up.hand.cancel(receipt.runs[0])
        opened = await house.run_of(receipt.event_id)
        assert opened.run.outcome == "cancelled"


async def test_status_tells_version_journal_and_load(house: House) -> None:
    async with house.open():
        status = house.up.hand.status()
        assert status.journal.endswith("beeflow.db")
        assert (status.load.running, status.load.queued) == (0, 0)
        assert list(house.up.hand.hindrances()) == []


async def test_answers_what_is_unknown_and_the_run_goes_on(house: House) -> None:
    text = (
        "actions:\n"
        "  - {action: http.request, as: told, with: {url: '%s', method: POST}}\n"
        "  - set: {status: '{{ told.status }}'}\n"
    )
    async with cutting_server() as url:
        house.write("tell.yaml", text % url)
        async with house.open({"BEEFLOW_HTTP_ALLOW_PRIVATE": "127.0.0.0/8"}):
            receipt = await house.up.hand.run("tell", {}, None)
            opened = await house.run_of(receipt.event_id)
            assert opened.run.outcome == "unknown"
            with pytest.raises(UsageError, match="say which step"):
                await house.up.hand.resolve(opened.run.id, Resolution("succeeded", "actions/7"))
            answer = Resolution("succeeded", output={"status": 299})
            await house.up.hand.resolve(opened.run.id, answer)
            again = await house.run_of(receipt.event_id)
            assert again.run.outcome == "succeeded"
            assert (again.run.ending or {})["result"] == {"status": 299}


async def test_answers_that_it_failed(house: House) -> None:
    text = "actions:\n  - {action: http.request, with: {url: '%s', method: POST}}\n"
    async with cutting_server() as url:
        house.write("tell.yaml", text % url)
        async with house.open({"BEEFLOW_HTTP_ALLOW_PRIVATE": "127.0.0.0/8"}):
            receipt = await house.up.hand.run("tell", {}, None)
            opened = await house.run_of(receipt.event_id)
            await house.up.hand.resolve(
                opened.run.id, Resolution("failed", message="nobody got it")
            )
            again = await house.run_of(receipt.event_id)
            assert (again.run.outcome, again.run.reason) == ("failed", "nobody got it")


@asynccontextmanager
async def cutting_server() -> AsyncIterator[str]:
    """Serve on loopback: reads a request, and cuts the connection without an answer."""

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def test_while_too_many_runs_wait_webhooks_are_put_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.write("greet.yaml", "trigger: {webhook: event.created}\n" + GREET)
    async with house.open():
        monkeypatch.setattr(door, "BACKLOG", 2)
        queue = house.up.engine.dispatcher._queue
        assert (await house.send("event.created", {"event_ref": "E1"}))[0] == 202
        await house.up.engine.dispatcher.idle()
        assert list(house.up.hand.troubles()) == []
        monkeypatch.setattr(house.up.engine.dispatcher, "_stopped", True)
        queue.extend(["r-98", "r-99"])
        status, told = await house.send("event.created", {"event_ref": "E2"})
        assert (status, told) == (503, {"error": "overloaded"})
        assert list(house.up.hand.troubles()) == ["too many runs wait for their turn"]
        queue.clear()
        assert (await house.send("event.created", {"event_ref": "E2"}))[0] == 202
