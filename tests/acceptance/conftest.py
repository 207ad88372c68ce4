from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from acceptance.house import open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from acceptance.house import House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A house that is configured, and has no recipe and no daemon yet."""
    async with open_house(tmp_path) as house:
        yield house
