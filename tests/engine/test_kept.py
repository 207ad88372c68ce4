"""Kept values: what is kept beside them, and what is not kept."""

from __future__ import annotations

from support.playing import recipe
from support.stage import Stage

from beeflow.engine.journal.records import Filter

KEEPS = """
trigger: {webhook: event.created}
actions:
  - {state: {set: {loud: "{{ secrets.TOKEN | upper }}"}}}
"""


async def test_where_the_values_are_too_many_the_step_fails() -> None:
    one = Stage()
    await one.book.put(
        recipe(
            "id: keeps"
            + KEEPS
            + '  - {state: {set: {a: "{{ trigger.data.much }}", b: "{{ trigger.data.much }}"}}}\n'
        )
    )
    await one.start()
    await one.webhook("event.created", {"event_ref": "E1", "much": ["x" * 100] * 1500})
    await one.pass_time(60)
    (run,) = await one.journal.runs(Filter())
    kept = await one.journal.state("keeps")
    await one.stop()
    assert run.outcome == "failed"
    assert "the kept values would take" in run.reason
    assert list(kept) == ["loud"]


async def test_a_recipe_without_secrets_keeps_nothing_beside() -> None:
    one = Stage()
    await one.book.put(recipe("id: keeps" + KEEPS.replace("secrets.TOKEN", "trigger.id")))
    await one.start()
    await one.webhook("event.created", {"event_ref": "E1"})
    await one.pass_time(60)
    (run,) = await one.journal.runs(Filter())
    kept = await one.journal.state("keeps"), await one.journal.state("keeps~hidden")
    await one.stop()
    assert (run.outcome, list(kept[0]), kept[1]) == ("succeeded", ["loud"], {})
