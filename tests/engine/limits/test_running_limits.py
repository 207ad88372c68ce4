"""Each bound that a run meets: the number, what it says, and that the run ends with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.stage import Stage, stage

from beeflow.engine.door import DEEPEST
from beeflow.engine.journal.policy import STATE_LIMIT
from beeflow.errors import ExpressionError
from beeflow.recipe.limits import TURNS
from beeflow.recipe.templates import Limits, parse_expression
from beeflow.recipe.templates import limits as bounds

if TYPE_CHECKING:
    from beeflow.types import Json

HEAD = "trigger: {webhook: event.created}\nactions:\n"
AFTER = "  - {action: log.write, with: {message: after}}\n"


async def reason(text: str, data: dict[str, Json] | None = None) -> str:
    """Carry a recipe out that must fail for a bound, and return why."""
    async with stage(HEAD + text + AFTER) as one:
        return await reason_on(one, data)


async def reason_on(one: Stage, data: dict[str, Json] | None = None) -> str:
    await one.webhook("event.created", {"event_ref": "E1", **(data or {})})
    (run,) = await one.runs()
    assert run.outcome == "failed"
    assert one.calls.made == []
    assert run.ending is not None
    fault = run.ending["fault"]
    assert isinstance(fault, dict)
    failure = fault["failure"]
    assert isinstance(failure, dict)
    assert failure["kind"] == "limit"
    return run.reason


async def test_turns_of_a_for_each() -> None:
    told = await reason(
        "  - {for_each: trigger.data.many, do: [{set: {a: 1}}]}\n", {"many": [0] * (TURNS + 1)}
    )
    assert told == f"`for_each` over {TURNS + 1} items: at most {TURNS} are allowed"


@pytest.mark.parametrize("times", [TURNS + 1, -1])
async def test_turns_of_a_repeat_that_are_worked_out(times: int) -> None:
    told = await reason(
        "  - {repeat: {times: trigger.data.n}, do: [{set: {a: 1}}]}\n", {"n": times}
    )
    assert told == f"`times` is {times}: it must be a whole number from 0 to {TURNS}"


async def test_max_of_a_repeat() -> None:
    told = await reason("  - {repeat: {until: 'false'}, max: 3, do: [{set: {a: 1}}]}\n")
    assert told == "`until` did not hold after 3 turns, which is `max`"


async def test_what_a_recipe_keeps() -> None:
    big = "x" * STATE_LIMIT
    told = await reason("  - {state: {set: {big: '{{ trigger.data.big }}'}}}\n", {"big": big})
    assert f"a recipe may keep {STATE_LIMIT}: delete what is not needed any more" in told


async def test_runs_in_one_chain_of_causes() -> None:
    async with stage(HEAD + "  - run: recipe\n") as one:
        await one.webhook("event.created", {"event_ref": "E1"})
        assert await one.outcomes() == ["succeeded"] * DEEPEST
    assert DEEPEST == 8


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ 'x' * 2_000_000 }}", "a text of 2,000,000 characters; at most 1,048,576 are allowed"),
        ("{{ [0] * 60_000 }}", "a list of 60,000 items; at most 50,000 are allowed"),
        (
            "{% for a in range(10000) %}{{ 'x' * 100 }}{% endfor %}",
            "renders to more than 262,144 characters",
        ),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
            "this takes too much work: more than 500,000 steps",
        ),
        ("{{ range(10001) | list }}", "10,000"),
        ("{{ 10 ** 31 }}", "a number of more than 30 digits"),
    ],
)
async def test_what_a_template_may_take(template: str, told: str) -> None:
    assert told in await reason(f'  - {{set: {{a: "{template}"}}}}\n')


def test_the_numbers_of_templates() -> None:
    assert Limits() == Limits(ticks=500_000, text=1_048_576, items=50_000, result=262_144)
    assert (bounds.MAX_SOURCE, bounds.MAX_NESTING, bounds.MAX_DEPTH) == (65_536, 30, 100)
    assert (bounds.MAX_VALUE_DEPTH, bounds.MAX_NUMBER, bounds.MAX_RANGE) == (150, 10**30, 10_000)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("'" + "x" * 70_000 + "'", "70,002 characters long; at most 65,536 are read"),
        ("(" * 31 + "1" + ")" * 31, "nested too deeply: at most 30 levels are read"),
        (" + ".join(["1"] * 102), "too many parts within parts: at most 100 levels are read"),
    ],
)
def test_an_expression_that_is_too_much_is_refused_as_it_is_read(text: str, told: str) -> None:
    with pytest.raises(ExpressionError, match=told):
        parse_expression(text)
