from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from server.fakes import sign, webhook
from server.raw import hook, post, read_reply, send

from beeflow.engine.journal.records import Receipt
from beeflow.errors import JournalBroken, JournalFull, Overloaded
from beeflow.server import gate
from beeflow.server.app import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.conftest import Serve, Site

    from beeflow.engine.event import NewEvent
    from beeflow.types import Json


async def results(site: Site) -> dict[str, float]:
    """Return the count of each result of the source `main`."""
    lines = (await site.world.meter.text()).decode().splitlines()
    found = [line for line in lines if line.startswith("beeflow_webhooks_total{")]
    return {
        line.split('result="')[1].split('"')[0]: float(line.rsplit(" ", 1)[1]) for line in found
    }


# --- each row of the table -------------------------------------------------------------------


async def test_a_signed_webhook_is_accepted_with_the_journals_id(site: Site) -> None:
    reply = await send(site.port, hook(webhook()))
    assert (reply.status, reply.json) == (202, {"status": "accepted", "id": "ev-1"})
    assert reply.headers["content-type"] == "application/json"
    event = site.world.door.taken["main/event.updated.status/p1"]
    assert event.body == webhook()
    assert (await results(site)) == {"accepted": 1}


async def test_nothing_is_acknowledged_before_it_is_journaled(site: Site) -> None:
    site.world.door.hold = asyncio.Event()
    answer = asyncio.create_task(send(site.port, hook(webhook())))
    await site.world.door.entered.wait()
    await asyncio.sleep(0)
    assert not answer.done()
    site.world.door.hold.set()
    assert (await answer).status == 202


async def test_the_same_key_again_is_a_duplicate(site: Site) -> None:
    await send(site.port, hook(webhook()))
    reply = await send(site.port, hook(webhook()))
    assert (reply.status, reply.json) == (200, {"status": "duplicate"})


async def test_the_same_key_with_another_body_is_a_conflict(site: Site) -> None:
    await send(site.port, hook(webhook()))
    reply = await send(site.port, hook(webhook(status="live")))
    assert (reply.status, reply.json) == (200, {"status": "duplicate", "conflict": True})
    assert (await results(site)) == {"accepted": 1, "conflict": 1}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "invalid_json"),
        (b"\xff", "invalid_json"),
        (b"", "invalid_json"),
        (b"{}", "invalid_envelope"),
        (b'{"type": "a", "timestamp": 0}', "stale"),
    ],
)
async def test_what_the_decoder_refuses_is_a_400_with_its_code(
    site: Site, body: bytes, code: str
) -> None:
    reply = await send(site.port, hook(body))
    assert (reply.status, reply.json) == (400, {"error": code})
    assert not site.world.door.taken
    assert (await results(site)) == {code: 1}


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["X-Beestreamed-Signature: " + "0" * 64],
        ["X-Beestreamed-Signature: "],
        [f"X-Beestreamed-Signature: {sign(webhook())}", "X-Beestreamed-Signature: x"],
        [f"X-Beestreamed-Signature: {sign(webhook())}"] * 2,
        ["X-Beestreamed-Signature: \xff\xfe"],
    ],
)
async def test_a_bad_signature_always_gets_the_same_bytes(site: Site, headers: list[str]) -> None:
    reply = await send(site.port, post("/hooks/main", webhook(), *headers))
    assert (reply.status, reply.body) == (401, b'{"error": "invalid_signature"}')
    assert sorted(reply.headers) == ["content-length", "content-type", "date", "server"]


async def test_a_bad_signature_is_told_before_anything_about_the_body(site: Site) -> None:
    reply = await send(site.port, post("/hooks/main", b"{"))
    assert reply.json == {"error": "invalid_signature"}


@pytest.mark.parametrize(
    "path", ["/hooks/none", "/hooks/", "/hooks/main/", "/hooks/main/x", "/hooks/MAIN"]
)
async def test_an_unknown_source_is_not_found_and_makes_no_series_of_its_own(
    site: Site, path: str
) -> None:
    reply = await send(site.port, hook(webhook(), path=path))
    assert (reply.status, reply.json) == (404, {"error": "not_found"})
    lines = (await site.world.meter.text()).decode().splitlines()
    found = [line for line in lines if line.startswith("beeflow_webhooks_total{")]
    assert found == ['beeflow_webhooks_total{result="not_found",source=""} 1.0']


async def test_what_is_beside_the_hooks_is_not_found_either(site: Site) -> None:
    assert (await send(site.port, hook(webhook(), path="/hooks"))).status == 404
    assert await results(site) == {}


