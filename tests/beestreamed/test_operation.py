from __future__ import annotations

from typing import Any

import pytest

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.operation import Paging

OPERATIONS = load_catalog().operations


@pytest.mark.parametrize(
    ("name", "answer", "content"),
    [
        ("events.list", [1], [1]),
        ("polls.list", {"data": [1], "status": 200}, [1]),
        ("polls.list", [1], [1]),
        ("polls.list", {"message": "?"}, {"message": "?"}),
        ("videos.create_upload", {"data": {"data": {"id": "u"}}, "status": 201}, {"id": "u"}),
        ("videos.create_upload", {"data": {"id": "u"}}, {"id": "u"}),
        ("videos.download", {"data": "preparing", "status": 200}, "preparing"),
        ("client.connections", {"data": [{"data": {}}]}, [{"data": {}}]),
        ("events.get", {"data": 1}, {"data": 1}),
    ],
)
def test_the_wrapping_is_removed_as_far_as_it_is_there(
    name: str, answer: Any, content: Any
) -> None:
    assert OPERATIONS[name].content(answer) == content


def test_the_sample_is_what_a_recipe_sees() -> None:
    sample: Any = OPERATIONS["polls.get"].sample
    assert sample["poll_question"] == "What is your favorite color?"
    assert OPERATIONS["polls.create"].sample == {
        "poll_ref": "abc123", "message": "Poll created", "status": 201,
    }  # fmt: skip


def test_the_documented_pages_of_the_stream_are_one_operation() -> None:
    operation = OPERATIONS["events.stream"]
    assert list(operation.samples) == ["filtered", "current"]
    assert operation.secrets == ("simulcast_targets.*.stream_key",)


def test_a_vote_has_another_effect_than_opening_a_poll() -> None:
    operation = OPERATIONS["polls.update"]
    assert operation.effect == "idempotent"
    assert operation.effect_of({"state": True}) == "idempotent"
    assert operation.effect_of({"vote": True, "option_index": 1}) == "once"
    assert OPERATIONS["events.send_emails"].effect_of({}) == "once"


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("events.get", "read"),
        ("events.update", "idempotent"),
        ("polls.delete", "idempotent"),
        ("polls.create", "guarded"),
        ("chat.create", "guarded"),
        ("events.create", "guarded"),
        ("signups.create", "guarded"),
        ("videos.create", "guarded"),
        ("events.create_simulcast", "guarded"),
        ("events.send_emails", "once"),
        ("events.start_webrtc", "idempotent"),
        ("client.accept_connection", "idempotent"),
    ],
)
def test_effects(name: str, effect: str) -> None:
    assert OPERATIONS[name].effect == effect


def test_parameters_know_their_defaults_and_values() -> None:
    parameters = OPERATIONS["events.list"].by_name
    assert parameters["maxResults"].default == 10
    assert parameters["search"].default is None
    assert parameters["status"].allowed == ("idle", "live", "video", "done")
    assert parameters["page"].allowed == ()
    assert OPERATIONS["user.connections"].by_name["session_key"].secret
    assert OPERATIONS["events.create_simulcast"].by_name["stream_key"].secret
    assert not parameters["page"].secret


def test_pages() -> None:
    assert OPERATIONS["events.list"].paginate == Paging("page", "maxResults", 100, None, "event_id")
    assert OPERATIONS["analytics.views"].paginate == Paging(
        "page", "limit", 100, "views", "view_id"
    )
    assert OPERATIONS["events.log"].paginate is None


def test_errors_are_told_with_their_samples() -> None:
    errors = {error.status: error for error in OPERATIONS["events.delete_simulcast"].errors}
    assert errors[400].samples == {
        "missing": {"error": "target_id_required", "status": 400},
        "failed": {"error": "delete_failed", "status": 400},
    }
    assert errors[404].schema["required"] == ["message"]
    assert errors[429].description == "The rate limit is exceeded."


def test_what_needs_a_session_key() -> None:
    needing = {name for name, operation in OPERATIONS.items() if operation.session_key}
    assert needing == {
        "client.accept_connection", "client.delete_connection",
        "user.connections", "user.accept_connection", "user.delete_connection",
    }  # fmt: skip


def test_what_has_a_public_answer() -> None:
    public = {name for name, operation in OPERATIONS.items() if operation.public}
    assert public == {
        "events.get", "events.image", "chat.list", "chat.create", "signups.create",
        "videos.download", "client.get", "client.upload_logo",
    }  # fmt: skip


def test_what_sends_webhooks() -> None:
    sent = {name: op.webhooks for name, op in OPERATIONS.items() if op.webhooks}
    assert sent["events.create"] == ("event.created",)
    assert sent["events.update"] == ("event.updated", "event.updated.status")
    assert sent["polls.delete"] == ("poll.deleted",)
    assert "polls.update" not in sent
