"""`beeflow send`: a signed sample webhook, to try a daemon."""

from __future__ import annotations

import json
import secrets as randomness
import time
from typing import TYPE_CHECKING

import click
import msgspec
from rich.text import Text

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.signatures import HEADER, sign
from beeflow.cli.arguments import overlay
from beeflow.cli.ending import FAILED
from beeflow.cli.group import Command
from beeflow.cli.options import Setup, config_option, json_option, read_setup
from beeflow.cli.request import Answer, Request, local_url, send
from beeflow.cli.suggestions import known_name
from beeflow.cli.terminal import console, one_line, print_json
from beeflow.config.credential import PREFIX, Credential
from beeflow.drivers.overlay import laid_over
from beeflow.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from beeflow.beestreamed.webhook_type import WebhookType
    from beeflow.types import Json


class Target(msgspec.Struct, frozen=True):
    """Where a webhook goes, and what signs it."""

    url: str
    secret: str


@click.command("send", cls=Command)
@click.argument("type_", metavar="TYPE")
@click.option("--data", multiple=True, metavar="K=V", help="Lay this over the sample's `data`.")
@click.option("--to", metavar="URL", help="Where to (default: this machine's first source).")
@click.option("--secret", help="What signs it: a text, or secret:NAME (default: the source's).")
@config_option
@json_option
def command(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    type_: str,
    data: tuple[str, ...],
    to: str | None,
    secret: str | None,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Send a signed sample webhook of TYPE, to try a daemon.

    It is the documented sample with a new id and the time of now. Values are read as in a
    recipe, and dots in a key lead into mappings.

    Examples:
      beeflow send event.updated.status --data status=live --data event_ref=E1
      beeflow send signup.created --data signup_data.email=ada@example.com
      beeflow send poll.created --to http://127.0.0.1:9000/hooks/main --secret s3cret
    """
    catalog = load_catalog()
    kind = catalog.webhooks[known_name("webhook", type_, catalog.webhooks)]
    target = find_target(read_setup(config_file), to, secret)
    payload = make_payload(kind, data, time.time())
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {HEADER: sign(target.secret.encode(), body), "Content-Type": "application/json"}
    answer = send(Request("POST", target.url, body, headers))
    if as_json:
        print_json({"url": target.url, "payload": payload, **_answered(answer)})
    else:
        _tell(target, payload, answer)
    if not answer.fine:
        raise click.exceptions.Exit(FAILED)


def make_payload(kind: WebhookType, data: Sequence[str], now: float) -> dict[str, Json]:
    """Return the documented sample with `data` on top; where it has an id, a new one."""
    payload = laid_over(kind.sample, {"data": overlay("--data", data)} if data else {})
    if "id" in payload:
        payload["id"] = f"send_{randomness.token_hex(16)}"
    if "timestamp" in payload:
        payload["timestamp"] = int(now)
    return payload


def find_target(setup: Setup, to: str | None, secret: str | None) -> Target:
    """Return where to send: to what was given, else to the first source of the configuration."""
    config = setup.config
    wanted = to.rstrip("/").rpartition("/")[2] if to else ""
    source = config.sources.get(wanted) or next(iter(config.sources.values()), None)
    if source is None and (to is None or secret is None):
        raise UsageError(
            "the configuration has no sources: say where to send and what signs it, "
            "with --to URL and --secret TEXT"
        )
    server = config.server
    if to is None and server.port == 0:
        raise ConfigError("`server.port` is 0, any free port: say where to send, with --to URL")
    name = source.name if source else ""
    url = to or f"{local_url(server.host, server.port)}/hooks/{name}"
    if secret is not None:
        lookup = Credential("--secret", secret)
        return Target(url, lookup.reveal(setup.secrets) if secret.startswith(PREFIX) else secret)
    assert source is not None  # noqa: S101 - refused above
    return Target(url, source.secrets[0].reveal(setup.secrets))


def _answered(answer: Answer) -> dict[str, Json]:
    return {"status": answer.status, "answer": answer.json}


def _tell(target: Target, payload: dict[str, Json], answer: Answer) -> None:
    out = console()
    named = f" ({payload['id']})" if "id" in payload else ""
    out.print(f"sent {payload['type']}{named} to {target.url}")
    text = answer.json if isinstance(answer.json, str) else json.dumps(answer.json)
    style = "green" if answer.fine else "red"
    out.print(Text.assemble((str(answer.status), style), f" {one_line(text, 400)}"))
