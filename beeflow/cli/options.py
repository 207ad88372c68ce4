"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import click
import msgspec

from beeflow.config import Config, Secrets, load_config, open_secrets

F = TypeVar("F", bound=Callable[..., object])

FILE: Final = click.Path(dir_okay=False, path_type=Path)


class Setup(msgspec.Struct, frozen=True):
    """The configuration and the secrets that a command works with."""

    config: Config
    secrets: Secrets


def read_setup(path: Path | None) -> Setup:
    """Read the configuration and the secrets; raises `ConfigError`."""
    config = load_config(path, os.environ)
    return Setup(config, open_secrets(config, os.environ))


def config_option(command: F) -> F:
    """Add `--config FILE`, as the argument `config_file`."""
    return click.option(
        "--config",
        "config_file",
        type=FILE,
        help="The configuration (default: beeflow.yaml, where there is one).",
    )(command)


def json_option(command: F) -> F:
    """Add `--json`, as the argument `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")(command)


def listening_options(command: F) -> F:
    """Add `--host`, `--port` and `--ready-file`."""
    command = click.option(
        "--ready-file",
        type=FILE,
        help="Once ready, write one JSON object with `url` and `pid` there.",
    )(command)
    command = click.option(
        "--port", type=click.IntRange(0, 65535), help="The port (0: any free one)."
    )(command)
    return click.option("--host", help="The address to listen on.")(command)
