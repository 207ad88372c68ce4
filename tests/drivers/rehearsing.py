"""How the tests dry-run a recipe: with the real actions as data, and the documented samples."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from beeflow.actions.definitions import describe_actions
from beeflow.beestreamed.catalog import load_catalog
from beeflow.config import Secrets
from beeflow.drivers.dryrun import Rehearsal, dry_run
from beeflow.drivers.occasion import Samples, from_payload, from_sample
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from beeflow.drivers.account import Account, Step
    from beeflow.recipe.model import Recipe
    from beeflow.types import Json

NOW = 1_767_000_000.0
ACTIONS = describe_actions()


def check(name: str, args: Mapping[str, Json], opaque: Collection[str]) -> Sequence[str]:
    found = ACTIONS.definition(name)
    return [f"no action {name}"] if found is None else found.check(args, opaque)


def answer_of(name: str) -> Mapping[str, Any]:
    found = ACTIONS.definition(name)
    return {} if found is None else found.answer


def samples() -> Samples:
    catalog = load_catalog()
    kinds = catalog.webhooks
    event = catalog.operations["events.get"].sample
    assert isinstance(event, dict)
    return Samples(
        lambda kind: kinds[kind].sample if kind in kinds else None, event, catalog.match_types
    )


def recipe_of(text: str) -> Recipe:
    parsed = parse_recipe(text, path="r.yaml", prefix="recipes/")
    assert parsed.recipe is not None, parsed.problems
    return parsed.recipe


def rehearse(text: str, event: Mapping[str, Json] | None = None, **more: Any) -> Account:
    """Dry-run a recipe on an event, or on the sample of its first trigger."""
    recipe = recipe_of(text)
    if event is None:
        occasion = from_sample(recipe, samples(), NOW)
    else:
        occasion = from_payload(recipe, event, "the event of the test", NOW)
    given = {
        "actions": ACTIONS,
        "secrets": Secrets({}),
        "check": check,
        "answer_of": answer_of,
        **more,
    }
    return asyncio.run(dry_run(Rehearsal(recipe=recipe, occasion=occasion, **given)))


def kinds(account: Account) -> list[str]:
    return [type(step.what).__name__ for step in account.steps]


def at(account: Account) -> list[tuple[str, float]]:
    """Return what happens when: the path of each step, in seconds from the start."""
    return [(step.path, round(step.at - account.at, 3)) for step in account.steps]


def only(account: Account, kind: type) -> Step:
    (step,) = [step for step in account.steps if isinstance(step.what, kind)]
    return step
