"""`beeflow sandbox`: a BeeStreamed of one's own to develop against."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click
from rich.text import Text

from beeflow.cli.group import Command
from beeflow.cli.lifecycle import stop_on_signals, write_ready
from beeflow.cli.options import listening_options
from beeflow.cli.terminal import console
from beeflow.sandbox import Place, Running, ready, run

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

DEFAULT_PORT = 8090


@click.command("sandbox", cls=Command)
@listening_options
@click.option("--webhooks", metavar="URL", help="Where to send webhooks from the start.")
@click.option("--secret", help="What signs them (with --webhooks; default: the sandbox's own).")
def command(
    host: str | None,
    port: int | None,
    ready_file: Path | None,
    webhooks: str | None,
    secret: str | None,
) -> None:
    """Run a BeeStreamed to develop against: the documented API with state, and signed webhooks.

    Its page, at /_sandbox, shows the state and plays a webinar's life; a fake Slack and a fake
    mail server keep what they are sent.

    Examples:
      beeflow sandbox
      beeflow sandbox --port 0 --ready-file sandbox.json
      beeflow sandbox --webhooks http://127.0.0.1:8080/hooks/main --secret s3cret
    """
    if secret is not None and webhooks is None:
        raise click.UsageError("--secret goes with --webhooks: who is to be sent what it signs?")
    place = Place(host or "127.0.0.1", DEFAULT_PORT if port is None else port)
    asyncio.run(_run(place, ready_file, webhooks, secret))


async def _run(
    place: Place, ready_file: Path | None, webhooks: str | None, secret: str | None
) -> None:
    def on_ready(running: Running) -> None:
        account = running.sandbox.settings.account
        if webhooks is not None:
            running.sandbox.outbox.register(webhooks, secret or account.webhook_secret)
        if ready_file is not None:
            write_ready(ready_file, ready(running))
        _tell(console(), running, webhooks)

    stop = stop_on_signals()
    await run(stop.asked, place, on_ready=on_ready)
    stop.leave()


def _tell(out: Console, running: Running, webhooks: str | None) -> None:
    account = running.sandbox.settings.account
    facts = {
        "API": running.url,
        "page": f"{running.url}/_sandbox",
        "token id": account.token_id,
        "secret key": account.secret_key,
        "session key": account.session_key,
        "webhooks": f"signed with {account.webhook_secret}"
        if webhooks is None
        else f"sent to {webhooks}",
        "mail": f"{running.host}:{running.smtp_port}",
    }
    out.print(Text("The sandbox is ready. Ctrl-C ends it.", "bold green"))
    for name, value in facts.items():
        out.print(Text.assemble((f"  {name:<12}", "dim"), value))
