"""How a command line ends: its exit code, and what is said on stderr.

==== ======================================================================================
code means
==== ======================================================================================
0    fine
1    findings, failed tests, or a failed run
2    the command line, the configuration or a named file is wrong
3    there is nothing to work on
70   a fault of ours
74   the journal cannot be read or written
130  interrupted (Ctrl-C)
141  whoever read our output stopped reading; nothing is said, as with any other tool
==== ======================================================================================
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from typing import TYPE_CHECKING, Final

import click

from beeflow.errors import (
    ActionError,
    BeeflowError,
    JournalBroken,
    JournalError,
    JournalFull,
    NothingFound,
    Overloaded,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
from pathlib import Path

FINE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
NOTHING: Final = 3
OUR_FAULT: Final = 70
IO_ERROR: Final = 74
INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141

_CODES: Final[tuple[tuple[type[BeeflowError], int], ...]] = (
    (UsageError, USAGE),
    (NothingFound, NOTHING),
    (JournalBroken, IO_ERROR),
    (JournalFull, IO_ERROR),
    (JournalError, USAGE),
    (ActionError, FAILED),
    (Overloaded, FAILED),
)
"""Errors that are not a fault of ours; the first that fits."""


_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO})
"""Why a terminal, a file or a pipe that we write to takes no more."""


def run(command: click.Command, args: Sequence[str]) -> int:
    """Carry out a command line; returns the exit code."""
    _tolerate_any_text()
    try:
        code = _invoke(command, args)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return CLOSED_PIPE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BeeflowError as error:
        return _told(error)
    except OSError as error:
        return _unwritable(error) if error.errno in _NO_ROOM else _reported(error)
    except Exception as error:  # noqa: BLE001 - the end of the process: it is told and reported
        return _reported(error)
    return code


def _invoke(command: click.Command, args: Sequence[str]) -> int:
    try:
        with command.make_context("beeflow", list(args)) as context:
            command.invoke(context)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    return FINE


def _tolerate_any_text() -> None:
    """Write what the terminal's encoding does not have as an escape, rather than fail."""
    if sys.stdout is None:  # closed by whoever started us: there is nobody to tell anything
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Let what is still buffered go nowhere, so that nothing is said at the exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _unwritable(error: OSError) -> int:
    """Say that the output has no room where it goes."""
    _drop_output()
    click.echo(f"beeflow: the output cannot be written: {error.strerror}", err=True)
    return FAILED


def _told(error: BeeflowError) -> int:
    """Say what the user can mend; anything else is a fault of ours."""
    code = next((code for kind, code in _CODES if isinstance(error, kind)), None)
    if code is None:
        return _reported(error)
    message = str(error)
    click.echo(message if "\n" in message else f"beeflow: {message}", err=True)
    return code


def _reported(error: Exception) -> int:
    if os.environ.get("BEEFLOW_DEBUG") == "1":
        traceback.print_exception(error)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    click.echo(
        f"beeflow: this is a fault of ours, please report it: {what} (BEEFLOW_DEBUG=1 shows where)",
        err=True,
    )
    return OUR_FAULT
