"""The client against a small server, and against a wire that does what the test says."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from beestreamed.fakes import FakeClock, FakeTransport, Reply, answer

from beeflow.beestreamed.account import Account
from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.client import Client, Outside
from beeflow.beestreamed.transport import Answer, Outgoing, TransportError
from beeflow.errors import ActionError, ConfigError, Failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CATALOG = load_catalog()
ACCOUNT = Account(url="http://x", token_id="abc123", secret_key="xyz789", rate_limit=100_000)
SESSION = Account(
    url="http://x", token_id="a", secret_key="b", session_key="S3", rate_limit=100_000
)


class World:
    """A client whose wire gives the replies; `notes` are what did not fit the description."""

    def __init__(self, *replies: Reply, account: Account = ACCOUNT) -> None:
        self.wire = FakeTransport(*replies)
        self.clock = FakeClock()
        self.notes: list[tuple[str, str]] = []
        outside = Outside(self.wire, self.clock, lambda: 0.0, lambda *note: self.notes.append(note))
        self.client = Client(account, outside=outside)

    async def call(self, action: str, args: dict[str, Any] | None = None, **more: Any) -> Any:
        await self.clock.advance(1)
        return await self.client.call(action, args or {}, **more)

    async def failure(
        self, action: str, args: dict[str, Any] | None = None, **more: Any
    ) -> Failure:
        with pytest.raises(ActionError) as caught:
            await self.call(action, args, **more)
        return caught.value.failure

    @property
    def lines(self) -> list[str]:
        return [f"{sent.method} {sent.target}" for sent in self.wire.sent]


def arguments(action: str) -> dict[str, Any]:
    """Return what an action needs at least."""
    values: dict[str, Any] = {
        "options": ["a"], "filename": "a.png", "duration": 5, "status": "public", "group_by": "day",
    }  # fmt: skip
    operation = CATALOG.operations[action]
    args = {p.name: values.get(p.name, "x1") for p in operation.parameters if p.required}
    more = {"events.update": {"title": "T"}, "videos.update": {"title": "T"}}
    return args | more.get(action, {}) | ({"state": True} if action == "polls.update" else {})


@pytest.mark.parametrize("action", list(CATALOG.operations))
async def test_every_operation_is_called_and_its_sample_understood(action: str) -> None:
    operation = CATALOG.operations[action]
    for sample in operation.samples.values():
        world = World(answer(operation.success, sample), account=SESSION)
        content = await world.call(action, arguments(action))
        assert content == operation.content(sample)
        (sent,) = world.wire.sent
        assert sent.method == operation.method
        assert "{" not in sent.target
        assert (sent.body is not None) == operation.has_body
        assert world.notes == []


async def test_what_is_sent() -> None:
    world = World(answer(201, {"poll_ref": "p", "message": "Poll created"}))
    await world.call("polls.create", {"event_ref": "E", "question": "Q", "options": ["ø"]})
    (sent,) = world.wire.sent
    assert world.lines == ["POST /polls/E"]
    assert json.loads(sent.body or b"") == {"question": "Q", "options": ["ø"]}
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.headers["Authorization"] == "Basic YWJjMTIzOnh5ejc4OQ=="
    assert not sent.fresh


async def test_a_read_has_neither_body_nor_its_type() -> None:
    world = World(answer(200, []))
    await world.call("chat.list", {"event_ref": "E", "qa": 1, "maxResults": "5"})
    (sent,) = world.wire.sent
    assert world.lines == ["GET /chat/E?qa=true&maxResults=5"]
    assert sent.body is None
    assert "Content-Type" not in sent.headers


async def test_what_is_never_repeated_goes_over_a_fresh_connection() -> None:
    world = World(answer(200, {"message": "Emails sent successfully"}))
    await world.call("events.send_emails", {"event_ref": "E"})
    await world.call(
        "polls.update", {"event_ref": "E", "poll_ref": "P", "vote": True, "option_index": 0}
    )
    await world.call("polls.update", {"event_ref": "E", "poll_ref": "P", "state": True})
    assert [sent.fresh for sent in world.wire.sent] == [True, True, False]


@pytest.mark.parametrize(
    ("action", "args", "more", "message"),
    [
        ("polls.vote", {}, {}, "there is no action `polls.vote` of the platform"),
        ("events.get", {}, {}, "events.get needs `event_ref`: The event."),
        ("events.get", {"event_ref": "E"}, {"pages": "all"}, "events.get has no pages to follow"),
        ("events.list", {}, {"pages": 0}, "`pages` is 0, but must be `all` or at least 1"),
        (
            "client.accept_connection",
            {"client_ref": "C"},
            {},
            "client.accept_connection needs a session key: set platform.session_key",
        ),
    ],
)
async def test_a_mistake_is_told_before_anything_is_sent(
    action: str, args: dict[str, Any], more: dict[str, Any], message: str
) -> None:
    world = World(answer(200))
    failure = await world.failure(action, args, **more)
    assert failure == Failure("action", message)
    assert world.wire.sent == []


@pytest.mark.parametrize(
    ("action", "args"),
    [
        ("events.get", {"event_ref": "a\ud800"}),
        ("events.list", {"search": "a\ud800"}),
        ("events.update", {"event_ref": "E", "title": "a\ud800"}),
    ],
)
async def test_a_text_that_is_no_unicode_is_not_sent(action: str, args: dict[str, Any]) -> None:
    world = World(answer(200))
    failure = await world.failure(action, args)
    assert failure.kind == "action"
    assert failure.message.startswith(f"{action}: a text holds half a character")
    assert world.wire.sent == []


async def test_an_error_names_request_status_words_and_mend() -> None:
    world = World(answer(401, {"message": "Unauthorized", "status": 401}))
    assert (await world.failure("events.get", {"event_ref": "abc"})).message == (
        "GET /events/abc answered 401: Unauthorized"
        " — check platform.token_id and platform.secret_key"
    )
    world = World(answer(401, {}), account=Account(url="http://x", rate_limit=9999))
    assert "which are not set" in (await world.failure("events.list")).message
    world = World(answer(401, {}), account=SESSION)
    failure = await world.failure("client.accept_connection", {"client_ref": "C"})
    assert failure.message.endswith("check the session key")


async def test_a_session_key_shows_nowhere() -> None:
    world = World(answer(403, {"message": "session S3CRET is over"}))
    failure = await world.failure("user.connections", {"session_key": "S3CRET"})
    assert world.lines == ["GET /user/S3CRET/connections"]
    assert "S3CRET" not in repr(failure)
    assert failure.message == "GET /user/***/connections answered 403: session *** is over"


@pytest.mark.parametrize(
    ("place", "line", "header"),
    [
        ("basic", "POST /client/C/connections", ("Authorization", "Basic UzM6")),
        ("header", "POST /client/C/connections", ("X-Session-Key", "S3")),
        ("query", "POST /client/C/connections?session_key=S3", ("Authorization", "Basic YTpi")),
    ],
)
async def test_a_session_key_travels_where_it_is_told_to(
    place: Any, line: str, header: tuple[str, str]
) -> None:
    account = Account("http://x", "a", "b", "S3", place, 100_000)
    world = World(answer(200, {"message": "Connection accepted!"}), account=account)
    await world.call("client.accept_connection", {"client_ref": "C"})
    assert world.lines == [line]
    assert world.wire.sent[0].headers[header[0]] == header[1]


async def test_deleting_what_is_gone_is_done() -> None:
    world = World(answer(404, {"message": "not found"}), answer(200, {"message": "m", "rows": 0}))
    gone = {"message": "Already gone", "status": 404}
    assert await world.call("events.delete", {"event_ref": "E"}) == {**gone, "rows": 0}
    assert await world.call("events.delete", {"event_ref": "E"}) == {"message": "m", "rows": 0}
    world = World(answer(404, b""))
    assert await world.call("polls.delete", {"event_ref": "E", "poll_ref": "P"}) == gone


NOTHING = answer(200, {"message": "Event updated", "rows": 0})


async def test_changing_nothing_of_what_is_there_is_fine() -> None:
    world = World(NOTHING, answer(200, CATALOG.operations["events.get"].sample))
    assert await world.call("events.update", {"event_ref": "E", "title": "T"}) == {
        "message": "Event updated", "rows": 0,
    }  # fmt: skip
    assert world.lines == ["PATCH /events/E", "GET /events/E"]


async def test_changing_what_is_not_there_is_not_found() -> None:
    world = World(NOTHING, answer(404, {"message": "Event with REF E not found"}))
    failure = await world.failure("events.update", {"event_ref": "E", "title": "T"})
    assert (failure.kind, failure.status, failure.retryable) == ("http", 404, False)
    assert failure.message == "PATCH /events/E changed nothing (rows: 0): not found"


async def test_when_it_cannot_be_told_the_reads_failure_counts() -> None:
    world = World(NOTHING, answer(500, {}))
    failure = await world.failure("events.update", {"event_ref": "E", "title": "T"})
    assert failure.status == 500
    assert failure.retryable


HIDE: dict[str, Any] = {"event_ref": "E", "chat_ref": "C2", "status": "hidden"}
UNCHANGED = answer(200, {"message": "Updated message", "rows": 0})


async def test_a_message_that_is_hidden_already_is_looked_up_in_the_lists() -> None:
    world = World(UNCHANGED, answer(200, [{"chat_ref": "C1"}]), answer(200, [{"chat_ref": "C2"}]))
    assert await world.call("chat.update", HIDE) == {"message": "Updated message", "rows": 0}
    assert world.lines == [
        "PATCH /chat/E/C2",
        "GET /chat/E?maxResults=100&qa=false&page=1",
        "GET /chat/E?maxResults=100&qa=true&page=1",
    ]


async def test_a_message_in_neither_list_is_not_found() -> None:
    world = World(UNCHANGED, answer(200, [{"chat_ref": "C1"}, "odd"]), answer(200, {"odd": 1}))
    assert (await world.failure("chat.update", HIDE)).status == 404


async def test_an_empty_success_is_null() -> None:
    world = World(answer(204, b""))
    assert await world.call("events.delete", {"event_ref": "E"}) is None


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"{", b"\xff", b"[" * 100_000])
async def test_a_success_that_is_not_json(body: bytes) -> None:
    world = World(answer(200, body))
    read = await world.failure("events.list")
    assert (read.kind, read.status, read.open, read.retryable) == ("http", 200, False, True)
    assert len(read.message) < 300
    assert read.message.startswith("GET /events answered 200, but not in JSON: ")
    written = await world.failure("events.create")
    assert (written.open, written.retryable) == (True, False)


async def test_an_answer_that_does_not_fit_is_passed_on_and_noted_once() -> None:
    world = World(answer(200, {"data": {"key": 5}}))
    for _ in range(5):
        assert await world.call("events.rtmp", {"event_ref": "E"}) == {"key": 5}
    assert [name for name, _ in world.notes] == ["events.rtmp"]


async def test_pages_are_followed() -> None:
    polls = [{**POLL["data"], "poll_ref": f"p{number}"} for number in range(3)]

    def page(sent: Outgoing) -> Answer:
        number = int(sent.target.rpartition("page=")[2])
        return answer(200, {"data": polls[2 * number - 2 : 2 * number], "status": 200})

    world = World(page)
    assert (
        await world.call("polls.list", {"event_ref": "E", "maxResults": "2"}, pages="all") == polls
    )
    assert world.lines == [
        "GET /polls/E?maxResults=2&page=1", "GET /polls/E?maxResults=2&page=2",
    ]  # fmt: skip


POLL: Any = CATALOG.operations["polls.get"].samples["authenticated"]


async def test_the_same_read_by_many_is_one_request() -> None:
    world = World(answer(200, []), answer(200, [{"other": 1}]))
    await world.clock.advance(60)
    world.wire.gate = asyncio.Event()
    tasks = [asyncio.create_task(world.client.call("events.list", {})) for _ in range(10)]
    other = asyncio.create_task(world.client.call("events.list", {"page": 2}))
    await world.clock.settle()
    assert len(world.wire.sent) == 2
    world.wire.gate.set()
    answers = await asyncio.gather(*tasks)
    assert answers == [[]] * 10
    assert len({id(one) for one in answers}) == 10
    await other


async def test_a_read_after_a_write_sees_the_write() -> None:
    world = World(answer(200, []))
    await world.clock.advance(60)
    held = world.wire.gate = asyncio.Event()
    before = asyncio.create_task(world.client.call("polls.list", {"event_ref": "E"}))
    await world.clock.settle()
    world.wire.gate = None
    await world.call("polls.create", {"event_ref": "E", "question": "Q", "options": ["a"]})
    await world.call("polls.list", {"event_ref": "E"})
    assert world.lines == ["GET /polls/E", "POST /polls/E", "GET /polls/E"]
    held.set()
    await before


async def test_who_joins_a_read_keeps_a_deadline_of_its_own() -> None:
    world = World(answer(200, []))
    await world.clock.advance(60)
    world.wire.gate = asyncio.Event()
    patient = asyncio.create_task(world.client.call("events.list", {}, timeout=60))
    await world.clock.settle()
    failure = await world.failure("events.list", timeout=0.05)
    assert (failure.kind, failure.retryable) == ("timeout", True)
    world.wire.gate.set()
    assert await patient == []


async def test_the_deadline_is_for_all_pages() -> None:
    world = World(answer(200, [{"event_id": 1}]), answer(200, [{"event_id": 2}]), answer(200, []))
    await world.call("events.list", {"maxResults": 1}, pages="all", timeout=20)
    assert world.wire.timeouts == [pytest.approx(19.9)] * 3


async def test_closing_the_client_closes_the_wire() -> None:
    world = World(answer(200, []))
    async with world.client as client:
        assert client is world.client
    assert world.wire.closed


def test_a_wrong_address_is_told_at_once() -> None:
    with pytest.raises(ConfigError, match=r"platform\.url is `api\.example\.org`"):
        Client(Account(url="api.example.org"))


@pytest.mark.parametrize(
    ("reply", "kind", "open_", "wait"),
    [
        (TransportError("no connection: refused", sent=False), "connection", False, None),
        (TransportError("cut", sent=True), "connection", True, None),
        (TransportError("slow", sent=True, timed_out=True), "timeout", True, None),
        (answer(500, {"message": "oops"}), "http", True, None),
        (answer(429, {"message": "slow down"}, retry_after="3"), "http", False, 3.0),
        (answer(503, {"message": "closed"}, retry_after="3"), "http", False, 3.0),
    ],
)
async def test_a_write_tells_whether_it_may_have_taken_effect(
    reply: Reply, kind: str, open_: bool, wait: float | None
) -> None:
    failure = await World(reply).failure("events.create")
    assert (failure.kind, failure.open, failure.retryable) == (kind, open_, True)
    assert failure.retry_after == wait


# Over real sockets


@pytest.fixture
async def platform() -> AsyncIterator[TestServer]:
    async def update(request: web.Request) -> web.StreamResponse:
        how = (await request.json())["title"]
        if how == "cut":
            assert request.transport is not None
            request.transport.abort()
        if how == "hang":
            await asyncio.sleep(60)
        if how == "busy":
            return web.json_response({"message": "busy"}, status=503, headers={"Retry-After": "9"})
        authorized = request.headers.get("Authorization") == "Basic YWJjMTIzOnh5ejc4OQ=="
        return web.json_response({"message": how, "rows": 1}, status=200 if authorized else 401)

    app = web.Application()
    app.router.add_patch("/api/events/{ref}", update)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


async def test_over_a_real_connection(platform: TestServer) -> None:
    account = Account(str(platform.make_url("/api")), "abc123", "xyz789", rate_limit=100_000)
    found: list[tuple[str, bool] | Any] = []
    async with Client(account) as client:
        for title in ("fine", "cut", "hang", "busy", "fine"):
            try:
                args: Any = {"event_ref": "E", "title": title}
                found.append(await client.call("events.update", args, timeout=0.3))
            except ActionError as error:
                found.append((error.failure.kind, error.failure.open, error.failure.retry_after))
    fine = {"message": "fine", "rows": 1}
    assert found == [
        fine, ("connection", True, None), ("timeout", True, None), ("http", False, 9.0), fine,
    ]  # fmt: skip
