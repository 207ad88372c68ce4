"""What must not be taken, sent to a real daemon: the table of the reference, row by row."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from acceptance.house import SECRET, open_house, webhook

from beeflow.beestreamed.signatures import HEADER, sign

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from acceptance.house import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = {"event_ref": "E1", "status": "live"}
KIND = "event.updated.status"


def body(**changes: Any) -> bytes:
    envelope = {"type": KIND, "id": "w-1", "timestamp": int(time.time()), "data": GOOD}
    return json.dumps(envelope | changes).encode()


def signed(content: bytes) -> dict[str, str]:
    return {HEADER: sign(SECRET.encode(), content)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def daemon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Daemon]:
    """One for all tests here: whatever the ones before sent it, it must be sound."""
    async with open_house(tmp_path_factory.mktemp("house")) as house:
        house.recipe("note", f"trigger: {{webhook: {KIND}}}\nactions: [{{set: {{seen: yes}}}}]\n")
        yield await house.start()


async def still_sound(daemon: Daemon) -> None:
    """After whatever came in: ready, and a good webhook is taken and carried out."""
    assert (await daemon.ask("GET", "/readyz")).status == 200
    taken = await daemon.send(webhook(KIND, GOOD, f"good-{time.monotonic_ns()}"))
    assert taken.status == 202, taken
    runs = await daemon.settled(1)
    assert [run["outcome"] for run in runs if run["event"] == taken.body["id"]] == ["succeeded"]


async def test_only_what_is_signed_with_the_secret_is_taken(daemon: Daemon) -> None:
    content = webhook(KIND, GOOD)
    right = sign(SECRET.encode(), content)
    refused = [
        {},
        {HEADER: ""},
        {HEADER: sign(b"another", content)},
        {HEADER: right.upper()},
        {HEADER: right[:-1]},
        {HEADER: f"sha256={right}"},
        {HEADER: sign(SECRET.encode(), content + b" ")},
        [(HEADER, right), (HEADER, right)],
    ]
    answers = [
        await daemon.ask("POST", "/hooks/main", data=content, headers=headers)
        for headers in refused
    ]
    assert {(one.status, json.dumps(one.body)) for one in answers} == {
        (401, '{"error": "invalid_signature"}')
    }
    await still_sound(daemon)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b'{"type":',
        b'{"type": "a", "type": "b"}',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": 123456789012345678901234567890}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b"[" * 5000 + b"]" * 5000,
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
    ],
)
async def test_what_is_not_json_is_told_so(daemon: Daemon, content: bytes) -> None:
    answer = await daemon.send(content)
    assert (answer.status, answer.body) == (400, {"error": "invalid_json"})


ENVELOPES: list[dict[str, Any]] = [
    {"type": None},
    {"type": "Event.Created"},
    {"type": ""},
    {"type": "x" * 101},
    {"id": None},
    {"id": 7},
    {"id": ""},
    {"id": "x" * 201},
    {"id": "a\nb"},
    {"timestamp": None},
    {"timestamp": True},
    {"timestamp": 1.5},
    {"timestamp": -1},
    {"timestamp": 10**20},
    {"timestamp": "1790000000"},
    {"data": None},
    {"data": []},
]


async def test_a_wrong_envelope_is_told_so_whatever_is_wrong_with_it(daemon: Daemon) -> None:
    answers = [await daemon.send(body(**changes)) for changes in ENVELOPES]
    answers += [await daemon.send(content) for content in (b"[]", b"1", b"null", b'"x"', b"{}")]
    assert [(one.status, one.body) for one in answers] == [
        (400, {"error": "invalid_envelope"})
    ] * len(answers)
    await still_sound(daemon)


async def test_the_stale_and_the_early_are_refused(daemon: Daemon) -> None:
    now = int(time.time())
    for stamp in (now - 8 * 86400, now + 600, 0):
        answer = await daemon.send(body(timestamp=stamp))
        assert (answer.status, answer.body) == (400, {"error": "stale"})
    for index, stamp in enumerate((now - 6 * 86400, now + 240)):
        assert (await daemon.send(body(timestamp=stamp, id=f"old-{index}"))).status == 202


async def test_what_came_already_is_a_duplicate_or_a_conflict_and_starts_nothing(
    daemon: Daemon,
) -> None:
    content = webhook(KIND, GOOD, "twice")
    first = await daemon.send(content)
    again = await daemon.send(content)
    other = await daemon.send(webhook(KIND, {**GOOD, "status": "done"}, "twice"))
    assert first.status == 202
    assert (again.status, again.body) == (200, {"status": "duplicate"})
    assert (other.status, other.body) == (200, {"status": "duplicate", "conflict": True})
    runs = await daemon.settled(1)
    assert [run["event"] for run in runs].count(first.body["id"]) == 1


async def test_size_encoding_method_and_source_have_their_own_answers(daemon: Daemon) -> None:
    large = webhook(KIND, {"text": "x" * 1_100_000})
    small = webhook(KIND, GOOD)
    asked = [
        (await daemon.send(large), 413),
        (await daemon.ask("POST", "/hooks/nobody", data=small, headers=signed(small)), 404),
        (await daemon.ask("GET", "/hooks/main"), 405),
        (await daemon.ask("PUT", "/hooks/main", data=small, headers=signed(small)), 405),
    ]
    for coding in ("gzip", "deflate", "br", "identity, gzip"):
        headers = {**signed(small), "Content-Encoding": coding}
        asked.append((await daemon.send(small, headers=headers), 415))
    assert [one.status for one, _ in asked] == [status for _, status in asked]
    whole = {**signed(small), "Content-Encoding": "identity"}
    assert (await daemon.send(small, headers=whole)).status == 202


async def test_the_largest_allowed_body_is_taken(daemon: Daemon) -> None:
    frame = len(webhook("some.thing", {"text": ""}, "large"))
    content = webhook("some.thing", {"text": "x" * (1024 * 1024 - frame)}, "large")
    assert len(content) == 1024 * 1024
    assert (await daemon.send(content)).status == 202


async def test_what_is_signed_but_unknown_is_accepted_and_kept(daemon: Daemon) -> None:
    answer = await daemon.send(webhook("event.invented.tomorrow", {"event_ref": "E1"}))
    assert answer.status == 202
    kept = await daemon.ask("GET", f"/api/events/{answer.body['id']}")
    assert kept.body["type"] == "event.invented.tomorrow"


RUBBISH = [
    b"GARBAGE\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"POST /hooks/main HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    b"POST /hooks/main HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0",
    b"POST /hooks/main HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 0\r\n\r\n",
    b"POST /hooks/main HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"A" * 100_000 + b"\r\n\r\n",
]


@pytest.mark.parametrize("raw", RUBBISH, ids=range(len(RUBBISH)))
async def test_rubbish_on_the_wire_gets_400_and_an_end(daemon: Daemon, raw: bytes) -> None:
    reader, writer = await asyncio.open_connection(*daemon.url[7:].split(":"))
    writer.write(raw)
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    assert answer.split(b"\r\n")[0].endswith(b" 400 Bad Request")


async def test_a_sender_that_stops_half_way_holds_up_nobody(daemon: Daemon) -> None:
    """Twenty that promise a body and send half of it; the next one need not wait for them."""
    halves = []
    for _ in range(20):
        reader, writer = await asyncio.open_connection(*daemon.url[7:].split(":"))
        writer.write(b"POST /hooks/main HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\nhalf")
        halves.append((reader, writer))
    async with asyncio.timeout(15):  # half of what a stalled body may take
        await still_sound(daemon)
    for _, writer in halves:
        writer.close()
