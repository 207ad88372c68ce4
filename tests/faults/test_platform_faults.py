"""The platform fails in every way, under load, while the daemon is killed: nothing is made twice."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from faults.conftest import sabotaged
from faults.effects import RETRY, outcomes, repeated
from faults.load import Hook, Kills, Load, drawn, with_kills

from beeflow.sandbox.slack import HOOK

if TYPE_CHECKING:
    from acceptance.house import House
    from faults.figures import Figures

SHORT = (60, 1)
LONG = (1000, 10)
"""Webhooks and kills."""

SHARE = 0.2
"""Of the calls, how many fail in each of the ways."""

FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 500},
    {"status": 503, "headers": {"Retry-After": "1"}},
    {"reset": True},
    {"reset_after": True},
    {"delay": 4.0},
)
RECIPE = f"""
trigger: {{webhook: event.updated.status}}
actions:
  - action: polls.create
    with:
      event_ref: "{{{{ trigger.data.event_ref }}}}"
      question: "{{{{ trigger.id }}}}"
      options: ["Yes", "No"]
    timeout: 2s
    {RETRY}
  - action: slack.post
    with: {{channel: "#events", text: "{{{{ trigger.id }}}}"}}
    timeout: 2s
"""


async def fail(house: House, match: dict[str, str], calls: int, drawn_by: random.Random) -> None:
    """Ask the sandbox to let a share of the next calls fail, in every way, in turns."""
    url = f"{house.sandbox.url}/_sandbox/faults"
    rules = [fault for fault in FAULTS for _ in range(int(calls * SHARE / len(FAULTS)) + 1)]
    drawn_by.shuffle(rules)
    async with aiohttp.ClientSession() as session:
        for fault in rules:
            async with session.post(url, json={"match": match, **fault, "times": 1}) as answer:
                assert answer.status < 300, await answer.text()


@pytest.mark.timeout(3600)
async def test_guarded_calls_happen_once_and_once_calls_at_most_once(
    house: House, figures: Figures, seed: int, long: bool
) -> None:
    count, kills = LONG if long else SHORT
    drawn_by = random.Random(seed)
    house.secrets["SLACK_URL"] = house.sandbox.url + HOOK
    house.configure("connections: {slack: {url: secret:SLACK_URL}}")
    house.recipe("all", RECIPE)
    events = house.events(count // 4)
    await fail(house, {"method": "POST", "path": "/polls/*"}, count, drawn_by)
    await fail(house, {"path": HOOK}, count, drawn_by)
    load = Load(house, [Hook(f"w-{n}", events[n % len(events)]) for n in range(count)])
    daemon = await with_kills(load, Kills(drawn(drawn_by, kills, count), drawn_by))
    await daemon.settled(count, 60, of_silence=True)
    by_hook = await outcomes(daemon)
    world, slack = house.sandbox.sandbox.world, house.sandbox.sandbox.slack
    polls = Counter(one.question for one in world.polls.values() if one.question in by_hook)
    posts = Counter(one.text for one in slack.messages)
    figures.tell_all(
        webhooks=count,
        kills=kills,
        polls_made_twice=repeated(polls),
        polls_missing=count - len(polls),
        messages_posted_twice=repeated(posts),
        outcomes=dict(Counter(by_hook.values())),
    )
    assert by_hook.keys() == {hook.ident for hook in load.hooks}
    assert polls == Counter(by_hook.keys())
    assert repeated(posts) == 0
    assert set(by_hook.values()) <= {"succeeded", "unknown"}
    assert {by_hook[one] for one in by_hook.keys() - posts.keys()} == {"unknown"}


async def test_a_build_that_does_not_look_is_found_out(house: House, figures: Figures) -> None:
    house.recipe("all", RECIPE.partition("  - action: slack.post")[0])
    (event,) = house.events(1)
    url = f"{house.sandbox.url}/_sandbox/faults"
    match = {"method": "POST", "path": "/polls/*"}
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"match": match, "reset_after": True, "times": 3})
    daemon = await house.start(launcher=sabotaged("blind"))
    await Load(house, [Hook(f"w-{n}", event) for n in range(6)]).send()
    await daemon.settled(6)
    polls = house.sandbox.sandbox.world.polls.values()
    made = Counter(one.question for one in polls if one.event_ref == event)
    figures.tell("polls made twice", repeated(made))
    assert repeated(made) == 3
