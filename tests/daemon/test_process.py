from __future__ import annotations

import asyncio
import gc
import signal
from typing import TYPE_CHECKING

import aiohttp
import pytest
from daemon.conftest import LOG, SECRET
from msgspec.structs import replace

from beeflow.config import Secrets, load_config
from beeflow.daemon.engine import Settings
from beeflow.daemon.process import BROKEN, serve
from beeflow.errors import JournalBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from daemon.conftest import House

    from beeflow.daemon.assembly import Daemon


@pytest.fixture(autouse=True)
def _signals_are_left_as_found() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


class Served:
    """A daemon that is served in this process, until it ends."""

    def __init__(self, house: House) -> None:
        given = {"BEEFLOW_SECRET_HOOK": SECRET}
        config = load_config(house.folder / "beeflow.yaml", given)
        config = replace(config, server=replace(config.server, port=0))
        self.told: asyncio.Future[Daemon] = asyncio.get_running_loop().create_future()
        settings = Settings(config, Secrets(given))
        self.code = asyncio.ensure_future(serve(settings, self.told.set_result))
        self.code.add_done_callback(self._ended)

    def _ended(self, code: asyncio.Future[int]) -> None:
        """Have a start that fails told at once, with its reason, in place of waiting for it."""
        if not self.told.done():
            self.told.set_exception(code.exception() or AssertionError(f"ended: {code.result()}"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
async def test_a_signal_ends_it_in_order(house: House, number: int, code: int) -> None:
    served = Served(house)
    await served.told
    signal.raise_signal(number)
    assert await served.code == code


HANGS = """\
trigger: {webhook: event.created}
actions:
  - {action: http.request, with: {method: PUT, url: "%s"}}
"""


@pytest.mark.parametrize("again", [signal.SIGTERM, signal.SIGINT])
async def test_while_it_drains_nothing_is_taken_and_a_second_signal_ends_it_at_once(
    house: House, again: int
) -> None:
    answers = asyncio.Event()
    asked = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await answers.wait()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as slow:
        port = slow.sockets[0].getsockname()[1]
        house.write("hangs.yaml", HANGS % f"http://127.0.0.1:{port}/")
        config = house.folder / "beeflow.yaml"
        config.write_text(config.read_text() + "http: {allow_private: [127.0.0.0/8]}\n")
        served = Served(house)
        house.daemon = await served.told
        assert (await house.send("event.created", {"event_ref": "E1"}))[0] == 202
        await asyncio.wait_for(asked.wait(), 10)

        signal.raise_signal(signal.SIGTERM)
        await house.until(lambda: bool(house.up.hand.hindrances()))

        status, told = await house.send("event.created", {"event_ref": "E2"})
        assert (status, told) == (503, {"error": "not_ready"})
        url = f"{house.up.url}/readyz"
        async with aiohttp.ClientSession() as session, session.get(url) as ready:
            assert ready.status == 503
            assert (await ready.json())["reasons"] == ["shutting down"]
        assert not served.code.done()

        signal.raise_signal(again)
        assert await asyncio.wait_for(served.code, 5) == 0
        answers.set()


async def test_what_lives_long_is_kept_from_the_collector_while_it_serves(house: House) -> None:
    before = gc.get_threshold()
    served = Served(house)
    await served.told
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[0] > before[0]
    signal.raise_signal(signal.SIGTERM)
    await served.code
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, before)


async def test_a_hangup_reloads_the_recipes(house: House) -> None:
    served = Served(house)
    daemon = await served.told
    house.write("late.yaml", LOG)
    signal.raise_signal(signal.SIGHUP)
    await house.until(lambda: daemon.engine.book.get("late") is not None)
    signal.raise_signal(signal.SIGTERM)
    assert await served.code == 0


async def test_a_hangup_while_it_starts_does_not_end_it(house: House) -> None:
    served = Served(house)
    await asyncio.sleep(0)
    signal.raise_signal(signal.SIGHUP)
    await served.told
    signal.raise_signal(signal.SIGTERM)
    assert await served.code == 0


async def test_a_broken_journal_ends_it_with_74(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    served = Served(house)
    daemon = await served.told
    daemon.journal._break(JournalBroken("the disk is gone"))
    assert await served.code == BROKEN
    assert "the journal is broken: the disk is gone" in caplog.text
