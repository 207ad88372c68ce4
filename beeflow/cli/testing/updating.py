"""`--update`: failing tests get what came in place of what they expected."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.text import Text

from beeflow.cli.terminal import printable
from beeflow.cli.testing.session import Ran
from beeflow.drivers.testing.running import open_bench
from beeflow.drivers.testing.updating import updated
from beeflow.drivers.testing.verdict import counted
from beeflow.recipe.document import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from beeflow.drivers.testing.running import Bench
    from beeflow.drivers.testing.verdict import Verdict

_LONE_BREAK: Final = re.compile(r"(?<!\r)\n")


def update(ran: Ran) -> tuple[Ran, str]:
    """Rewrite what a file's failing tests expect; returns it run again, and what was done."""
    failing = asyncio.run(_freely(ran))
    source = ran.bench.suite.document.source
    text = updated(source, failing)
    if text == source.text:
        return ran, "nothing of it can be updated"
    bench = open_bench(Source(source.path, text), ran.bench.stalls.library)
    if bench.suite.broken:
        return ran, "it cannot be updated by itself: change what it expects by hand"
    verdicts = asyncio.run(_again(bench, ran))
    _write(Path(source.path), source.text, text)
    return Ran(bench, verdicts), f"{counted(len(failing), 'test')} updated"


async def _freely(ran: Ran) -> list[Verdict]:
    """Run the failing tests again, with every write answered: all that comes is to be expected."""
    failing = [one.case for one in ran.verdicts if not one.passed]
    return [await ran.bench.run(case, free=True) for case in failing]


async def _again(bench: Bench, ran: Ran) -> tuple[Verdict, ...]:
    names = {one.case.name for one in ran.verdicts}
    return tuple([await bench.run(one) for one in bench.suite.cases if one.name in names])


def _write(path: Path, before: str, text: str) -> None:
    """Write the file as it was, with its line ends and mark, but for what was updated."""
    mark = b"\xef\xbb\xbf"
    kept = mark if path.read_bytes().startswith(mark) else b""
    if "\r\n" in before:
        text = _LONE_BREAK.sub("\r\n", text)
    path.write_bytes(kept + text.encode())


def print_updates(out: Console, done: Sequence[tuple[Ran, str]]) -> None:
    """Say what was done to each file."""
    for ran, what in done:
        out.print(Text(f"{printable(ran.bench.file)}: {what}", "cyan"))
