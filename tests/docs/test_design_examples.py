"""Every construct that the language was designed with, through the real engine, on both journals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docs.scenario import Example, Play, examples

from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.sqlite import SqliteJournal

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import Journal

EXAMPLES = tuple(examples(Path(__file__).parent / "design_examples.md"))


@pytest.mark.parametrize("journal", ["memory", "sqlite"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
async def test_a_construct_does_what_it_was_designed_to(
    example: Example, journal: str, tmp_path: Path
) -> None:
    opened: Journal = MemoryJournal()
    if journal == "sqlite":
        opened = await SqliteJournal.open(tmp_path / "beeflow.db", synchronous="NORMAL")
    await Play(example, opened).play()
    await opened.close()


def test_every_example_says_what_comes_of_it() -> None:
    assert len(EXAMPLES) > 20
    assert all(one.scenario and {"calls", "outcomes"} & set(one.scenario) for one in EXAMPLES)
