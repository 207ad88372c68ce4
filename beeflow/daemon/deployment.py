"""Which recipes are live, and how others take their place while the daemon runs.

A reload reads the whole folder, and swaps recipe by recipe: a broken file keeps its last good
version and is reported, a removed one goes, runs in flight finish on the text they began with.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.server.ports import Deployed, Finding, Reloaded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from beeflow.engine.book import RecipeBook
    from beeflow.recipe.model import Recipe

log = logging.getLogger(__name__)

AT_ONCE: Final = 100
"""Recipes that are put into the journal in one go: enough for one commit, and few tasks."""


class Reading(msgspec.Struct, frozen=True):
    """The recipes folder as it is: its files, the good recipes among them, and the findings."""

    files: frozenset[str]
    recipes: Mapping[str, Recipe]
    findings: Mapping[str, tuple[Finding, ...]]


class Deployment(msgspec.Struct):
    """The live recipes. `replan` is awaited after every change that went live."""

    book: RecipeBook
    read: Callable[[], Reading]
    replan: Callable[[], Awaitable[None]]
    _live: dict[str, Recipe] = msgspec.field(default_factory=dict)
    _findings: Mapping[str, tuple[Finding, ...]] = msgspec.field(default_factory=dict)
    _lock: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)

    def deployed(self) -> Sequence[Deployed]:
        """List all recipes, the broken ones too, by id."""
        files = sorted({*self._live, *self._findings})
        rows = [self._row(file) for file in files]
        return sorted(rows, key=lambda row: row.id)

    def why_not(self, name: str) -> str | None:
        """Return what is wrong with a recipe that is broken, with its place."""
        rows = (row for row in self.deployed() if row.id == name and _has_error(row.findings))
        return next((_first(row.findings) for row in rows), None)

    def _row(self, file: str) -> Deployed:
        recipe = self._live.get(file)
        name = recipe.id if recipe else Path(file).stem
        return Deployed(name, file, recipe, self._findings.get(file, ()))

    async def reload(self) -> Reloaded:
        """Read the folder again, and swap what changed."""
        async with self._lock:
            reading = await asyncio.to_thread(self.read)
            changes = await self._swap(reading)
            before, self._findings = self._findings, reading.findings
            await self.replan()
        for file in changes.broken:
            if before.get(file) != reading.findings[file]:
                log.error("%s is broken: %s", file, _first(reading.findings[file]))
        return changes

    async def _swap(self, reading: Reading) -> Reloaded:
        broken = [file for file, found in reading.findings.items() if _has_error(found)]
        live = self._next(reading, broken)
        before = {recipe.id: recipe.hash for recipe in self._live.values()}
        after = {recipe.id: recipe for recipe in live.values()}
        added = [name for name in after if name not in before]
        changed = [name for name in before if name in after and after[name].hash != before[name]]
        removed = [name for name in before if name not in after]
        coming = [after[name] for name in (*added, *changed)]
        for start in range(0, len(coming), AT_ONCE):
            await asyncio.gather(*map(self.book.put, coming[start : start + AT_ONCE]))
        for name in removed:
            self.book.remove(name)
        self._live = live
        return Reloaded(tuple(added), tuple(changed), tuple(removed), tuple(broken))

    def _next(self, reading: Reading, broken: Sequence[str]) -> dict[str, Recipe]:
        """Return what is to be live, by file; no two of them have one id.

        A broken file keeps its last good version, unless a good one has taken its id over.
        """
        taken = {recipe.id for recipe in reading.recipes.values()}
        kept = {
            file: recipe
            for file, recipe in self._live.items()
            if file in broken and recipe.id not in taken
        }
        return {**kept, **reading.recipes}


def _has_error(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _first(findings: Sequence[Finding]) -> str:
    one = next(finding for finding in findings if finding.severity == "error")
    return f"{one.file}:{one.line}:{one.column}: {one.message}"
