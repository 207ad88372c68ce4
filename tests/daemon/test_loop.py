from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from beeflow.daemon import loop

if TYPE_CHECKING:
    import pytest


async def told() -> str:
    return type(asyncio.get_running_loop()).__module__


def test_uvloop_is_used_where_it_is_there() -> None:
    with asyncio.Runner(loop_factory=loop.loop_factory()) as runner:
        assert runner.run(told()).partition(".")[0] in {"uvloop", "asyncio"}


def test_pythons_own_is_used_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "NAME", "a_loop_that_is_not_there")
    with asyncio.Runner(loop_factory=loop.loop_factory()) as runner:
        assert runner.run(told()) == "asyncio.unix_events"
