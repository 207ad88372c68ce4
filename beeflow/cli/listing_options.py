"""The options of lists: how many, since when, and which."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import click

from beeflow.engine.listing import since_of

F = TypeVar("F", bound=Callable[..., object])


def _since(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return since_of(text, time.time())
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def since_option(command: F) -> F:
    """Add `--since` (as an instant)."""
    return click.option(
        "--since", callback=_since, metavar="TIME", help="Not older than: 7d, or 2026-12-01."
    )(command)


def limits(command: F) -> F:
    """Add `--limit` (default 50) and `--since` (as an instant)."""
    return limits_of(50)(command)


def limits_of(default: int) -> Callable[[F], F]:
    """Return what adds `--limit`, with this default, and `--since` (as an instant)."""

    def add(command: F) -> F:
        return click.option(
            "--limit",
            type=click.IntRange(0, 999_999_999),
            default=default,
            show_default=True,
            help="So many at most, the newest (0: all).",
        )(since_option(command))

    return add