@pytest.mark.parametrize("path", ["/hooks/main?x=1", "/hooks/%6dain", "/hooks/a%20source"])
async def test_a_source_is_found_however_its_path_is_written(site: Site, path: str) -> None:
    assert (await send(site.port, hook(webhook(), path=path))).status == 202


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_another_method_is_not_allowed(site: Site, method: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(f"{method} /hooks/main HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.close()
    assert " 405 " in head
    assert "Allow: POST" in head
    counted = b'beeflow_webhooks_total{result="method_not_allowed",source="main"} 1.0\n'
    assert counted in await site.world.meter.text()


@pytest.mark.parametrize("encoding", ["gzip", "identity, gzip", "", "deflate", "x"])
async def test_any_encoding_is_refused(site: Site, encoding: str) -> None:
    reply = await send(site.port, hook(webhook(), f"Content-Encoding: {encoding}"))
    assert (reply.status, reply.json) == (415, {"error": "unsupported_encoding"})


async def test_identity_is_no_encoding(site: Site) -> None:
    reply = await send(site.port, hook(webhook(), "Content-Encoding: Identity"))
    assert reply.status == 202


async def test_the_encoding_is_looked_at_before_the_signature(site: Site) -> None:
    reply = await send(site.port, post("/hooks/main", b"x", "Content-Encoding: gzip"))
    assert reply.status == 415


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (JournalFull("no room"), "journal_full"),
        (JournalBroken("I/O error"), "journal_error"),
        (Overloaded("later"), "overloaded"),
    ],
)
async def test_what_cannot_be_journaled_gets_a_503_to_come_back(
    site: Site, trouble: Exception, code: str
) -> None:
    site.world.door.trouble = trouble
    reply = await send(site.port, hook(webhook()))
    assert (reply.status, reply.json) == (503, {"error": code})
    assert int(reply.headers["retry-after"]) > 0
    assert (await results(site)) == {code: 1}


async def test_until_it_is_ready_it_answers_503(site: Site) -> None:
    site.world.operator.why_not.append("the journal is being read")
    reply = await send(site.port, hook(webhook()))
    assert (reply.status, reply.json) == (503, {"error": "not_ready"})
    site.world.operator.why_not.clear()
    assert (await send(site.port, hook(webhook()))).status == 202


async def test_too_many_at_once_are_told_to_come_back(serve: Serve) -> None:
    async with serve(limits=Limits(in_flight=1)) as site:
        door = site.world.door
        door.hold = asyncio.Event()
        first = asyncio.create_task(send(site.port, hook(webhook("p1"))))
        await door.entered.wait()
        second = await send(site.port, hook(webhook("p2")))
        assert (second.status, second.json) == (503, {"error": "overloaded"})
        door.hold.set()
        assert (await first).status == 202
        assert (await send(site.port, hook(webhook("p2")))).status == 202


async def test_a_fault_of_ours_is_a_500_that_tells_nothing(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.world.door.trouble = ZeroDivisionError("inner secret")
    reply = await send(site.port, hook(webhook()))
    assert (reply.status, reply.json) == (500, {"error": "internal"})
    assert "inner secret" in caplog.text


# --- the table's ids, and what rides along ---------------------------------------------------


async def test_the_id_is_the_journals_whatever_it_is(site: Site) -> None:
    for number in (1, 2, 3):
        reply = await send(site.port, hook(webhook(f"p{number}")))
        assert reply.json["id"] == f"ev-{number}"


async def test_the_door_gets_event_and_payload(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Mapping[str, Json]] = []

    async def enter(event: NewEvent, payload: Mapping[str, Json]) -> Receipt:
        seen.append({**payload, "source": event.source})
        return Receipt("ev-1", "accepted")

    monkeypatch.setattr(site.world.door, "enter", enter)
    await send(site.port, hook(webhook(status="live")))
    assert seen == [{**json.loads(webhook(status="live")), "source": "main"}]


async def test_webhooks_sent_one_behind_the_other_are_answered_in_order(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"".join(hook(webhook(f"p{number}")) for number in range(50)))
    ids = [(await read_reply(reader)).json["id"] for _ in range(50)]
    writer.close()
    assert ids == [f"ev-{number + 1}" for number in range(50)]


async def test_an_acknowledgement_is_timed(site: Site) -> None:
    await send(site.port, hook(webhook()))
    await send(site.port, post("/hooks/main", b"unsigned"))
    assert b"beeflow_acknowledgement_seconds_count 1.0" in await site.world.meter.text()


async def test_in_a_crowd_who_was_not_heard_in_time_is_told_to_come_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await send(site.port, hook(webhook()))).status == 202
    monkeypatch.setattr(gate, "CROWD", 0)
    assert (await send(site.port, hook(webhook()))).status == 200
    monkeypatch.setattr(gate, "UNHEARD", 0.0)
    reply = await send(site.port, hook(webhook()))
    assert (reply.status, reply.json) == (503, {"error": "overloaded"})
    assert (await results(site))["overloaded"] == 1
