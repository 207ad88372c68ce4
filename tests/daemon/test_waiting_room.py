"""A start on a disk that is full."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from daemon.conftest import SECRET
from msgspec.structs import replace

from beeflow.config import Secrets, load_config
from beeflow.daemon import waiting_room
from beeflow.daemon.engine import Settings
from beeflow.daemon.process import _Signals, serve
from beeflow.engine.journal.sqlite import SqliteJournal, faults
from beeflow.errors import JournalFull
from beeflow.server.sockets import bind

if TYPE_CHECKING:
    from pathlib import Path

    from daemon.conftest import House

    from beeflow.daemon.assembly import Daemon


class Disk:
    """A disk that is full until it is told otherwise; `asked` is set once somebody looked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = True
        self.asked = asyncio.Event()
        self._open = SqliteJournal.open
        monkeypatch.setattr(waiting_room, "LOOK", 0.01)
        monkeypatch.setattr(waiting_room, "require_room", self._require)
        monkeypatch.setattr(SqliteJournal, "open", self._opened)
        self._loop = asyncio.get_running_loop()

    def _require(self, _path: Path) -> None:
        self._loop.call_soon_threadsafe(self.asked.set)
        if self.full:
            raise JournalFull("there is no room")

    async def _opened(self, *given: Any, **named: Any) -> SqliteJournal:
        if self.full:
            raise JournalFull("there is no room for the journal")
        return await self._open(*given, **named)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The port that is bound first, once it is."""
    ports: list[int] = []

    def bound(host: str, port: int) -> list[Any]:
        sockets = bind(host, port)
        ports.append(sockets[0].getsockname()[1])
        return sockets

    monkeypatch.setattr(waiting_room, "bind", bound)
    return ports


def settings_of(house: House) -> Settings:
    given = {"BEEFLOW_SECRET_HOOK": SECRET}
    config = load_config(house.folder / "beeflow.yaml", given)
    return Settings(replace(config, server=replace(config.server, port=0)), Secrets(given))


async def test_it_turns_webhooks_away_until_there_is_room_and_starts_then(
    house: House, monkeypatch: pytest.MonkeyPatch, port: list[int]
) -> None:
    disk = Disk(monkeypatch)
    signals: list[_Signals] = []
    made = _Signals.__init__

    def note(self: _Signals) -> None:
        made(self)
        signals.append(self)

    monkeypatch.setattr(_Signals, "__init__", note)
    told: asyncio.Future[Daemon] = asyncio.get_running_loop().create_future()
    code = asyncio.ensure_future(serve(settings_of(house), told.set_result))
    await asyncio.wait_for(disk.asked.wait(), 5)
    answers = {}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port[0]}") as session:
        for path in ("/hooks/main", "/readyz", "/healthz", "/metrics", "/"):
            method = "POST" if path == "/hooks/main" else "GET"
            async with session.request(method, path, data=b"x" * 99) as answer:
                answers[path] = (answer.status, answer.headers.get("Retry-After"))
                if path == "/readyz":
                    assert (await answer.json())["reasons"] == ["there is no room for the journal"]
                if path == "/metrics":
                    assert "beeflow_ready 0.0\n" in await answer.text()
    assert answers == {
        "/hooks/main": (503, "5"),
        "/readyz": (503, "5"),
        "/healthz": (200, None),
        "/metrics": (200, None),
        "/": (503, "5"),
    }
    disk.full = False
    daemon = await asyncio.wait_for(told, 10)
    assert list(daemon.hand.troubles()) == []
    signals[0].ended.set()
    assert await code == 0


async def test_a_signal_ends_the_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch, port: list[int]
) -> None:
    disk, ended = Disk(monkeypatch), asyncio.Event()
    full, config = JournalFull("full"), settings_of(house).config
    room = waiting_room.WaitingRoom(config, ended)
    waiting = asyncio.ensure_future(room.room_to_start(full))
    await asyncio.wait_for(disk.asked.wait(), 5)
    ended.set()
    assert not await asyncio.wait_for(waiting, 5)
    assert len(port) == 1


async def test_starts_that_find_no_room_enough_are_ever_rarer(
    house: House, monkeypatch: pytest.MonkeyPatch, port: list[int]
) -> None:
    """There is room for a webhook, and none for the copy that a migration leaves."""
    disk, ended, pauses = Disk(monkeypatch), asyncio.Event(), []
    disk.full = False
    room = waiting_room.WaitingRoom(settings_of(house).config, ended)

    async def at_once(seconds: float) -> bool:
        pauses.append(seconds / waiting_room.LOOK)
        return False

    monkeypatch.setattr(room, "_ends_within", at_once)
    for _ in range(4):
        assert await room.room_to_start(JournalFull("no room for the copy"))
    assert pauses == [1, 2, 4, 8]
    assert len(port) == 4


def test_a_journal_that_is_not_there_yet_needs_room_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults.require_room(tmp_path / "beeflow.db")
    monkeypatch.setattr(faults, "ENOUGH", 1 << 60)
    with pytest.raises(JournalFull):
        faults.require_room(tmp_path / "beeflow.db")
    assert list(tmp_path.iterdir()) == []
