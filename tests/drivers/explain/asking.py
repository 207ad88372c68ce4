"""How the tests let a recipe be explained: for an event of their own, or for one from a stage."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from drivers.rehearsing import ACTIONS, answer_of, recipe_of

from beeflow.beestreamed.catalog import load_catalog
from beeflow.config import Secrets
from beeflow.drivers.explain.explaining import Explanation, Question, explain
from beeflow.drivers.explain.looking import Ground, Look, look
from beeflow.drivers.occasion import as_event
from beeflow.drivers.recorded import Recorded
from beeflow.engine.hiding import Hider, only
from beeflow.engine.journal.records import OpenRun, Run
from beeflow.recipe.model import WebhookTrigger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.stage import Stage

    from beeflow.engine.event import Event
    from beeflow.recipe.model import Recipe
    from beeflow.types import Json

BODY = "\nactions: [{action: log.write, with: {message: m}}]\n"


def event(kind: str, at: float = 1_700_000_000.0, /, **data: Json) -> Event:
    return as_event({"type": kind, "id": "p", "timestamp": 1, "data": dict(data)}, kind, at)


def shown(secrets: Secrets) -> Hider:
    opened = OpenRun(Run("", "", "", "", "done"), (), {})
    return Hider(only(secrets.mask, secrets.hiding), opened)


def ground(recipe: Recipe, **more: Any) -> Ground:
    actions, secrets = more.pop("actions", ACTIONS), more.pop("secrets", Secrets({}))
    given = {"recorded": Recorded(actions), "shown": shown(secrets), "answer_of": answer_of, **more}
    return Ground(recipe=recipe, actions=actions, secrets=secrets, **given)


def types(recipe: Recipe) -> Mapping[str, Sequence[str]]:
    match = load_catalog().match_types
    triggers = [one for one in recipe.triggers if isinstance(one, WebhookTrigger)]
    return {kind: match(kind) for one in triggers for kind in one.types}


def looked(text: str, seen: Event, **more: Any) -> Look:
    return look(ground(recipe_of(text + BODY), **more), seen)


def explained(text: str, seen: Event, **more: Any) -> Explanation:
    recipe = recipe_of(text + BODY)
    question = Question(ground=ground(recipe, **more), event=seen, types=types(recipe))
    return asyncio.run(explain(question))


def changes(told: Explanation) -> list[tuple[str, Json, Json]] | None:
    found = told.smallest
    return None if found is None else [(d.path, d.before, d.after) for d in found.differences]


async def of_stage(stage: Stage, recipe: Recipe, event_id: str) -> Explanation:
    """Let a recipe be explained for an event that was played on a stage."""
    seen = await stage.journal.event(event_id)
    assert seen is not None
    one = ground(recipe, actions=stage, secrets=stage.secrets, answer_of=lambda _name: {})
    question = Question(ground=one, event=seen, types=types(recipe), history=stage.journal)
    return await explain(question)
