from __future__ import annotations

import pytest
from drivers.explain.asking import event, looked
from msgspec.structs import replace

from beeflow.config import Secrets
from beeflow.drivers.occasion import as_event

CREATED = "trigger: {webhook: event.created}\n"


@pytest.mark.parametrize(
    ("text", "data", "verdict"),
    [
        (CREATED, {}, "fires"),
        ("trigger: {webhook: event.deleted}\n", {}, "not_wanted"),
        ("trigger: {webhook: event.created, match: {data.a: 1}}\n", {"a": 2}, "not_wanted"),
        (CREATED + "conditions: [trigger.data.a == 1]\n", {"a": 1}, "fires"),
        (CREATED + "conditions: [trigger.data.a == 1]\n", {"a": 2}, "conditions"),
        (CREATED + "conditions: [trigger.data.a == 1]\n", {}, "failed"),
        (
            CREATED + "fetch: {c: {action: client.get}}\nconditions: [c.client_name]\n",
            {},
            "depends",
        ),
        (CREATED + "conditions: [\"state.get('n', 0) == 0\"]\n", {}, "fires"),
        (CREATED + "conditions: [now > run.started_at]\n", {}, "conditions"),
        (CREATED + "throttle: {key: trigger.data.a, once_within: 1h}\n", {"a": 1}, "fires"),
    ],
)
def test_the_interpreter_decides(text: str, data: dict[str, int], verdict: str) -> None:
    assert looked(text, event("event.created", **data)).verdict == verdict


def test_a_throttle_may_refuse() -> None:
    text = CREATED + "throttle: {key: trigger.data.a, once_within: 1h}\n"
    refused = looked(text, event("event.created", a="x"), passes=lambda key: key != "x")
    assert (refused.verdict, refused.key) == ("throttled", "x")


def test_what_nobody_answered_is_named() -> None:
    found = looked(
        CREATED + "fetch: {c: {action: client.get}}\nconditions: [c.client_name]\n",
        event("event.created"),
    )
    assert found.unanswered == ["c (client.get)"]
    assert found.fires


def test_secrets_are_looked_up_where_all_are_there() -> None:
    text = CREATED + "conditions: [secrets.WORD == 'please']\n"
    seen = event("event.created")
    assert looked(text, seen, secrets=Secrets({"BEEFLOW_SECRET_WORD": "please"})).verdict == "fires"
    assert looked(text, seen).verdict == "depends"


@pytest.mark.parametrize(
    ("trigger", "source", "wanted"),
    [
        ("{schedule: '0 9 * * *'}", "schedule", True),
        ("{schedule: '0 9 * * *'}", "event_start", False),
        ("{event_start: -1h}", "event_start", True),
        ("{run: failed}", "run", True),
        ("{run: failed}", "webhook", False),
        (
            "{watch: {every: 1m, fetch: {c: {action: client.get}}, when: c.client_name}}",
            "watch",
            True,
        ),
        ("{webhook: event.created}", "manual", True),
    ],
)
def test_events_from_the_inside_are_for_triggers_of_their_kind(
    trigger: str, source: str, wanted: bool
) -> None:
    seen = replace(as_event({"data": {}}, source, 0.0), source=source)
    assert looked(f"trigger: {trigger}\n", seen).fires is wanted


def test_a_batch_is_looked_at_with_its_one_event() -> None:
    text = CREATED + "batch: {window: 1h}\nconditions: [trigger.items.0.data.a == 1]\n"
    assert looked(text, event("event.created", a=1)).verdict == "fires"


def test_what_a_failing_run_would_do_is_nobodys_business_here() -> None:
    text = CREATED + "conditions: [trigger.data.a]\non_error: [{stop: x}]\n"
    assert looked(text, event("event.created")).verdict == "failed"
