"""Changes to a recipe, and which of them no test notices."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from drivers.testing.bench import GOES_LIVE, LIVE, bench

from beeflow.drivers.testing.running import mutate

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.drivers.testing.running import Mutated


def survivors(root: Path, recipe: str, *tests: str) -> tuple[list[str], int]:
    """Return what no test notices, and how many changes there were."""
    text = "recipe: live\ntests:\n" + "".join(
        f"  - name: t{number}\n" + "".join(f"    {line}\n" for line in test.splitlines())
        for number, test in enumerate(tests)
    )
    one = bench(root, text, live=recipe)
    assert not one.suite.broken, [problem.message for problem in one.suite.problems]

    async def run() -> list[Mutated]:
        return [done async for done in mutate([(one, case) for case in one.suite.cases])]

    done = asyncio.run(run())
    return [each.mutant.survives for each in done if each.noticed is None], len(done)


def test_a_change_that_no_test_notices_survives(tmp_path: Path) -> None:
    live = f"{GOES_LIVE}\nexpect: {{calls: [slack.post, polls.create]}}"
    assert survivors(tmp_path, LIVE, live) == (
        ["`data.status` is left out of `match`", "the step `Let them arrive` is left out"],
        5,
    )


def test_tests_that_look_closer_notice(tmp_path: Path) -> None:
    live = (
        f"{GOES_LIVE}\nexpect:\n  calls:\n    - slack.post\n    - polls.create: {{}}\n      at: 10m"
    )
    idle = "event: {webhook: event.updated.status, data: {status: idle}}\nexpect: {runs: 0}"
    assert survivors(tmp_path, LIVE, live, idle) == ([], 5)


def test_every_kind_of_step_is_changed(tmp_path: Path) -> None:
    recipe = """\
trigger: {webhook: event.created}
conditions:
  - all: [trigger.data.a == 1, {not: trigger.data.a == 2}]
  - any: [trigger.data.a == 1, trigger.data.a == 3]
actions:
  - if: trigger.data.a == 1
    then: [{set: {a: 1}}]
    else: [{set: {a: 2}}]
  - choose:
      - when: trigger.data.a == 1
        then: [{set: {b: 1}}]
    else: [{set: {b: 2}}]
  - for_each: "[1, 2]"
    do: [{set: {c: 1}}]
  - repeat: {until: loop.index == 2}
    max: 3
    do: [{set: {d: 1}}]
  - parallel: [[{set: {e: 1}}], [{set: {f: 1}}]]
  - if: trigger.data.a == 1
    set: {g: 1}
  - action: log.write
    with: {message: x}
    on_error: [{set: {h: 1}}]
on_error: [{set: {i: 1}}]
"""
    test = "event: {webhook: event.created, data: {a: 1}}\nmocks: {log.write: null}\nexpect: {runs: 1, outcome: succeeded}"
    told, count = survivors(tmp_path, recipe, test)
    assert count == 25
    assert "`trigger.data.a == 1` is turned around" in told
    assert "`if: trigger.data.a == 1` is turned around" in told
    assert "the step log.write is left out" in told
    assert "the step `parallel` is left out" in told
    assert "`loop.index == 2` is turned around" in told
