"""How soon a daemon takes webhooks, how much memory it holds, how long `validate` takes.

    cd tests && python -m bench.start [MANY]

The first acceptance is the first 202, asked for over and over from the start of the process on.
Memory is what the process holds (RSS) a second after. Beside the seconds stands the processor
time, which other load on the machine does not lengthen.
"""

# ruff: noqa: T201 - a script tells its results

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import processes
from bench.wire import requests, send

FEW = 10
MIB = 1024 * 1024
TEXT = """\
name: Tell of event {number}
trigger: {{webhook: event.updated.status, match: {{data.event_ref: E{number}}}}}
fetch:
  event:
    action: events.get
    with: {{event_ref: "{{{{ trigger.data.event_ref }}}}"}}
conditions:
  - not event.event_title.startswith('[test]')
actions:
  - action: slack.post
    with: {{channel: "#events", text: "*{{{{ event.event_title }}}}* is {{{{ trigger.data.status }}}}"}}
  - wait: 10m
  - action: polls.create
    as: poll
    with:
      event_ref: "{{{{ trigger.data.event_ref }}}}"
      question: How is the sound?
      options: [Great, OK, Bad]
  - action: polls.set_state
    with: {{event_ref: "{{{{ trigger.data.event_ref }}}}", poll_ref: "{{{{ poll.poll_ref }}}}", state: true}}
"""


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds to the first acceptance, processor seconds until then, bytes held."""

    seconds: float
    cpu: float
    memory: int


def fill(folder: Path, count: int) -> None:
    """Write a configuration and so many recipes."""
    processes.configure(folder)
    for number in range(count):
        (folder / "recipes" / f"r{number}.yaml").write_text(TEXT.format(number=number))


async def started(count: int) -> Started:
    """Start a daemon with so many recipes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, count)
        began = time.perf_counter()
        async with processes.beeflow(folder) as running:
            await send(running.port, requests(1), 1)
            seconds, cpu = time.perf_counter() - began, running.cpu()
            await asyncio.sleep(1)
            return Started(seconds, cpu, running.memory())


def validated(count: int) -> tuple[float, float]:
    """Return the seconds, and processor seconds, of `beeflow validate` on so many recipes."""
    with tempfile.TemporaryDirectory() as name:
        fill(Path(name), count)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "beeflow", "validate"], cwd=name, check=True)
        seconds = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return seconds, cpu


async def main(many: int = 1_000) -> None:
    """Measure and tell."""
    few, crowd = await started(FEW), await started(many)
    for count, one in ((FEW, few), (many, crowd)):
        print(
            f"{count:6} recipes: first acceptance after {one.seconds:.2f} s "
            f"({one.cpu:.2f} s of processor), {one.memory / MIB:.0f} MiB"
        )
    each = (crowd.memory - few.memory) / (many - FEW)
    print(f"each further recipe: {each / 1024:.1f} KiB")
    for count in (1, many):
        seconds, cpu = await asyncio.to_thread(validated, count)
        print(f"validate, {count:6} recipes: {seconds:.2f} s ({cpu:.2f} s of processor)")


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
