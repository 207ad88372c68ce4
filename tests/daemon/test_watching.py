from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from beeflow.daemon import watching
from beeflow.daemon.watching import footprint, watching_files
from beeflow.server.ports import Reloaded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from beeflow.daemon.deployment import Deployment


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "SETTLED", 0)


WITHIN = 5.0
"""Seconds within which a change must have been taken in."""


@dataclass
class Reloads:
    """Stands for the deployment, and counts; the first `failing` reloads fail."""

    failing: int = 0
    count: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def reload(self) -> Reloaded:
        self.count += 1
        self.changed.set()
        if self.count <= self.failing:
            raise OSError("the disk is on holiday")
        return Reloaded(("a",), (), (), ())

    async def came(self) -> None:
        await asyncio.wait_for(self.changed.wait(), WITHIN)
        self.changed.clear()

    @property
    def deployment(self) -> Deployment:
        return cast("Deployment", self)


async def silent(*_: object, **given: Any) -> AsyncIterator[set[object]]:
    """A file system that never tells of a change."""
    while True:
        await asyncio.sleep(given["rust_timeout"] / 1000)
        yield set()


async def test_who_waits_at_the_door_goes_before_the_library_that_watches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def follow(_watch: object) -> None:
        pytest.fail("it is imported at once")

    monkeypatch.setattr(watching, "SETTLED", 60)
    monkeypatch.setattr(watching._Watch, "_follow", follow)
    async with watching_files(tmp_path, Reloads().deployment, footprint(tmp_path)):
        for _ in range(3):
            await asyncio.sleep(0)


async def test_a_change_before_the_watching_began_is_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.1)
    reloads, seen = Reloads(), footprint(tmp_path)
    (tmp_path / "a.yaml").touch()
    async with watching_files(tmp_path, reloads.deployment, seen):
        await reloads.came()
    assert reloads.count == 1


async def test_what_is_saved_changed_and_deleted_is_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "QUIET_MS", 50)
    reloads = Reloads()
    file = tmp_path / "deep" / "a.yaml"
    async with watching_files(tmp_path, reloads.deployment, footprint(tmp_path)):
        file.parent.mkdir()
        file.write_text("1")
        await reloads.came()
        file.write_text("22")
        await reloads.came()
        file.unlink()
        await reloads.came()


async def test_a_file_system_that_tells_nothing_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_awatch", lambda: silent)
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.01)
    reloads = Reloads()
    async with watching_files(tmp_path, reloads.deployment, footprint(tmp_path)):
        (tmp_path / "a.yml").write_text("1")
        await reloads.came()
        (tmp_path / "notes.txt").write_text("no recipe")
        await asyncio.sleep(0.05)
    assert reloads.count == 1


async def test_after_a_reload_that_failed_the_next_one_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "_awatch", lambda: silent)
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.01)
    reloads = Reloads(failing=1)
    async with watching_files(tmp_path, reloads.deployment, footprint(tmp_path)):
        (tmp_path / "a.yaml").write_text("1")
        await reloads.came()
        (tmp_path / "b.yaml").write_text("1")
        await reloads.came()
    assert "what is live stays live" in caplog.text


async def test_a_folder_that_comes_later_and_goes_again_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.05)
    reloads, folder = Reloads(), tmp_path / "recipes"
    async with watching_files(folder, reloads.deployment, footprint(folder)):
        for _ in range(2):
            folder.mkdir()
            (folder / "a.yaml").write_text("1")
            await reloads.came()
            (folder / "a.yaml").unlink()
            folder.rmdir()
            await reloads.came()


def test_a_footprint_knows_a_change_by_time_or_size(tmp_path: Path) -> None:
    before = footprint(tmp_path)
    (tmp_path / "a.yaml").write_text("1")
    one = footprint(tmp_path)
    (tmp_path / "a.yaml").write_text("22")
    assert len({before, one, footprint(tmp_path)}) == 3
    (tmp_path / "b.yaml").symlink_to(tmp_path / "nowhere")
    assert len(footprint(tmp_path)) == 1


def test_all_that_watching_imports_is_imported_aside() -> None:
    probe = """
import asyncio, sys
from pathlib import Path
from beeflow.daemon.watching import _awatch

async def main():
    awatch = await asyncio.to_thread(_awatch)
    before = set(sys.modules)
    stop = asyncio.Event()
    async for _ in awatch(Path(), stop_event=stop, rust_timeout=10, yield_on_timeout=True):
        stop.set()
    print(*sorted(set(sys.modules) - before - sys.stdlib_module_names))

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("\n", "")
