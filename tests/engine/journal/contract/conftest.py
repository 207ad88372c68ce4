"""Both journals, for one suite: whatever it says holds for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.sqlite import SqliteJournal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from beeflow.engine.journal.protocol import Journal


@pytest.fixture(params=["sqlite", "memory"])
async def journal(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Journal]:
    """An empty journal."""
    if request.param == "memory":
        yield MemoryJournal()
        return
    opened = await SqliteJournal.open(folder / "beeflow.db")
    yield opened
    await opened.close()
