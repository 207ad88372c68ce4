"""`beeflow serve`: the daemon."""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING, Final, get_args

import click
from msgspec.structs import replace

from beeflow.cli.collector import sparing_the_collector
from beeflow.cli.colour import colour_wanted
from beeflow.cli.group import Command
from beeflow.cli.lifecycle import write_ready
from beeflow.cli.options import Setup, config_option, listening_options, read_setup
from beeflow.config import LogFormat, LogLevel
from beeflow.daemon.log import logging_to
from beeflow.daemon.loop import loop_factory
from beeflow.trust import import_aiohttp, system_trust

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from beeflow.daemon.assembly import Daemon
    from beeflow.daemon.log import Log

_APART: Final = (
    "beeflow.daemon.engine",
    "beeflow.daemon.reading",
    "beeflow.engine.journal.sqlite",
    "beeflow.daemon.timekeeping",
    "beeflow.actions.definitions",
)
"""Most of what the daemon is made of; it needs nothing of aiohttp."""


@click.command("serve", cls=Command)
@listening_options
@click.option(
    "--log-level",
    type=click.Choice(get_args(LogLevel)),
    help="The least that is worth a line (default: log.level, info).",
)
@click.option(
    "--log-format",
    type=click.Choice(get_args(LogFormat)),
    help="Lines for people or for programs (default: log.format, auto).",
)
@config_option
def command(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    host: str | None,
    port: int | None,
    ready_file: Path | None,
    log_level: LogLevel | None,
    log_format: LogFormat | None,
    config_file: Path | None,
) -> None:
    """Run the daemon: it receives webhooks, keeps schedules, and runs the recipes.

    Recipes are watched, and go live as they are saved. SIGTERM and Ctrl-C end it in order;
    what is under way then goes on with the next start.

    Examples:
      beeflow serve
      beeflow serve --config prod.yaml --host 0.0.0.0 --port 8080
      beeflow serve --port 0 --ready-file daemon.json
    """
    setup = read_setup(config_file)
    server, log = setup.config.server, setup.config.log
    server = replace(server, host=host or server.host, port=server.port if port is None else port)
    log = replace(log, level=log_level or log.level, format=log_format or log.format)
    setup = replace(setup, config=replace(setup.config, server=server, log=log))

    def told(daemon: Daemon) -> None:
        if ready_file is not None:
            write_ready(ready_file, {"url": daemon.url, "pid": os.getpid()})
        _tell(setup, daemon)

    with (
        logging_to(sys.stderr, log, setup.secrets.mask_text) as lines,
        asyncio.Runner(loop_factory=loop_factory()) as runner,
    ):
        code = runner.run(_serve(setup, lines, told))
    if code:
        raise click.exceptions.Exit(code)


def _serve(setup: Setup, lines: Log, told: Callable[[Daemon], None]) -> Coroutine[None, None, int]:
    """Import the daemon, and run it."""
    with sparing_the_collector():
        _import_aiohttp_and_trust()
        from beeflow.daemon.engine import Settings  # noqa: PLC0415 - see there
        from beeflow.daemon.process import serve  # noqa: PLC0415 - see there
    return serve(Settings(setup.config, setup.secrets, log=lines), told)


def _import_aiohttp_and_trust() -> None:
    """Have the system's certificates read in a thread, and meanwhile import what is long to import.

    They are read in C, so that Python has its hands free; aiohttp would read them twice more.
    """
    with ThreadPoolExecutor(1) as beside:
        beside.submit(system_trust)  # where it fails, who needs it is told
        for name in _APART:
            import_module(name)
    import_aiohttp()


def _tell(setup: Setup, daemon: Daemon) -> None:
    # By click, not by `console`: what that is made of takes a tenth of the start to import.
    _say(click.style("beeflow is ready. Ctrl-C ends it.", fg="green", bold=True))
    _say(f"  dashboard  {daemon.url}/")
    for name in setup.config.sources:
        _say(f"  webhooks   {daemon.url}/hooks/{name}")
    if not setup.config.sources:
        _say("  webhooks   none can be taken: `sources` in beeflow.yaml names none")
    if not daemon.hand.recipes():
        _say(f"  recipes    none yet in {setup.config.recipes}: what is saved there goes live")
    for deployed in daemon.hand.recipes():
        state = "broken" if deployed.recipe is None else "live"
        _say(f"  recipe     {deployed.id}  {click.style(state, dim=True)}")
        for finding in deployed.findings:
            if finding.severity == "error":
                place = f"{finding.file}:{finding.line}:{finding.column}"
                _say(click.style(f"             {place}: {finding.message}", fg="red"))


def _say(text: str) -> None:
    click.echo(text, color=colour_wanted())
