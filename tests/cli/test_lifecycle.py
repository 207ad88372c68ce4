from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import TYPE_CHECKING

import click
import pytest

from beeflow.cli.lifecycle import ending_on_signals, write_ready
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


class Work:
    """Something that lasts until it is ended, and then lets go of what it holds."""

    def __init__(self) -> None:
        self.let_go = False

    async def __call__(self, number: signal.Signals | None) -> str:
        try:
            if number is not None:
                os.kill(os.getpid(), number)
                await asyncio.Event().wait()
        finally:
            self.let_go = True
        return "done"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_once_all_is_let_go_of(number: signal.Signals) -> None:
    work = Work()
    with pytest.raises(click.exceptions.Exit) as ended:
        asyncio.run(ending_on_signals(work(number)))
    assert (ended.value.exit_code, work.let_go) == (128 + number, True)


def test_without_one_it_answers_and_a_cancelled_one_is_cancelled() -> None:
    assert asyncio.run(ending_on_signals(Work()(None))) == "done"

    async def cancel() -> None:
        task = asyncio.create_task(ending_on_signals(asyncio.Event().wait()))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel())


def test_who_ignores_a_signal_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:

        async def hang_up() -> str:
            os.kill(os.getpid(), signal.SIGHUP)
            await asyncio.sleep(0)
            return "went on"

        assert asyncio.run(ending_on_signals(hang_up())) == "went on"
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_ready_file_is_its_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "ready.json.part").touch()
    (tmp_path / "ready.json.part").chmod(0o644)
    write_ready(tmp_path / "ready.json", {"pid": 1})
    assert json.loads((tmp_path / "ready.json").read_text()) == {"pid": 1}
    assert (tmp_path / "ready.json").stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="cannot be written"):
        write_ready(tmp_path / "none/ready.json", {})
