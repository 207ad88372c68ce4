"""The parts of the measurement, by name, and carrying them out one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from beeflow.bench import carrying, latency, matching, rate, starting, waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from beeflow.bench.figures import Figure
    from beeflow.bench.scale import Scale

Measure: TypeAlias = "Callable[[Scale], AsyncIterator[Figure]]"


class Part(NamedTuple):
    """A part: how it is measured, what it is about, and the share of all that it takes."""

    measure: Measure
    about: str
    share: float


PARTS: Final[Mapping[str, Part]] = {
    "rate": Part(rate.rate, "webhooks delivered a second, against the bare floor", 20),
    "run": Part(carrying.carry, "one run by itself, without disk and network", 3),
    "latency": Part(latency.latency, "a webhook to its action, at 100/s and 300/s", 25),
    "burst": Part(latency.burst, "the acknowledgement of many webhooks at once", 5),
    "start": Part(starting.start, "start and memory, with few recipes and with many", 15),
    "match": Part(matching.match, "finding the recipes that want a webhook", 10),
    "crowd": Part(matching.crowd, "delivering among many recipes on one type", 10),
    "waiting": Part(waiting.waiting, "a restart with many waiting runs", 10),
    "validate": Part(starting.validate, "checking recipes", 5),
}


async def measure(
    names: Sequence[str], scale: Scale, tell: Callable[[str, float], None]
) -> list[Figure]:
    """Measure these parts; `tell` hears which one is under way and how much of all is done."""
    figures: list[Figure] = []
    whole, done = sum(PARTS[name].share for name in names), 0.0
    for name in names:
        tell(PARTS[name].about, done / whole)
        figures += [figure async for figure in PARTS[name].measure(scale)]
        done += PARTS[name].share
    return sorted(figures, key=lambda figure: figure.unit != "ratio")
