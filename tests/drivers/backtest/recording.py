"""A past to play: events on a stage, exported as the journal's export would have them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from drivers.rehearsing import ACTIONS
from support.stage import stage

from beeflow.beestreamed.dates import start_of
from beeflow.config import Secrets
from beeflow.drivers.backtest.backtesting import Backtest, Backtested, backtest
from beeflow.drivers.backtest.past import Past, PastReader
from beeflow.engine.exported import event_line, heading, run_line
from beeflow.engine.hiding import only
from beeflow.engine.journal.records import Filter
from beeflow.recipe.parser import Defaults, parse_recipe
from beeflow.types import zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.recipe.model import Recipe
    from beeflow.types import Json

CREATED = "trigger: {webhook: event.created}\n"
POLL = """
trigger: {webhook: event.updated.status, match: {data.status: live}}
fetch:
  event: {action: events.get, with: {event_ref: "{{ trigger.data.event_ref }}"}}
conditions: ["event.event_title != 'Secret'"]
actions:
  - wait: 10m
  - action: polls.create
    as: poll
    with: {event_ref: "{{ trigger.data.event_ref }}", question: Sound?, options: [a, b]}
  - action: polls.set_state
    with: {event_ref: "{{ trigger.data.event_ref }}", poll_ref: "{{ poll.poll_ref }}", state: true}
"""

Happening = tuple[float, str, "Mapping[str, Json]"]
"""So many seconds later, this webhook, with these data."""


async def recorded(
    texts: Mapping[str, str], happenings: Sequence[Happening], **answers: Any
) -> list[dict[str, Json]]:
    """Play recipes by name, and return the lines that an export of the journal would have."""
    async with stage() as one:
        one.answers |= {name.replace("__", "."): answer for name, answer in answers.items()}
        for name, text in texts.items():
            await one.deploy(text, f"{name}.yaml")
        for after, kind, data in happenings:
            await one.pass_time(after)
            await one.webhook(kind, data)
        await one.pass_time(86400.0)
        return await _lines(one.journal)


async def _lines(journal: Any) -> list[dict[str, Json]]:
    masking = only(lambda value: value)
    lines: list[dict[str, Json]] = [heading("0", 0.0, masked=False)]
    runs: dict[str, list[str]] = {}
    for run in reversed(await journal.runs(Filter(limit=0))):
        runs.setdefault(run.event, []).append(run.id)
    for event, _ in reversed(await journal.events(Filter(limit=0))):
        lines.append(event_line(event, masking))
        opened = [await journal.run(run_id) for run_id in runs.get(event.id, [])]
        lines += [run_line(one, masking) for one in opened]
    return json.loads(json.dumps(lines))  # type: ignore[no-any-return]  # as a file has them


def past_of(lines: Sequence[object]) -> list[Past]:
    reader = PastReader()
    for line in lines:
        reader.add(line)
    assert not reader.passed_over
    return reader.in_order()


def deck(texts: Mapping[str, str]) -> dict[str, Recipe]:
    found = {}
    for name, text in texts.items():
        parsed = parse_recipe(text, path=f"{name}.yaml")
        assert parsed.recipe is not None, parsed.problems
        found[name] = parsed.recipe
    return found


async def outcome_of(
    lines: Sequence[object],
    before: Mapping[str, str] | None,
    after: Mapping[str, str],
    **more: Any,
) -> Backtested:
    """Play lines of an export through two sets of recipes, or one against the record."""
    return await backtest(
        Backtest(
            pasts=past_of(lines),
            before=None if before is None else deck(before),
            after=deck(after),
            actions=ACTIONS,
            secrets=Secrets({}),
            start_of=lambda event: start_of(event, zone("UTC")),
            defaults=Defaults(),
            **more,
        )
    )


def told(done: Backtested) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.event.id, one.recipe, one.texts) for one in done.differences]
