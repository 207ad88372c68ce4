"""Watching the recipes folder: what is saved goes live by itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from watchfiles import Change, awatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from beeflow.daemon.deployment import Deployment

log = logging.getLogger(__name__)

QUIET_MS: Final = 300
"""Milliseconds without a change after which a burst of changes is taken in."""

LOOK_AGAIN: Final = 2.0
"""Seconds between two looks for a folder that does not exist (yet, or any more)."""


@asynccontextmanager
async def watching_files(folder: Path, deployment: Deployment) -> AsyncIterator[None]:
    """Reload while the block runs, whenever a YAML file in the folder changes."""
    task = asyncio.create_task(_watch(folder, deployment), name="watching recipes")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _watch(folder: Path, deployment: Deployment) -> None:
    while True:
        await _until_there(folder)
        try:
            await _follow(folder, deployment)
        except FileNotFoundError:
            log.warning("the recipes folder %s is gone; its recipes stay live", folder)


async def _until_there(folder: Path) -> None:
    # Nothing tells of a folder that appears where none is: look for it.
    while not folder.is_dir():  # noqa: ASYNC110, ASYNC240 - one look every two seconds
        await asyncio.sleep(LOOK_AGAIN)


async def _follow(folder: Path, deployment: Deployment) -> None:
    # What changed while nobody watched is taken in first.
    await _reload(deployment)
    async for _ in awatch(folder, watch_filter=_is_yaml, step=QUIET_MS, debounce=2000):
        await _reload(deployment)
        if not folder.is_dir():  # noqa: ASYNC240 - once a change
            return


async def _reload(deployment: Deployment) -> None:
    try:
        changes = await deployment.reload()
    except Exception:
        # A reload that fails must leave what is live, and the next one must come.
        log.exception("the recipes could not be read again; what is live stays live")
        return
    for verb in ("added", "changed", "removed", "broken"):
        names = getattr(changes, verb)
        if names:
            log.info("recipes %s: %s", verb, ", ".join(names))


def _is_yaml(_change: Change, path: str) -> bool:
    return path.endswith((".yaml", ".yml"))
