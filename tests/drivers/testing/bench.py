"""How tests test tests: a recipe and a test file as texts, read and run in memory."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING

from beeflow.cli.testing.failure import failure_lines
from beeflow.cli.testing.world import world
from beeflow.drivers.testing.library import Library
from beeflow.drivers.testing.running import Bench, open_bench
from beeflow.recipe.document import Source

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.drivers.testing.reading.known import Known
    from beeflow.drivers.testing.verdict import Verdict

LIVE = """\
trigger: {webhook: event.updated.status, match: {data.status: live}}
fetch:
  event: {action: events.get, with: {event_ref: "{{ trigger.data.event_ref }}"}}
conditions:
  - not event.event_title.startswith('[test]')
cancel_on: {webhook: event.deleted}
actions:
  - name: Tell the team
    action: slack.post
    with: {channel: "#events", text: "*{{ event.event_title }}* is live"}
  - name: Let them arrive
    wait: 10m
  - action: polls.create
    as: poll
    with: {event_ref: "{{ trigger.data.event_ref }}", question: OK?, options: [Great, Bad]}
"""

GOES_LIVE = "event: {webhook: event.updated.status, data: {status: live}}"


@lru_cache(maxsize=1)
def known() -> Known:
    return world("Europe/Copenhagen")


def bench(root: Path, tests: str, **recipes: str) -> Bench:
    """Read a test file about recipes by id (`_` for `-`); without any, about `live`."""
    for name, text in (recipes or {"live": LIVE}).items():
        (root / f"{name.replace('_', '-')}.yaml").write_text(text)
    source = Source((root / "x.test.yaml").as_posix(), tests)
    return open_bench(source, Library(root, known()))


def play(root: Path, tests: str, **recipes: str) -> list[Verdict]:
    """Run all tests of a file that must be right."""
    one = bench(root, tests, **recipes)
    assert not one.suite.broken, [problem.message for problem in one.suite.problems]

    async def run() -> list[Verdict]:
        return [await one.run(case) for case in one.suite.cases]

    return asyncio.run(run())


def only(root: Path, test: str, recipe: str = LIVE, **more: str) -> Verdict:
    """Run one test, given without its name, of one recipe."""
    text = "recipe: live\ntests:\n  - name: it\n" + "".join(
        f"    {line}\n" for line in test.strip().splitlines()
    )
    (verdict,) = play(root, text, live=recipe, **more)
    return verdict


def told(verdict: Verdict) -> list[str]:
    """Return what a failing test says."""
    return [one.message for one in verdict.failing]


def shown(root: Path, tests: str, **recipes: str) -> str:
    """Return the report of all failing tests of a file."""
    one = bench(root, tests, **recipes)
    assert not one.suite.broken, [problem.message for problem in one.suite.problems]

    async def run() -> list[Verdict]:
        return [await one.run(case) for case in one.suite.cases]

    lines = [line for verdict in asyncio.run(run()) for line in failure_lines(verdict, one)]
    return "\n".join(line.plain.rstrip() for line in lines).replace(f"{root.as_posix()}/", "")
