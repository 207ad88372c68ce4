"""`kill -9` at random moments under load: each acknowledged webhook ends in its effects."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from acceptance.house import until
from acceptance.receiver import receiving
from faults.conftest import sabotaged
from faults.effects import Effects, outcomes, recipe, repeated
from faults.load import Hook, Kills, Load, drawn, with_kills

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acceptance.house import House
    from faults.figures import Figures

SHORT = (160, 3)
LONG = (10_000, 50)
"""Webhooks and kills."""

ENDED = 60.0
"""Seconds after the last restart within which all has ended."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many webhooks and kills."""

    hooks: int
    kills: int
    seed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it all."""

    load: Load
    effects: Effects
    by_hook: Mapping[str, str]
    seconds: float
    """From the last restart until all had ended."""


async def carried_out(house: House, plan: Plan, figures: Figures) -> Outcome:
    """Send, kill, and wait for the end of it all."""
    events = house.events(max(30, plan.hooks // 20))
    async with receiving() as receiver:
        receiver.pause = 0.05
        house.recipe("all", recipe(receiver.url))
        effects = Effects(house, receiver)
        load = Load(house, [Hook(f"w-{n}", events[n % len(events)]) for n in range(plan.hooks)])
        drawn_by = random.Random(plan.seed)
        at = drawn(drawn_by, plan.kills, plan.hooks)
        kills = Kills(at, drawn_by, after=effects.killed)
        daemon = await with_kills(load, kills)
        await daemon.settled(plan.hooks, ENDED)
        seconds = time.monotonic() - house.started
        outcome = Outcome(load, effects, await outcomes(daemon), seconds)
    tell(outcome, plan, figures)
    return outcome


def tell(outcome: Outcome, plan: Plan, figures: Figures) -> None:
    """Tell the figures."""
    effects = outcome.effects
    idempotent = effects.idempotent()
    figures.tell_all(
        webhooks_acknowledged=len(outcome.load.taken),
        kills=plan.kills,
        acknowledged_lost=len(outcome.load.taken.keys() - outcome.by_hook.keys()),
        duplicates_of_once=repeated(effects.once()),
        duplicates_of_guarded=repeated(effects.guarded()),
        duplicates_of_idempotent=f"{repeated(idempotent)}, at most {sum(effects.in_flight)} "
        "(steps in flight at the kills)",
        outcomes=dict(Counter(outcome.by_hook.values())),
        ended_after_the_last_restart=f"{outcome.seconds:.1f} s",
    )


@pytest.mark.timeout(3600)
async def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(
    house: House, figures: Figures, seed: int, long: bool
) -> None:
    plan = Plan(*(LONG if long else SHORT), seed)
    outcome = await carried_out(house, plan, figures)
    effects, sent = outcome.effects, {f"w-{n}" for n in range(plan.hooks)}
    assert outcome.load.taken.keys() == sent
    assert outcome.by_hook.keys() == sent
    assert effects.idempotent().keys() == sent
    assert repeated(effects.idempotent()) <= sum(effects.in_flight)
    assert effects.guarded() == Counter(sent)
    assert repeated(effects.once()) == 0
    assert set(outcome.by_hook.values()) <= {"succeeded", "unknown"}
    undone = sent - effects.once().keys()
    assert {outcome.by_hook[one] for one in undone} <= {"unknown"}, "what is lost is told"


async def test_a_build_that_does_not_record_what_it_begins_is_found_out(house: House) -> None:
    """It calls once more after a kill."""
    async with receiving() as receiver:
        receiver.statuses = ["hang"] * 5
        post = f'{{method: POST, url: "{receiver.url}", json: {{id: "{{{{ trigger.id }}}}"}}}}'
        house.recipe(
            "post",
            "trigger: {webhook: event.updated.status}\n"
            f"actions: [{{action: http.request, with: {post}}}]\n",
        )
        daemon = await house.start(launcher=sabotaged("unrecorded"))
        await Load(house, [Hook(f"w-{n}", f"E{n}") for n in range(5)]).send()
        await until(lambda: receiver.has(5))
        await daemon.kill()
        daemon = await house.start(launcher=sabotaged("unrecorded"))
        await daemon.settled(5)
        assert receiver.counted() == {f"w-{n}": 2 for n in range(5)}
