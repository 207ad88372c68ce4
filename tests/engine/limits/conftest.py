"""Both journals, for what holds for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.sqlite import SqliteJournal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from beeflow.engine.journal.protocol import Journal


@pytest.fixture(params=["memory", "sqlite"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    """Each journal in turn, empty."""
    if request.param == "memory":
        yield MemoryJournal()
        return
    opened = await SqliteJournal.open(tmp_path / "beeflow.db", synchronous="NORMAL")
    yield opened
    await opened.close()
