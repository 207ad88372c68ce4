from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from beeflow.actions.connections import Connections
from beeflow.actions.slack.post import SlackPost
from beeflow.config import Credential, Secrets, Slack
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from beeflow.types import Json

OK = {"ok": True, "ts": "17.01", "channel": "C1"}


@dataclass
class FakeSlack:
    """Answers with what it is told to, and keeps what it gets."""

    status: int = 200
    body: str = "ok"
    kind: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)
    received: list[tuple[str, str | None, dict[str, Json]]] = field(default_factory=list)
    hang_up: bool = False

    async def answer(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization")
        self.received.append((request.path, token, json.loads(await request.text())))
        if self.hang_up:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(
            status=self.status, text=self.body, content_type=self.kind, headers=self.headers
        )

    def says(self, body: object, status: int = 200, **headers: str) -> None:
        self.status, self.body, self.kind = status, json.dumps(body), "application/json"
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
async def server(slack: FakeSlack) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_post("/{tail:.*}", slack.answer)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def post(session: aiohttp.ClientSession, server: TestServer) -> SlackPost:
    connections = {
        "slack": Slack("slack", url=Credential("connections.slack.url", "secret:URL")),
        "bot": Slack(
            "bot",
            token=Credential("connections.bot.token", "xoxb-1"),
            api_url=str(server.make_url("/api/")),
        ),
        "wrong": Slack("wrong", url=Credential("connections.wrong.url", "no address")),
    }
    secrets = Secrets({"BEEFLOW_SECRET_URL": str(server.make_url("/services/T/B/key"))})
    return SlackPost(session, Connections(connections, secrets))


async def failing(action: SlackPost, args: dict[str, Json], context: Any) -> Failure:
    with pytest.raises(ActionError) as caught:
        await action.call(args, context)
    return caught.value.failure


async def test_a_webhook_gets_the_message(post: SlackPost, slack: FakeSlack, context: Any) -> None:
    answer = await post.call({"text": "*hi*", "channel": "#x", "raw": True}, context)
    assert answer == {"ok": True, "ts": None, "channel": None}
    assert slack.received == [("/services/T/B/key", None, {"text": "*hi*", "channel": "#x"})]


async def test_a_bot_gets_the_message(post: SlackPost, slack: FakeSlack, context: Any) -> None:
    slack.says(OK)
    blocks: Json = [{"type": "divider"}]
    answer = await post.call(
        {"blocks": blocks, "channel": "#x", "thread_ts": "1.2", "connection": "bot"}, context
    )
    assert answer == OK
    path, token, body = slack.received[0]
    assert (path, token) == ("/api/chat.postMessage", "Bearer xoxb-1")
    assert body == {"blocks": blocks, "channel": "#x", "thread_ts": "1.2"}


async def test_a_bot_needs_a_channel(post: SlackPost, slack: FakeSlack, context: Any) -> None:
    failure = await failing(post, {"text": "x", "connection": "bot"}, context)
    assert "the bot of `connections.bot` needs `channel`" in failure.message
    assert slack.received == []


@pytest.mark.parametrize(
    ("status", "body", "expected", "open_", "retryable"),
    [
        (404, "no_service", "the incoming webhook is gone", False, False),
        (403, "invalid_token", "copy it again", False, False),
        (410, "channel_is_archived", "unarchive the channel", False, False),
        (400, "weird_new_error", "Slack says weird_new_error", False, False),
        (400, "", "Slack says 400", False, False),
        (429, "", "429 Too Many Requests", False, True),
        (500, "rollup_error", "500 Internal Server Error: rollup_error", True, True),
    ],
)
async def test_errors_of_a_webhook_are_named_with_the_mend(
    post: SlackPost,
    slack: FakeSlack,
    context: Any,
    status: int,
    body: str,
    expected: str,
    open_: bool,
    retryable: bool,
) -> None:
    slack.status, slack.body = status, body
    failure = await failing(post, {"text": "x"}, context)
    assert expected in failure.message
    assert (failure.open, failure.retryable, failure.status) == (open_, retryable, status)
    assert len(slack.received) == 1


@pytest.mark.parametrize(
    ("code", "expected", "open_", "retryable"),
    [
        ("channel_not_found", "check the channel's name", False, False),
        ("invalid_auth", "the token is wrong", False, False),
        ("fatal_error", "Slack says fatal_error", True, True),
        ("request_timeout", "Slack says request_timeout", False, True),
    ],
)
async def test_errors_of_a_bot_are_named_with_the_mend(
    post: SlackPost,
    slack: FakeSlack,
    context: Any,
    code: str,
    expected: str,
    open_: bool,
    retryable: bool,
) -> None:
    slack.says({"ok": False, "error": code})
    failure = await failing(post, {"text": "x", "channel": "c", "connection": "bot"}, context)
    assert expected in failure.message
    assert (failure.open, failure.retryable) == (open_, retryable)
    assert failure.detail == {"error": code}


async def test_retry_after_is_kept(post: SlackPost, slack: FakeSlack, context: Any) -> None:
    args: dict[str, Json] = {"text": "x", "channel": "c", "connection": "bot"}
    slack.says({"ok": False, "error": "ratelimited"}, 429, Retry_After="30")
    failure = await failing(post, args, context)
    assert (failure.open, failure.retryable, failure.retry_after) == (False, True, 30.0)
    slack.status, slack.headers = 429, {"Retry-After": "9"}
    assert (await failing(post, {"text": "x"}, context)).retry_after == 9.0


async def test_an_answer_that_is_not_slacks_is_told(
    post: SlackPost, slack: FakeSlack, context: Any
) -> None:
    args: dict[str, Json] = {"text": "x", "channel": "c", "connection": "bot"}
    slack.status, slack.body, slack.kind = 502, "<html>", "application/json"
    failure = await failing(post, args, context)
    assert (failure.status, failure.open) == (502, True)
    slack.kind = "text/plain"
    assert (await failing(post, args, context)).status == 502
    slack.status = 200
    assert "this is not Slack" in (await failing(post, args, context)).message
    assert (
        "this is not Slack"
        in (await failing(post, {"text": "x", "connection": "wrong"}, context)).message
    )


async def test_a_cut_is_open_and_never_repeated(
    post: SlackPost, slack: FakeSlack, context: Any
) -> None:
    slack.hang_up = True
    failure = await failing(post, {"text": "x"}, context)
    assert (failure.kind, failure.open) == ("connection", True)
    failure = await failing(post, {"text": "x", "channel": "c", "connection": "bot"}, context)
    assert failure.open
    assert len(slack.received) == 2


async def test_slack_that_cannot_be_reached_is_clear(
    post: SlackPost, server: TestServer, context: Any
) -> None:
    await server.close()
    failure = await failing(post, {"text": "x"}, context)
    assert (failure.kind, failure.open, failure.retryable) == ("connection", False, True)
    assert "/services" not in failure.message


async def test_the_time_limit_is_kept(post: SlackPost, make_context: Callable[..., Any]) -> None:
    failure = await failing(post, {"text": "x"}, make_context(timeout=0.0))
    assert (failure.kind, failure.open) == ("timeout", True)


async def test_the_address_of_the_webhook_is_never_logged(
    post: SlackPost, context: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await post.call({"text": "x"}, context)
    ours = [record for record in caplog.records if record.name != "aiohttp.access"]
    assert not [record for record in ours if "/services/" in record.getMessage()]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({}, "`text` is missing"),
        ({"text": ""}, "1 to 40000 characters"),
        ({"text": "x" * 40_001}, "1 to 40000 characters"),
        ({"blocks": []}, "1 to 50 mappings"),
        ({"blocks": ["x"]}, "1 to 50 mappings"),
        ({"text": "x", "raw": "yes"}, "true or false"),
        ({"text": "x", "chanel": "c"}, "did you mean `channel`?"),
    ],
)
def test_wrong_arguments_are_told(post: SlackPost, args: dict[str, Json], expected: str) -> None:
    assert expected in "; ".join(post.check(args))
    assert post.definition.check({}, {"text"}) == []
