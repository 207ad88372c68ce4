from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from acceptance.house import SECRET, SOURCE, House

from beeflow.sandbox import Policy, Sandbox, Settings, running_sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def sandbox() -> Sandbox:
    """A sandbox that refuses nobody for coming too often."""
    return Sandbox(Settings(rate_limit=1_000_000, seed=1))


@pytest.fixture
async def house(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[House]:
    """A house that is configured, and has no recipe and no daemon yet."""
    async with running_sandbox(sandbox, policy=Policy(delays=(0.2, 0.5), timeout=5)) as running:
        house = House(tmp_path, running)
        house.configure()
        sandbox.outbox.register(f"http://127.0.0.1:{house.port}/hooks/{SOURCE}", SECRET)
        yield house
        await house.close()
