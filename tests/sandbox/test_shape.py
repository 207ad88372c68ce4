"""Every operation answers in the shape of its documented sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sandbox.likeness import differences
from sandbox.site import Site, path_of

from beeflow.beestreamed.catalog import load_catalog

if TYPE_CHECKING:
    from beeflow.beestreamed.operation import Operation
    from beeflow.types import Json

OPERATIONS = load_catalog().operations
ARGUMENTS: dict[str, dict[str, Json]] = {
    "events.update": {"title": "Launch"},
    "events.upload_image": {"filename": "poster.png"},
    "events.create_simulcast": {"url": "rtmp://x/live", "passthrough": "x", "stream_key": "k"},
    "analytics.breakdown": {"group_by": "country"},
    "chat.create": {"name": "Ida", "email": "ida@example.com", "message": "Hello"},
    "chat.update": {"status": "hidden"},
    "polls.create": {"question": "Which?", "options": ["a", "b"]},
    "polls.update": {"state": False},
    "signups.create": {"name": "Ida", "email": "ida@example.com"},
    "videos.create": {"title": "Talk", "asset_id": "asset"},
    "videos.update": {"title": "Talk"},
    "videos.create_upload": {"duration": 60},
    "client.upload_logo": {"filename": "logo.png"},
}
SAMPLES = {
    # A sample of its own for each of the two things that the call does.
    "polls.update": "state",
}
OPEN_VALUES = {"analytics"}
"""Whose samples hold words in place of values."""


def arguments(action: str, site: Site) -> dict[str, Json]:
    more: dict[str, dict[str, Json]] = {
        "events.delete_simulcast": {"target_id": site.refs.simulcast},
        "client.delete_connection": {"connref": site.refs.connection},
        "user.accept_connection": {"connref": site.refs.connection},
        "user.delete_connection": {"connref": site.refs.connection},
    }
    return ARGUMENTS.get(action, {}) | more.get(action, {})


async def answer_of(operation: Operation, site: Site, *, token: bool = True) -> tuple[int, Any]:
    key = site.running.sandbox.settings.account.session_key
    path = path_of(operation.name, site.refs, key)
    given = {name: str(value) for name, value in arguments(operation.name, site).items()}
    in_query = operation.method in {"GET", "DELETE"}
    headers = {"X-Session-Key": key} if operation.session_key else {}
    answer = await site.call(
        operation.method,
        path,
        None if in_query else arguments(operation.name, site),
        params=given if in_query else {},
        headers=headers,
        token=token and not operation.session_key,
    )
    return answer.status, answer.body


@pytest.mark.parametrize("action", OPERATIONS)
async def test_an_operation_answers_in_the_shape_of_its_sample(action: str, site: Site) -> None:
    operation = OPERATIONS[action]
    status, body = await answer_of(operation, site)
    assert status == operation.success, body
    name = SAMPLES.get(action, next(iter(operation.samples)))
    loose = action.partition(".")[0] in OPEN_VALUES
    # `current` marks one connection of a user's list and is absent from the others.
    sample: Any = operation.samples[name]
    if action == "user.connections":
        sample = {**sample, "data": sample["data"][1:]}
    if action == "client.upload_logo":
        assert set(body) == {"asset_ref", "upload_url"}
    assert differences(sample, body, loose=loose) == []
    assert body != [], "a list with nothing in it shows nothing"


@pytest.mark.parametrize(
    "action", [name for name, found in OPERATIONS.items() if "public" in found.samples]
)
async def test_a_public_answer_has_the_shape_of_the_public_sample(action: str, site: Site) -> None:
    operation = OPERATIONS[action]
    status, body = await answer_of(operation, site, token=False)
    assert status == operation.success
    assert differences(operation.samples["public"], body) == []


def test_a_difference_is_seen() -> None:
    assert differences({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": "x"}]}) == ["$.a[1].b: 1 but 'x'"]
    assert differences({"a": 1}, {"b": 1}) == ["$: keys ['a', 'b']"]
    assert differences({"a": True}, {"a": 1}) == ["$.a: True but 1"]
