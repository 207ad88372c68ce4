from __future__ import annotations

import pytest

from beeflow.drivers.wording.facets import (
    cancel_facets,
    condition_text,
    fetch_facets,
    input_facets,
    policies,
    trigger_facets,
)
from beeflow.recipe.parser import parse_recipe


def recipe_of(text: str) -> object:
    parsed = parse_recipe(f"{text}\nactions: [{{stop: x}}]\n", path="r.yaml")
    assert parsed.recipe is not None, parsed.problems
    return parsed.recipe


@pytest.mark.parametrize(
    ("trigger", "told"),
    [
        (
            "{webhook: [event.created, 'poll.*'], match: {data.status: [live, idle]}, name: a}",
            {
                "webhook": "event.created, poll.*",
                "match.data.status": '["live", "idle"]',
                "name": "a",
            },
        ),
        (
            "{schedule: '0 9 * * *', missed: all, grace: 2h}",
            {"schedule": "0 9 * * *", "timezone": "UTC", "missed": "all", "grace": "2h"},
        ),
        ("{schedule: {every: 15m}}", {"schedule": "every 15m", "timezone": "UTC"}),
        (
            "{schedule: {at: '2026-12-01 09:00'}}",
            {"schedule": "at 2026-12-01 09:00", "timezone": "UTC"},
        ),
        (
            "{event_start: -15m, if_past: now, reconcile: 5m}",
            {"event_start": "15m before", "if_past": "now", "reconcile": "5m"},
        ),
        ("{event_start: 1h}", {"event_start": "1h after"}),
        ("{event_start: 0s}", {"event_start": "at the start"}),
        ("{run: failed, recipe: other}", {"run": "failed", "recipe": "other"}),
        (
            (
                "{watch: {every: 1m, for_events: {status: live}, fetch: {s: {action: client.get, "
                "on_error: continue, default: {a: [1, null, true]}}}, when: s.x > 1, for: 5m}}"
            ),
            {
                "watch.every": "1m",
                "fetch.s.action": "client.get",
                "fetch.s.on_error": "continue",
                "fetch.s.default": "{a: [1, null, true]}",
                "for_events": '{status: "live"}',
                "when": "s.x > 1",
                "for": "5m",
            },
        ),
        (
            (
                "{watch: {every: 1m, fetch: {s: {action: client.get}}, fires: each, items: s.a, "
                "key: item.b}}"
            ),
            {
                "watch.every": "1m",
                "fetch.s.action": "client.get",
                "fires": "each",
                "items": "s.a",
                "key": "item.b",
            },
        ),
    ],
)
def test_a_trigger_says_what_was_written(trigger: str, told: dict[str, str]) -> None:
    recipe = recipe_of(f"trigger: {trigger}")
    assert trigger_facets(recipe.triggers[0]) == told  # type: ignore[attr-defined]


def test_conditions_read_on_one_line() -> None:
    recipe = recipe_of(
        "trigger: {webhook: event.created}\n"
        "conditions:\n- a == 1\n- any: [b, {not: c}]\n- all: [d, e]\n"
    )
    told = [condition_text(one) for one in recipe.conditions]  # type: ignore[attr-defined]
    assert told == ["a == 1", "any of (b, not (c))", "all of (d, e)"]


def test_the_rest_says_what_was_written() -> None:
    recipe = recipe_of("""
trigger: {webhook: event.created}
inputs:
  offset: {type: duration, default: 1h, description: How long}
  level: {type: choice, options: [low, high], default: low}
fetch:
  one: {action: events.get, with: {event_ref: "{{ trigger.id }}"}, retry: {attempts: 2, delay: 2s,
    max_delay: 9s}, timeout: 5s}
  all: {action: events.list, pages: all}
concurrency: {group: trigger.id, mode: drop}
throttle: {key: trigger.type, once_within: 10m}
timeout: 1h
cancel_on: {webhook: event.deleted, match: {data.event_ref: x}, any_event: true}
""")
    assert input_facets(recipe.inputs["offset"]) == {  # type: ignore[attr-defined]
        "type": "duration",
        "value": "1h",
        "description": "How long",
    }
    assert input_facets(recipe.inputs["level"]) == {  # type: ignore[attr-defined]
        "type": "choice",
        "value": "low",
        "options": '["low", "high"]',
    }
    one, every = recipe.fetch  # type: ignore[attr-defined]
    assert fetch_facets(one) == {
        "action": "events.get",
        "with.event_ref": "{{ trigger.id }}",
        "retry.attempts": "2",
        "retry.delay": "2s",
        "retry.max_delay": "9s",
        "timeout": "5s",
    }
    assert fetch_facets(every) == {"action": "events.list", "pages": "all"}
    assert policies(recipe) == {  # type: ignore[arg-type]
        "concurrency": {"mode": "drop", "group": "trigger.id"},
        "throttle": {"once_within": "10m", "key": "trigger.type"},
        "timeout": {"timeout": "1h"},
    }
    assert cancel_facets(recipe.cancel_on[0]) == {  # type: ignore[attr-defined]
        "webhook": "event.deleted",
        "match.data.event_ref": "x",
        "any_event": "true",
    }


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (
            "debounce: {key: trigger.id, quiet: 30s, max: 5m}",
            "quiet: 30s, key: trigger.id, max: 5m",
        ),
        ("batch: {window: 1h}", "window: 1h, max: 500"),
    ],
)
def test_each_policy_says_what_was_written(policy: str, told: str) -> None:
    recipe = recipe_of(f"trigger: {{webhook: event.created}}\n{policy}")
    ((_, facets),) = policies(recipe).items()  # type: ignore[arg-type]
    assert ", ".join(f"{key}: {text}" for key, text in facets.items()) == told
