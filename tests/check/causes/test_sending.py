from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from check.causes.tracing import ACTIONS, recipe

from beeflow.check.causes.knowledge import Knowledge
from beeflow.check.causes.sending import Sent, begins, heard, listens, sent
from beeflow.check.causes.walking import course
from beeflow.recipe.model import ActionStep, WebhookTrigger

if TYPE_CHECKING:
    from beeflow.check.causes.knowledge import Path
    from beeflow.recipe.model import Match
    from beeflow.types import Json


def sends(step: str) -> dict[str, Sent]:
    run = course(recipe(f"actions: [{step}]"), Knowledge())
    assert run is not None
    deed = run.deeds[0]
    assert isinstance(deed.step, ActionStep)
    call = deed.step.call
    return {one.type: one for one in sent(deed, call, ACTIONS[call.action])}


def test_a_status_is_told_by_two_webhooks() -> None:
    found = sends("{action: events.set_status, with: {event_ref: abc, status: done}}")
    assert list(found) == ["event.updated", "event.updated.status"]
    told = found["event.updated.status"]
    assert told.known.paths["trigger", "data", "status"] == "done"
    assert told.known.paths["trigger", "data", "event_ref"] == "abc"
    assert told.known.paths["trigger", "type"] == "event.updated.status"
    assert told.changes == {"status": ("done",)}
    assert not told.anew
    assert found["event.updated"].known.paths["trigger", "keys_updated"] == ["event_status"]
    assert found["event.updated"].known.fields["event_status"] == "done"


def test_other_details_are_told_by_one() -> None:
    found = sends("{action: events.update, with: {event_ref: abc, title: 'a {{ b }}', chat: true}}")
    (told,) = found.values()
    assert told.type == "event.updated"
    assert told.changes == {"event_title": None, "event_chat": (True,)}
    assert told.known.paths["trigger", "keys_updated"] == ["event_title", "event_chat"]
    assert ("trigger", "data", "event_title") not in told.known.paths


@pytest.mark.parametrize(
    ("step", "types"),
    [
        ("{action: events.create, with: {}}", ["event.created"]),
        (
            "{action: events.create, with: {title: a}}",
            ["event.created", "event.updated"],
        ),
        (
            "{action: events.create, with: {status: live}}",
            ["event.created", "event.updated", "event.updated.status"],
        ),
        ("{action: polls.set_state, with: {event_ref: a, poll_ref: b, state: true}}", []),
        ("{action: polls.delete, with: {event_ref: a, poll_ref: b}}", ["poll.deleted"]),
        ("{action: events.upload_image, with: {event_ref: a, filename: b.png}}", []),
        ("{action: events.upload_image, with: {event_ref: a, path: b.png}}", ["event.updated"]),
        (
            "{action: videos.upload_file, with: {path: a.mp4, duration: 60}}",
            [
                "video.upload.new",
                "video.upload.pending",
                "video.upload.done",
                "video.upload.created",
            ],
        ),
        ("{action: events.get, with: {event_ref: a}}", []),
    ],
)
def test_what_a_call_sends(step: str, types: list[str]) -> None:
    assert list(sends(step)) == types


def test_what_is_made_is_made_anew_each_time() -> None:
    found = sends("{action: polls.create, with: {event_ref: a, question: b, options: [c]}}")
    assert found["poll.created"].anew
    assert found["poll.created"].known.paths["trigger", "data", "poll_data", "question"] == "b"


def hears(match: Match, **known: str) -> tuple[dict[str, object], list[str]] | None:
    trigger = WebhookTrigger(("event.updated.status",), match)
    paths: dict[Path, Json] = {("trigger", "data", name): value for name, value in known.items()}
    found = heard(trigger, Knowledge(paths))
    if found is None:
        return None
    told, doubts = found
    return {path[-1]: value for path, value in told.paths.items()}, [one.text for one in doubts]


def test_a_pattern_against_what_is_known() -> None:
    assert hears({"data.status": "live"}, status="done") is None
    assert hears({"data.status": ["live", "done"]}, status="done") == (
        {"status": "done", "name": None},
        [],
    )
    assert hears({"data.status": "live"}) == ({"status": "live", "name": None}, ["data.status"])
    assert hears({"data.status": {"not": "live"}}) == ({"name": None}, ["data.status"])
    assert hears({"data.status": {"regexp": "("}}) == ({"name": None}, [])


def test_what_is_known_of_any_start() -> None:
    one = begins(WebhookTrigger(("poll.created",), {"data.poll_ref": "a"}, "made"))
    assert one.paths == {
        ("trigger", "kind"): "webhook",
        ("trigger", "type"): "poll.created",
        ("trigger", "name"): "made",
        ("trigger", "data", "poll_ref"): "a",
    }
    many = begins(WebhookTrigger(("poll.*",), {}))
    assert ("trigger", "type") not in many.paths


def test_types_that_a_trigger_is_for() -> None:
    trigger = WebhookTrigger(("poll.*", "event.created"), {})
    assert listens(trigger, "poll.deleted")
    assert listens(trigger, "event.created")
    assert not listens(trigger, "event.deleted")
