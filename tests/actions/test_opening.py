from __future__ import annotations

import json
import logging
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any

import pytest
from actions.platform.fake_client import FakeClient

from beeflow.actions.account import account_of
from beeflow.actions.definition import Args, Context, DefinedAction, Definition
from beeflow.actions.definitions import describe_actions
from beeflow.actions.http.request import HttpRequest
from beeflow.actions.opening import open_actions
from beeflow.actions.plugins import GROUP, Tools
from beeflow.config import Config, Credential, Platform, Secrets
from beeflow.errors import ActionError, ConfigError

if TYPE_CHECKING:
    from beeflow.types import Json

DOCUMENTED = """
events. get, list, create, update, delete, image, stream, log, rtmp, send_emails, create_simulcast,
delete_simulcast, start_webrtc, stop_webrtc, upload_image, set_status
analytics. overall, timeseries, breakdown, views, viewer
chat. list, create, update, moderate
polls. list, get, create, update, delete, entries, set_state, vote
signups. get, list, create, find_event
videos. get, list, create, update, delete, create_upload, upload_status, download, upload_file
client. get, logo, upload_logo, usage, connections, accept_connection, delete_connection
user. connections, accept_connection, delete_connection
slack. post
email. send
http. request
notify. send
log. write
"""


def documented() -> list[str]:
    names: list[str] = []
    resource = ""
    for word in DOCUMENTED.replace(",", " ").split():
        if word.endswith("."):
            resource = word
        else:
            names.append(resource + word)
    return sorted(names)


class Shout(DefinedAction):
    definition = Definition(name="demo.shout", summary="Shout", effect="once", sample={"ok": True})

    async def start(self, tools: Tools) -> None:
        assert not tools.session.closed

    async def stop(self) -> None:
        raise OSError("hoarse")

    async def call(self, args: Args, context: Context) -> Json:
        return {"ok": True}


def offer() -> list[DefinedAction]:
    return [Shout()]


class Offer(EntryPoint):
    def load(self) -> Any:
        return offer


ENTRIES = (Offer("demo", "demo:offer", GROUP), EntryPoint("gone", "gone_module:x", GROUP))


async def test_all_documented_actions_are_there_and_made_when_asked_for() -> None:
    client = FakeClient()
    async with open_actions(Config(), Secrets({}), client, ()) as registry:
        assert registry.names() == documented()
        for name in registry.names():
            action = registry.get(name)
            assert action is not None
            assert action.name == name
            assert registry.get(name) is action
            assert registry.definition(name) is action.definition
        assert registry.get("events.nothing") is None
        assert registry.definition("events.nothing") is None
        request = registry.get("http.request")
        assert isinstance(request, HttpRequest)
        assert request._pool is not None


async def test_described_and_opened_actions_say_the_same() -> None:
    described = describe_actions(entries=())
    assert described.names() == documented()
    async with open_actions(Config(), Secrets({}), FakeClient(), ()) as opened:
        for name in described.names():
            one, other = described.definition(name), opened.definition(name)
            assert one is not None
            assert other is not None
            assert (one.parameters, one.effect, one.sample, one.secret_fields) == (
                other.parameters, other.effect, other.sample, other.secret_fields,
            )  # fmt: skip
            json.dumps([one.sample, one.answer, [dict(p.schema) for p in one.parameters]])


async def test_a_described_action_cannot_be_called(context: Any) -> None:
    action = describe_actions(entries=()).get("log.write")
    assert action is not None
    with pytest.raises(ActionError, match="cannot be called offline"):
        await action.call({"message": "x"}, context)
    with pytest.raises(ActionError, match="is not guarded"):
        await action.look({}, context)


async def test_plug_ins_are_started_called_and_stopped(
    context: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        async with open_actions(Config(), Secrets({}), FakeClient(), ENTRIES) as registry:
            shout = registry.get("demo.shout")
            assert shout is not None
            assert await shout.call({}, context) == {"ok": True}
            assert "gone_module" in registry.problems[0]
    assert "demo.shout could not be stopped: OSError: hoarse" in caplog.text
    assert "gone_module" in caplog.text


def test_plug_ins_are_described_too() -> None:
    described = describe_actions(entries=ENTRIES)
    definition = described.definition("demo.shout")
    assert definition is not None
    assert definition.summary == "Shout"
    assert len(described.problems) == 1


def test_definitions_answer_by_parameter() -> None:
    definition = describe_actions(entries=()).definition("slack.post")
    assert definition is not None
    parameter = definition.parameter("text")
    assert parameter is not None
    assert parameter.escape == "slack-mrkdwn"
    assert definition.parameter("nothing") is None


def test_the_account_is_made_of_configuration_and_secrets() -> None:
    platform = Platform(
        url="http://h:1",
        token_id=Credential("platform.token_id", "id"),
        secret_key=Credential("platform.secret_key", "secret:KEY"),
        session_place="query",
    )
    account = account_of(platform, Secrets({"BEEFLOW_SECRET_KEY": "key"}))
    assert (account.url, account.token_id, account.secret_key) == ("http://h:1", "id", "key")
    assert (account.session_place, account.session_key, account.limit) == ("query", None, 3500)
    with pytest.raises(ConfigError, match=r"`platform\.secret_key` needs the secret KEY"):
        account_of(platform, Secrets({}))
