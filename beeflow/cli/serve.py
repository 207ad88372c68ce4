"""`beeflow serve`: the daemon."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click
from rich.text import Text

from beeflow.cli.group import Command
from beeflow.cli.lifecycle import write_ready
from beeflow.cli.options import Setup, config_option, listening_options, read_setup
from beeflow.cli.terminal import console
from beeflow.daemon.engine import Settings
from beeflow.daemon.loop import loop_factory
from beeflow.daemon.process import serve

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.config import Secrets
    from beeflow.daemon.assembly import Daemon


@click.command("serve", cls=Command)
@listening_options
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info"
)
@config_option
def command(
    host: str | None,
    port: int | None,
    ready_file: Path | None,
    log_level: str,
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
    server = setup.config.server
    chosen = replace(server, host=host or server.host, port=server.port if port is None else port)
    setup = replace(setup, config=replace(setup.config, server=chosen))
    log_to_stderr(log_level, setup.secrets)
    settings = Settings(setup.config, setup.secrets)

    def told(daemon: Daemon) -> None:
        if ready_file is not None:
            write_ready(ready_file, {"url": daemon.url, "pid": os.getpid()})
        _tell(setup, daemon)

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        code = runner.run(serve(settings, told))
    if code:
        raise click.exceptions.Exit(code)


class MaskedFormatter(logging.Formatter):
    """Writes lines without secret values."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, traceback and all, and take the secrets out."""
        return self._secrets.mask_text(super().format(record))


def log_to_stderr(level: str, secrets: Secrets) -> None:
    """Send the log to stderr, masked."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskedFormatter(secrets))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("beeflow").setLevel(level.upper())


def _tell(setup: Setup, daemon: Daemon) -> None:
    out = console()
    out.print(Text("beeflow is ready. Ctrl-C ends it.", "bold green"))
    out.print(f"  dashboard  {daemon.url}/")
    for name in setup.config.sources:
        out.print(f"  webhooks   {daemon.url}/hooks/{name}")
    if not setup.config.sources:
        out.print("  webhooks   none can be taken: `sources` in beeflow.yaml names none")
    if not daemon.hand.recipes():
        out.print(f"  recipes    none yet in {setup.config.recipes}: what is saved there goes live")
    for deployed in daemon.hand.recipes():
        state = "broken" if deployed.recipe is None else "live"
        out.print(Text.assemble(f"  recipe     {deployed.id}  ", (state, "dim")))
        for finding in deployed.findings:
            if finding.severity == "error":
                place = f"{finding.file}:{finding.line}:{finding.column}"
                out.print(Text(f"             {place}: {finding.message}", "red"))
