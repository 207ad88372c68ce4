"""Recipes as the plain data that the dashboard and scripts see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from beeflow.recipe.model import (
    EventStartTrigger,
    Input,
    Recipe,
    RunTrigger,
    ScheduleTrigger,
    Trigger,
    WatchTrigger,
    WebhookTrigger,
)
from beeflow.types import Json, format_duration

if TYPE_CHECKING:
    from beeflow.server.ports import Deployed


def recipe_row(deployed: Deployed) -> dict[str, Json]:
    """Return a recipe for a list.

    `state` is `loaded`, `disabled`, `outdated` (its file is broken, its last good version runs)
    or `broken` (nothing of it runs); `findings` say why, with their places.
    """
    recipe = deployed.recipe
    row: dict[str, Json] = {"id": deployed.id, "file": deployed.file, "state": state_of(deployed)}
    row["findings"] = [asdict(finding) for finding in deployed.findings]
    if recipe is not None:
        row |= _told(recipe)
    return row


def state_of(deployed: Deployed) -> str:
    """Return in which state a recipe is."""
    if deployed.recipe is None:
        return "broken"
    if any(finding.severity == "error" for finding in deployed.findings):
        return "outdated"
    return "loaded" if deployed.recipe.enabled else "disabled"


def _told(recipe: Recipe) -> dict[str, Json]:
    return {
        "name": recipe.name or recipe.id,
        "description": recipe.description,
        "labels": [*recipe.labels],
        "mode": recipe.mode,
        "enabled": recipe.enabled,
        "hash": recipe.hash,
        "triggers": [summary(trigger) for trigger in recipe.triggers],
        "inputs": [_input(wanted) for wanted in recipe.inputs.values()],
    }


def _input(wanted: Input) -> Json:
    """Describe an input; a secret's value is not told."""
    return {
        "name": wanted.name,
        "type": wanted.type,
        "required": wanted.required,
        "default": None if wanted.type == "secret" else wanted.value,
        "options": [*wanted.options],
        "description": wanted.description,
    }


def summary(trigger: Trigger) -> str:
    """Say in a few words what starts a run."""
    match trigger:
        case WebhookTrigger(types=types):
            return "webhook " + ", ".join(types)
        case ScheduleTrigger():
            return f"schedule {_times(trigger)} ({trigger.timezone})"
        case EventStartTrigger(offset=offset):
            side = "before" if offset < 0 else "after"
            return f"{format_duration(abs(offset))} {side} an event starts"
        case WatchTrigger(every=every):
            return f"watch, every {format_duration(every)}"
        case RunTrigger(outcomes=outcomes, recipe=recipe):
            return f"a run of {recipe} that {' or '.join(outcomes)}"


def _times(trigger: ScheduleTrigger) -> str:
    if trigger.cron is not None:
        return trigger.cron
    return f"every {format_duration(trigger.every)}" if trigger.every else f"at {trigger.at}"
