"""A file that is there whole or not at all, and that only its owner may read."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from beeflow.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def appearing(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Yield an empty file to write, which becomes `target` when the block ends well.

    It is synced before it gets its name, so that a power loss leaves no half of it. Of a link it is
    the file that the link leads to. Raises `UsageError` where `target` is there already (unless
    `replace`), is no regular file, or cannot be made.
    """
    there = Path(os.path.realpath(target))
    try:
        _require_replaceable(target, there, replace)
    except OSError as error:
        raise _unwritable(target, error) from None
    part = there.with_name(f"{there.name}.part")
    _make_anew(part, target)
    try:
        yield part
        _sync(part)
        part.replace(there)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(there.parent)


def _require_replaceable(target: Path, there: Path, replace: bool) -> None:
    if target.is_dir():
        raise UsageError(f"{target} is a folder: name a file in it")
    if target.exists() and not target.is_file():
        raise UsageError(f"{target} is no regular file, and stays: name another")
    if target.exists() and not replace:
        raise UsageError(f"{target} is there already: name another, or give --force")
    if not there.parent.is_dir():
        raise UsageError(f"{target} has no folder: make {target.parent}, or name another")


def _make_anew(part: Path, target: Path) -> None:
    """Make an empty file; what a command that was killed left there is nobody's any more."""
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)
        part.chmod(0o600)
    except OSError as error:
        raise _unwritable(target, error) from None


def _unwritable(target: Path, error: OSError) -> UsageError:
    return UsageError(f"{target} cannot be written: {error.strerror}")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
