"""`beeflow validate --watch`: recipes are checked again whenever one is saved."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from watchfiles import watch

from beeflow.daemon.watching import footprint
from beeflow.errors import BeeflowError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from beeflow.cli.checks import Check
    from beeflow.daemon.watching import Footprint

_QUIET_MS: Final = 100
"""Milliseconds without a change after which a burst of changes is taken in."""

_LOOK_AGAIN_MS: Final = 2000
"""Milliseconds between two looks, for changes that no file system told of."""


def keep_checking(check: Check) -> None:
    """Check, and check again at every change, until Ctrl-C.

    Raises for what cannot be checked at first; later that is told, and may be mended meanwhile.
    """
    folders = _watched(check)
    seen = _seen(folders, check.env)
    check.make()
    where = ", ".join(sorted(str(folder) for folder in folders))
    click.echo(f"watching {where}; Ctrl-C ends", err=True)
    wakes = watch(*folders, step=_QUIET_MS, rust_timeout=_LOOK_AGAIN_MS, yield_on_timeout=True)
    for _ in wakes:
        now = _seen(folders, check.env)
        if now == seen:
            continue
        _begin_anew({Path(path).name for path, *_ in now ^ seen})
        seen = now
        try:
            check.make()
        except BeeflowError as error:
            click.echo(f"beeflow: {error}", err=True)


def _watched(check: Check) -> Sequence[Path]:
    """Return the folders whose files are looked at."""
    named = [*check.folders(check.config()), *([check.env] if check.env else [])]
    return sorted({path if path.is_dir() else path.parent for path in named})


def _seen(folders: Sequence[Path], env: Path | None) -> Footprint:
    """Return what the files that matter look like from outside."""
    found = frozenset[tuple[str, int, int]]().union(*(footprint(folder) for folder in folders))
    if env is None or not env.exists():
        return found
    status = env.stat()
    return found | {(str(env), status.st_mtime_ns, status.st_size)}


def _begin_anew(names: Iterable[str]) -> None:
    """Set apart what is told now from what was told before."""
    if sys.stdout.isatty():
        click.clear()
    now = time.strftime("%H:%M:%S")
    click.echo(f"\n{now}: {', '.join(sorted(names))} changed\n")
