"""Generated calls, sensible and not: no answer is a 500, all are as the description says."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, settings
from sandbox.site import START
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from beeflow.resources import data_folder
from beeflow.sandbox import Account, Clock, Sandbox, Settings, running_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = Account()
REFS = Sandbox(Settings(), Clock(lambda: START)).refs
SEEDED = {
    "event_ref": REFS.event,
    "poll_ref": REFS.poll,
    "chat_ref": REFS.chat,
    "signup_ref": REFS.signup,
    "video_ref": REFS.video,
    "upload_id": REFS.upload,
    "viewer_id": REFS.viewer,
    "client_ref": REFS.client,
    "session_key": ACCOUNT.session_key,
}

DOCUMENT = yaml.safe_load((data_folder("schemas") / "beestreamed.openapi.yaml").read_text("utf-8"))
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@schema.hook
def map_path_parameters(_context: Any, path_parameters: Any) -> Any:
    """Let about two of three calls be about something that is there."""
    if not isinstance(path_parameters, dict):
        return path_parameters
    if sum(len(str(value)) for value in path_parameters.values()) % 3 == 0:
        return path_parameters
    return {name: SEEDED.get(name, value) for name, value in path_parameters.items()}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A sandbox in a thread of its own: schemathesis calls it over sockets, and waits."""
    found: list[str] = []
    started, ended = threading.Event(), threading.Event()

    async def serve() -> None:
        limits = Settings(rate_limit=10**9, public_rate_limit=10**9, seed=1)
        async with running_sandbox(Sandbox(limits)) as running:
            found.append(running.url)
            started.set()
            await asyncio.to_thread(ended.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(10)
    yield found[0]
    ended.set()
    thread.join()


@schema.parametrize()
@settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: Any, address: str) -> None:
    basic = aiohttp.encode_basic_auth(ACCOUNT.token_id, ACCOUNT.secret_key)
    if case.operation.definition.raw.get("x-session-key"):
        case.headers = {**(case.headers or {}), "X-Session-Key": ACCOUNT.session_key}
    else:
        case.headers = {**(case.headers or {}), "Authorization": basic}
    case.call_and_validate(
        base_url=address,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
