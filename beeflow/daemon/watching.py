"""Watching the recipes folder: what is saved goes live by itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeAlias

from beeflow.daemon.beside import beside
from beeflow.turns import short_turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from watchfiles import Change

    from beeflow.daemon.deployment import Deployment

log = logging.getLogger(__name__)

ENDINGS: Final = (".yaml", ".yml")

QUIET_MS: Final = 300
"""Milliseconds without a change after which a burst of changes is taken in."""

LOOK_AGAIN: Final = 2.0
"""Seconds between two looks, for a folder that is not there or for changes that nobody told."""

SETTLED: Final = LOOK_AGAIN
"""Seconds for which nothing is watched at the start: whoever waits at the door then goes first.
What is saved meanwhile is taken in no later than where nobody tells of changes."""


BACKEND: Final = "anyio._backends._asyncio"
"""What watchfiles works with on asyncio: 40 ms to import, which nobody but its use asks for."""


Footprint: TypeAlias = frozenset[tuple[str, int, int]]
"""The YAML files of a folder: path, time of change, size."""


def footprint(folder: Path) -> Footprint:
    """Look at the YAML files of a folder without reading them; one that vanishes is left out."""
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.endswith(ENDINGS):
                path = os.path.join(parent, name)  # noqa: PTH118 - half the time, every two seconds
                with contextlib.suppress(OSError):
                    status = os.stat(path)  # noqa: PTH116 - the same
                    found.append((path, status.st_mtime_ns, status.st_size))
    return frozenset(found)


@asynccontextmanager
async def watching_files(
    folder: Path, deployment: Deployment, seen: Footprint
) -> AsyncIterator[None]:
    """Reload while the block runs, whenever a YAML file in the folder changes.

    `seen` is the folder as it was when what is live now was about to be read.
    """
    watch = _Watch(folder, deployment, seen)
    async with beside(watch.keep(), "watching recipes"):
        yield


class _Watch:
    """Follows one folder, through all its comings and goings."""

    def __init__(self, folder: Path, deployment: Deployment, seen: Footprint) -> None:
        self._folder = folder
        self._deployment = deployment
        self._seen = seen

    async def keep(self) -> None:
        """Watch until cancelled. What changed meanwhile is seen at the first look."""
        await asyncio.sleep(SETTLED)
        while True:
            await self._until_there()
            try:
                await self._follow()
            except FileNotFoundError:
                log.warning("the recipes folder %s is gone; its recipes stay live", self._folder)

    async def _until_there(self) -> None:
        # Nothing tells of a folder that appears where none is: look for it.
        while not self._folder.is_dir():  # noqa: ASYNC110 - one look every two seconds
            await asyncio.sleep(LOOK_AGAIN)

    async def _follow(self) -> None:
        # A change is told at once, but not by every file system (network, containers), nor one
        # made just before the watching began: so there is a look every now and then, too.
        awatch = await asyncio.to_thread(_awatch)
        changes = awatch(
            self._folder,
            watch_filter=_is_yaml,
            step=QUIET_MS,
            debounce=2000,
            rust_timeout=int(LOOK_AGAIN * 1000),
            yield_on_timeout=True,
        )
        async for _ in changes:
            await self._look()
            if not self._folder.is_dir():
                return

    async def _look(self) -> None:
        """Reload if anything is different from the last time."""
        now = await asyncio.to_thread(footprint, self._folder)
        if now != self._seen:
            self._seen = now
            await _reload(self._deployment)


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


def _awatch() -> Callable[..., AsyncIterator[object]]:
    """Import what watches files: once the daemon is at work, until then it only costs time."""
    with short_turns():
        from watchfiles import awatch  # noqa: PLC0415 - as said

        with contextlib.suppress(ImportError):  # else it is imported when it is used, on the loop
            import_module(BACKEND)
    return awatch


def _is_yaml(_change: Change, path: str) -> bool:
    return path.endswith(ENDINGS)
