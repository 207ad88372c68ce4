"""Both journals, for one suite: whatever it says holds for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.protocol import Journal
from beeflow.engine.journal.sqlite import SqliteJournal


@pytest.fixture(params=["sqlite", "memory"])
async def journal(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Journal]:
    """An empty journal."""
    if request.param == "memory":
        yield MemoryJournal()
        return
    opened = await SqliteJournal.open(folder / "beeflow.db")
    yield opened
    await opened.close()
