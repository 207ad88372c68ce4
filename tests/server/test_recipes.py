from __future__ import annotations

import pytest

from beeflow.recipe.model import (
    Bundle,
    EventStartTrigger,
    Input,
    Recipe,
    RunTrigger,
    ScheduleTrigger,
    Trigger,
    WatchTrigger,
    WebhookTrigger,
)
from beeflow.server.ports import Deployed, Finding
from beeflow.server.recipes import recipe_row, state_of, summary

ERROR = Finding("recipes/a.yaml", 9, 32, "unknown-field", "no", help="did you mean `poll_ref`?")
WARNING = Finding("recipes/a.yaml", 1, 1, "unused", "no", "warning")


def recipe(*, enabled: bool = True) -> Recipe:
    return Recipe(
        id="a",
        hash="abc",
        bundle=Bundle("a.yaml", ()),
        description="What it does",
        labels=("ops",),
        enabled=enabled,
        triggers=(WebhookTrigger(("event.deleted",), {}),),
        inputs={
            "offset": Input("offset", "duration", required=False, value="1h"),
            "token": Input("token", "secret", value="quiet"),
        },
    )


@pytest.mark.parametrize(
    ("deployed", "state"),
    [
        (Deployed("a", "a.yaml", recipe()), "loaded"),
        (Deployed("a", "a.yaml", recipe(), (WARNING,)), "loaded"),
        (Deployed("a", "a.yaml", recipe(enabled=False)), "disabled"),
        (Deployed("a", "a.yaml", recipe(), (ERROR,)), "outdated"),
        (Deployed("a", "a.yaml", None, (ERROR,)), "broken"),
    ],
)
def test_a_recipe_is_in_one_of_four_states(deployed: Deployed, state: str) -> None:
    assert state_of(deployed) == state


def test_a_loaded_recipe_tells_what_it_is() -> None:
    row = recipe_row(Deployed("a", "recipes/a.yaml", recipe()))
    assert row["name"] == "a"
    assert row["triggers"] == ["webhook event.deleted"]
    assert row["labels"] == ["ops"]
    assert row["findings"] == []


def test_the_value_of_a_secret_input_is_not_told() -> None:
    row = recipe_row(Deployed("a", "recipes/a.yaml", recipe()))
    inputs = row["inputs"]
    assert isinstance(inputs, list)
    defaults = {one["name"]: one["default"] for one in inputs if isinstance(one, dict)}
    assert defaults == {"offset": "1h", "token": None}
    assert "quiet" not in str(row)


def test_a_broken_recipe_tells_where() -> None:
    row = recipe_row(Deployed("a", "recipes/a.yaml", None, (ERROR,)))
    assert row == {
        "id": "a",
        "file": "recipes/a.yaml",
        "state": "broken",
        "findings": [
            {
                "file": "recipes/a.yaml",
                "line": 9,
                "column": 32,
                "rule": "unknown-field",
                "message": "no",
                "severity": "error",
                "help": "did you mean `poll_ref`?",
            }
        ],
    }


@pytest.mark.parametrize(
    ("trigger", "told"),
    [
        (WebhookTrigger(("a.b", "c.*"), {}), "webhook a.b, c.*"),
        (ScheduleTrigger("UTC", cron="0 9 * * mon-fri"), "schedule 0 9 * * mon-fri (UTC)"),
        (ScheduleTrigger("UTC", every=900.0), "schedule every 15m (UTC)"),
        (ScheduleTrigger("UTC", at="2026-12-01 09:00"), "schedule at 2026-12-01 09:00 (UTC)"),
        (EventStartTrigger(-900.0), "15m before an event starts"),
        (EventStartTrigger(600.0), "10m after an event starts"),
        (WatchTrigger(60.0, ()), "watch, every 1m"),
        (RunTrigger(("failed", "unknown"), "*"), "a run of * that failed or unknown"),
    ],
)
def test_a_trigger_is_told_in_a_few_words(trigger: Trigger, told: str) -> None:
    assert summary(trigger) == told
