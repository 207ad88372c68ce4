"""`beeflow demo`: see all of it work, on this machine alone."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from typing import TYPE_CHECKING

import click
import msgspec

from beeflow.cli.demo.account import print_end, print_opening, print_scene
from beeflow.cli.demo.stage import Stage, set_stage
from beeflow.cli.demo.story import SCENES, Play
from beeflow.cli.demo.watcher import Seen, Watcher
from beeflow.cli.ending import FAILED
from beeflow.cli.group import Command
from beeflow.cli.lifecycle import Stop, stop_on_signals, write_ready
from beeflow.cli.options import json_option, listening_options
from beeflow.cli.terminal import console, print_json

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.types import Json


class Showing(msgspec.Struct, frozen=True):
    """How the demo is to be shown."""

    host: str
    port: int
    ready_file: Path | None
    once: bool
    as_json: bool


@click.command("demo", cls=Command)
@click.option("--once", is_flag=True, help="End by itself; exit 0 when all effects were seen.")
@listening_options
@json_option
def command(
    once: bool, host: str | None, port: int | None, ready_file: Path | None, as_json: bool
) -> None:
    """Play a webinar's whole life in fast motion, and tell what the recipes make of it.

    It starts a sandbox (a BeeStreamed, a Slack and a mail server of its own), a daemon with the
    recipes that come with beeflow, and sends real, signed webhooks. Nothing leaves this machine.
    Without --once it stays up, to be looked at, until Ctrl-C.

    Examples:
      beeflow demo --once
      beeflow demo --port 8080
      beeflow demo --once --json
    """
    # What goes wrong shows in the account; the log would stand between its lines.
    logging.getLogger("beeflow").setLevel(logging.ERROR)
    showing = Showing(host or "127.0.0.1", port or 0, ready_file, once, as_json)
    if not asyncio.run(_show(showing)):
        raise click.exceptions.Exit(FAILED)


async def _show(showing: Showing) -> bool:
    """Show the demo; returns whether every expected effect was seen."""
    stop = stop_on_signals()
    async with set_stage(showing.host, showing.port) as stage:
        if showing.ready_file is not None:
            ready: dict[str, Json] = {"url": stage.daemon.url, "pid": os.getpid()}
            write_ready(showing.ready_file, {**ready, "sandbox": stage.sandbox.url})
        seen = await _play(stage, showing, stop)
        complete = len(seen) == len(SCENES)
        good = complete and all(found for one in seen for _, found in one.effects)
        if showing.as_json:
            print_json(_document(stage, seen, good))
        if not showing.once and complete:
            await _stay(showing, stop)
    stop.leave()
    return good


async def _play(stage: Stage, showing: Showing, stop: Stop) -> list[Seen]:
    """Play all scenes, unless somebody has had enough."""
    out = console()
    begun = time.monotonic()
    if not showing.as_json:
        print_opening(out, stage)
    watcher = Watcher(Play(stage))
    seen: list[Seen] = []
    for number, scene in enumerate(SCENES, 1):
        if stop.asked.is_set():
            return seen
        seen.append(await watcher.watch(scene))
        if not showing.as_json:
            print_scene(out, number, seen[-1])
    if not showing.as_json:
        print_end(out, seen, time.monotonic() - begun)
    return seen


async def _stay(showing: Showing, stop: Stop) -> None:
    if not showing.as_json:
        console().print("It stays up, to be looked at and played with. Ctrl-C ends it.")
    await stop.asked.wait()


def _document(stage: Stage, seen: list[Seen], good: bool) -> dict[str, Json]:
    return {
        "version": 1,
        "ok": good,
        "dashboard": f"{stage.daemon.url}/",
        "sandbox": f"{stage.sandbox.url}/_sandbox",
        "scenes": [one.as_json() for one in seen],
    }
