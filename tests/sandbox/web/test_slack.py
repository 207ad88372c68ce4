from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from beeflow.sandbox import ready

if TYPE_CHECKING:
    from sandbox.site import Site


async def messages(site: Site) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await site.get("/_sandbox/slack/messages")).body
    return rows


def web_client(site: Site, token: str = "xoxb-any") -> AsyncWebClient:
    return AsyncWebClient(token, base_url=str(ready(site.running)["slack_api_url"]))


async def test_slacks_own_client_posts_to_the_incoming_webhook(site: Site) -> None:
    client = AsyncWebhookClient(str(ready(site.running)["slack_url"]))
    answer = await client.send(text="*Launch* is live")
    assert (answer.status_code, answer.body) == (200, "ok")
    (message,) = await messages(site)
    assert (message["text"], message["via"]) == ("*Launch* is live", "webhook")


async def test_slacks_own_client_posts_to_a_channel(site: Site) -> None:
    first = await web_client(site).chat_postMessage(channel="#events", text="One")
    answer = await web_client(site).chat_postMessage(
        channel="#events",
        text="Two",
        thread_ts=str(first["ts"]),
        username="Bee",
        icon_emoji=":bee:",
        blocks=[{"type": "divider"}],
    )
    assert (answer["ok"], answer["channel"]) == (True, "#events")
    row = (await messages(site))[1]
    assert (row["thread_ts"], row["username"], row["icon_emoji"]) == (first["ts"], "Bee", ":bee:")
    assert row["blocks"] == [{"type": "divider"}]
    assert (await site.delete("/_sandbox/slack/messages")).body == {"forgotten": 2}
    assert await messages(site) == []


async def test_a_token_is_tried(site: Site) -> None:
    assert (await web_client(site).auth_test())["ok"] is True
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await web_client(site, "wrong").auth_test()
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await web_client(site, "wrong").chat_postMessage(channel="c", text="x")


HOOK = "/_sandbox/slack/services/T0SANDBOX/B0SANDBOX/sandbox"
API = "/_sandbox/slack/api/chat.postMessage"
BEARER = {"Authorization": "Bearer xoxb-any"}


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        (HOOK, b"{", 400, b"invalid_payload"),
        (HOOK, b"[]", 400, b"invalid_payload"),
        (HOOK, b"", 400, b"no_text"),
        (HOOK, b'{"text": 5}', 400, b"invalid_arguments"),
        (HOOK, b'{"text": "' + b"x" * 40_001 + b'"}', 400, b"msg_too_long"),
        ("/_sandbox/slack/services/T/B/other", b"{}", 404, b"no_service"),
        (API, b"{", 200, {"ok": False, "error": "invalid_json"}),
        (API, b'{"text": "x"}', 200, {"ok": False, "error": "channel_not_found"}),
        (API, b'{"channel": "c"}', 200, {"ok": False, "error": "no_text"}),
        (
            "/_sandbox/slack/api/chat.delete",
            b"{}",
            200,
            {"ok": False, "error": "unknown_method", "req_method": "chat.delete"},
        ),
    ],
)
async def test_mistakes_are_answered_as_slack_does(
    path: str, body: bytes, status: int, said: object, site: Site
) -> None:
    answer = await site.post(path, data=body, headers=BEARER)
    assert (answer.status, answer.body) == (status, said)
    assert await messages(site) == []


async def test_a_token_may_be_in_the_form_or_missing(site: Site) -> None:
    form = {"channel": "c", "text": "x", "token": "xoxb-any"}
    assert (await site.post(API, data=form, token=False)).body["ok"] is True
    missing = await site.post(API, {"channel": "c", "text": "x"}, token=False)
    assert missing.body["error"] == "not_authed"


@pytest.mark.parametrize(
    ("payload", "said"),
    [('{"text": "x"}', b"ok"), ("{", b"invalid_payload"), ("[]", b"invalid_payload")],
)
async def test_the_older_form_of_the_webhook_is_read(payload: str, said: bytes, site: Site) -> None:
    assert (await site.post(HOOK, data={"payload": payload})).body == said


async def test_slack_can_be_made_to_fail(site: Site) -> None:
    fault = {"match": {"path": "/_sandbox/slack/*"}, "headers": {"Retry-After": "3"}}
    await site.post("/_sandbox/faults", {**fault, "status": 429})
    await site.post("/_sandbox/faults", {**fault, "status": 500})
    limited = await site.post(HOOK, {"text": "x"})
    assert (limited.status, limited.headers["Retry-After"]) == (429, "3")
    assert limited.body == {"ok": False, "error": "ratelimited"}
    assert (await site.post(HOOK, {"text": "x"})).body["error"] == "fatal_error"
    assert (await site.post(HOOK, {"text": "x"})).body == b"ok"
