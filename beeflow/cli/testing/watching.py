"""`--watch`: the tests again, whenever a recipe or a test is saved."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text
from watchfiles import watch

from beeflow.cli.terminal import console
from beeflow.cli.testing.order import Order, carry_out
from beeflow.errors import NothingFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beeflow.config import Config


def keep_testing(order: Order, config: Config) -> None:
    """Run the tests now and after every change, until Ctrl-C."""
    _once(order, config)
    for _ in watch(*_folders(order, config), watch_filter=_is_yaml, raise_interrupt=True):
        console().print(Text(f"\n{datetime.now().astimezone():%H:%M:%S}", "bold"))
        _once(order, config)


def _once(order: Order, config: Config) -> None:
    try:
        carry_out(order, config)
    except NothingFound as error:
        console().print(str(error))
    console().print(Text("waiting for a change; Ctrl-C ends", "dim"))


def _folders(order: Order, config: Config) -> Iterator[Path]:
    """Yield what is watched: the folders that were named, or that the named files are in."""
    folders = {path if path.is_dir() else path.parent for path in (*order.paths, config.recipes)}
    yield from sorted(folder for folder in folders if folder.is_dir())


def _is_yaml(_change: object, path: str) -> bool:
    return path.endswith((".yaml", ".yml"))
