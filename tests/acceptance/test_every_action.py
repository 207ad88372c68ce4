"""Each action there is, called once by a recipe in a real daemon, against the sandbox."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from acceptance.house import open_house
from acceptance.receiver import receiving

from beeflow.actions.definitions import built_in
from beeflow.beestreamed.catalog import load_catalog
from beeflow.sandbox import Sandbox, Settings
from beeflow.sandbox.slack import HOOK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from acceptance.house import Daemon, House

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVENT = {"event_ref": "<event>"}
POLL = {**EVENT, "poll_ref": "<poll>"}
CLIENT = {"client_ref": "<client>"}
USER = {"session_key": "<session>"}
CALLS: dict[str, dict[str, Any]] = {
    "analytics.breakdown": {**EVENT, "group_by": "country"},
    "analytics.overall": EVENT,
    "analytics.timeseries": EVENT,
    "analytics.viewer": {**EVENT, "viewer_id": "<viewer>"},
    "analytics.views": EVENT,
    "chat.create": {**EVENT, "name": "Ida", "email": "ida@example.com", "message": "Hello"},
    "chat.list": EVENT,
    "chat.moderate": {**EVENT, "chat_ref": "<chat>", "status": "hidden"},
    "chat.update": {**EVENT, "chat_ref": "<chat>", "status": "hidden"},
    "client.accept_connection": CLIENT,
    "client.connections": CLIENT,
    "client.delete_connection": {**CLIENT, "connref": "<connection>"},
    "client.get": CLIENT,
    "client.logo": CLIENT,
    "client.upload_logo": {**CLIENT, "path": "picture.png"},
    "client.usage": CLIENT,
    "email.send": {"to": "ida@example.com", "subject": "Hello", "text": "Hello, Ida"},
    "events.create": {"title": "Launch", "date": "2030-01-01 10:00"},
    "events.create_simulcast": {
        **EVENT, "url": "rtmp://example.com/live", "passthrough": "x", "stream_key": "k",
    },
    "events.delete": EVENT,
    "events.delete_simulcast": {**EVENT, "target_id": "<simulcast>"},
    "events.get": EVENT,
    "events.image": EVENT,
    "events.list": {},
    "events.log": EVENT,
    "events.rtmp": EVENT,
    "events.send_emails": EVENT,
    "events.set_status": {**EVENT, "status": "done"},
    "events.start_webrtc": EVENT,
    "events.stop_webrtc": EVENT,
    "events.stream": EVENT,
    "events.update": {**EVENT, "title": "Another"},
    "events.upload_image": {**EVENT, "path": "picture.png"},
    "http.request": {"url": "<receiver>", "method": "POST", "json": {"id": "x"}},
    "log.write": {"message": "Hello"},
    "notify.send": {"url": "<apprise>", "title": "Hello", "body": "It is time"},
    "polls.create": {**EVENT, "question": "Which?", "options": ["a", "b"]},
    "polls.delete": POLL,
    "polls.entries": POLL,
    "polls.get": POLL,
    "polls.list": EVENT,
    "polls.set_state": {**POLL, "state": True},
    "polls.update": {**POLL, "state": False},
    "polls.vote": {**POLL, "option_index": 0},
    "signups.create": {**EVENT, "name": "Ida", "email": "ida@example.com"},
    "signups.find_event": {"signup_ref": "<signup>"},
    "signups.get": {**EVENT, "signup_ref": "<signup>"},
    "signups.list": EVENT,
    "slack.post": {"text": "Hello", "channel": "#events"},
    "user.accept_connection": {**USER, "connref": "<connection>"},
    "user.connections": USER,
    "user.delete_connection": {**USER, "connref": "<connection>"},
    "videos.create": {"title": "Talk", "asset_id": "asset"},
    "videos.create_upload": {"duration": 60},
    "videos.delete": {"video_ref": "<video>"},
    "videos.download": {"video_ref": "<video>"},
    "videos.get": {"video_ref": "<video>"},
    "videos.list": {},
    "videos.update": {"video_ref": "<video>", "title": "Talk"},
    "videos.upload_file": {"path": "film.mp4", "duration": 60},
    "videos.upload_status": {"upload_id": "<upload>"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """A daemon with one recipe for each call, and the house it stands in."""

    house: House
    daemon: Daemon


@asynccontextmanager
async def set_up(house: House) -> AsyncIterator[Stage]:
    house.secrets["SLACK_URL"] = house.sandbox.url + HOOK
    (house.folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 1000)
    (house.folder / "film.mp4").write_bytes(b"0" * 5000)
    house.configure(
        f"""
connections:
  slack: {{url: secret:SLACK_URL}}
  smtp: {{host: 127.0.0.1, port: {house.sandbox.smtp_port}, from: team@example.com}}
""",
        session_key=house.sandbox.sandbox.settings.account.session_key,
    )
    async with receiving() as receiver:
        known = {f"<{name}>": ref for name, ref in house.sandbox.sandbox.refs.as_json().items()}
        known["<session>"] = house.sandbox.sandbox.settings.account.session_key
        known["<receiver>"] = receiver.url
        known["<apprise>"] = receiver.url.replace("http", "json")
        for action, args in CALLS.items():
            text = json.dumps(args)
            for mark, value in known.items():
                text = text.replace(mark, value)
            house.recipe(
                action.replace(".", "-").replace("_", "-"),
                f"actions:\n  - {{action: {action}, with: {text}, as: answer}}\n"
                '  - set: {told: "{{ answer }}"}\n',
            )
        yield Stage(house, await house.start())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with (
        open_house(
            tmp_path_factory.mktemp("house"),
            Sandbox(Settings(rate_limit=1_000_000, processing=0.5)),
        ) as house,
        set_up(house) as stage,
    ):
        yield stage


async def test_no_action_is_left_out() -> None:
    assert sorted(CALLS) == sorted(built_in(load_catalog()))


@pytest.mark.parametrize("action", CALLS)
async def test_an_action_is_called_and_succeeds(stage: Stage, action: str) -> None:
    stage.house.sandbox.sandbox.reset()
    recipe = action.replace(".", "-").replace("_", "-")
    asked = await stage.daemon.ask("POST", f"/api/recipes/{recipe}/run", json={})
    assert asked.status == 202, asked
    (run_id,) = asked.body["runs"]
    await stage.daemon.settled(1)
    run = await stage.daemon.run(run_id)
    assert run["outcome"] == "succeeded", run["reason"]
    calls = [step for step in run["steps"] if step["kind"] == "call"]
    assert [step["input"]["action"] for step in calls] == [action]
