"""A file that is there whole or not at all, and that only its owner may read."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from beeflow.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def appearing(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Yield an empty file to write, which becomes `target` when the block ends well.

    It is synced before it gets its name, so that a power loss leaves no half of it. Raises
    `UsageError` where `target` is there already (unless `replace`), or cannot be made.
    """
    if target.is_dir():
        raise UsageError(f"{target} is a folder: name a file in it")
    if target.exists() and not replace:
        raise UsageError(f"{target} is there already: name another, or give --force")
    part = target.with_name(f"{target.name}.part")
    _make_anew(part)
    try:
        yield part
        _sync(part)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(target.absolute().parent)


def _make_anew(part: Path) -> None:
    """Make an empty file; what a command that was killed left there is nobody's any more."""
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)
        part.chmod(0o600)
    except OSError as error:
        raise UsageError(f"{part} cannot be written: {error.strerror}") from None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
