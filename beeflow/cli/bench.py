"""`beeflow bench`: what this machine makes of beeflow, against a bare floor of the same work."""

from __future__ import annotations

import asyncio
import json
import math
import os
import platform
from typing import TYPE_CHECKING, Final

import click

from beeflow import __version__
from beeflow.bench.parts import PARTS, measure
from beeflow.bench.scale import FULL, QUICK
from beeflow.cli.group import Command
from beeflow.cli.lifecycle import ending_on_signals
from beeflow.cli.progress import progress
from beeflow.cli.terminal import console, print_table
from beeflow.daemon.loop import loop_factory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.bench.figures import Figure
    from beeflow.bench.scale import Scale
    from beeflow.types import Json

_LEAST: Final = 0.001
_SIGNS: Final = {True: "met", False: "missed", None: ""}


def _factor(_context: click.Context, _option: click.Parameter, factor: float) -> float:
    if math.isnan(factor):  # which is in every range, and out of it
        raise click.BadParameter("nan is not a number to multiply by")
    return factor


@click.command("bench", cls=Command)
@click.argument("parts", nargs=-1, metavar="[PART]...")
@click.option("--quick", is_flag=True, help="Smaller counts: a minute or less.")
@click.option(
    "--scale",
    type=click.FloatRange(_LEAST, 10),
    callback=_factor,
    default=1.0,
    show_default=True,
    help="Multiply all counts.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(parts: tuple[str, ...], quick: bool, scale: float, as_json: bool) -> None:
    """Measure beeflow on this machine, against a bare floor of the same work.

    The floor takes the same signed webhooks, writes one synced row for each and delivers one
    POST, with nothing around it, on the same event loop; it and beeflow take turns. All of it
    stays on this machine, in folders that are removed again. Let the machine do nothing else
    meanwhile; the ratios bear it better than the rest.

    Without PARTs all are measured (some minutes): rate, run, latency, burst, start, match,
    crowd, waiting, validate.

    Examples:
      beeflow bench --quick
      beeflow bench rate latency
      beeflow bench --json > bench.json
    """
    names = list(dict.fromkeys(parts)) or list(PARTS)
    for name in names:
        if name not in PARTS:
            raise click.BadParameter(f"there is no part `{name}`; there are: {', '.join(PARTS)}")
    counts = (QUICK if quick else FULL).times(scale)
    figures = asyncio.run(_measured(names, counts))
    if as_json:
        console().print(json.dumps(_plain(figures), indent=2))
    else:
        _print(figures)


async def _measured(names: Sequence[str], scale: Scale) -> list[Figure]:
    with progress("beeflow bench", 1.0) as show:

        def tell(about: str, done: float) -> None:
            show(done, 1.0, about)

        return await ending_on_signals(measure(names, scale, tell))


def _machine() -> dict[str, Json]:
    """Tell what the figures are of."""
    return {
        "beeflow": __version__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "loop": _loop(),
    }


def _loop() -> str:
    """Return the name of the event loop that both were measured on."""
    return loop_factory().__module__.partition(".")[0]


def _plain(figures: Sequence[Figure]) -> dict[str, Json]:
    return {
        "version": 1,
        "machine": _machine(),
        "figures": [figure.plain() for figure in figures],
    }


def _print(figures: Sequence[Figure]) -> None:
    out = console()
    told = _machine()
    out.print(
        f"beeflow {told['beeflow']} and the bare floor on {told['loop']}, {told['python']}, "
        f"{told['system']}, {told['cpus']} processors"
    )
    out.print()
    rows = [(one.part, one.name, one.told, one.wanted, _SIGNS[one.met]) for one in figures]
    styles = ("dim", "", "bold", "dim", lambda cell: "green" if cell == "met" else "red")
    print_table(out, ("part", "what", "measured", "target", ""), rows, styles)
