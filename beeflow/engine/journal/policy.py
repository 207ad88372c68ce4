"""What the journals decide alike: places in a group, collecting, topics, changes of state.

Pure functions on data: both journals ask here, so that they cannot disagree.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from beeflow.engine.commands import Ending, Fault, WriteState
from beeflow.engine.journal.encoding import encode
from beeflow.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.engine.journal.records import Delay
    from beeflow.types import Json

Mode: TypeAlias = Literal["queue", "drop", "restart", "parallel"]

STATE_LIMIT: Final = 256 * 1024
"""Bytes of JSON that a recipe may keep between its runs."""

UNFINISHED: Final = 100_000
"""Runs of one recipe that may be under way, waiting or queued; no further one is begun."""

DEBOUNCED: Final = Ending("skipped", "debounced")
"""How a run ends that a later one of its debounce took the place of."""

CANCELLED_BY_HAND: Final = Ending("cancelled", "cancelled by hand")
"""How a run ends that a person cancelled before it was carried out."""


class Spot(msgspec.Struct, frozen=True, gc=False):
    """Where a run stands in line: its recipe's group, and the rule it joins it by."""

    recipe: str
    group: str | None
    mode: Mode
    max: int | None


class Company(msgspec.Struct, frozen=True, gc=False):
    """Who is in a group already: `active` were started and have not ended, `queued` wait.

    Either may be a lower bound, as long as it reaches the group's `max` (and 1).
    """

    active: int
    queued: int


def place(spot: Spot, there: Company) -> Literal["ready", "queued", "dropped"]:
    """Say what becomes of a run that joins its group now."""
    if spot.mode == "parallel" and spot.max is None:
        return "ready"
    if not there.queued and may_start(spot, there.active):
        return "ready"
    if spot.mode == "drop":
        return "dropped"
    full = spot.mode == "queue" and spot.max is not None and there.queued >= spot.max
    return "dropped" if full else "queued"


def may_start(spot: Spot, active: int) -> bool:
    """Whether the first in line may start beside `active` others."""
    if spot.mode != "parallel":
        return not active
    return spot.max is None or active < max(spot.max, 1)


def dropped(spot: Spot) -> Ending:
    """Return how a run ends for which there was no place in its group."""
    if spot.mode == "drop":
        return Ending("skipped", "dropped: another run of its group has not ended")
    return Ending("skipped", f"dropped: {spot.max} runs of its group wait already")


def too_many(recipe: str) -> Ending:
    """Return how a run ends that would be one too many of its recipe."""
    reason = (
        f"{UNFINISHED} runs of `{recipe}` have not ended yet, and no more may wait: "
        "cancel some, or let fewer begin (throttle, debounce, batch, concurrency with max)"
    )
    return Ending("failed", reason, Fault(Failure("limit", reason), step="policy"))


def cancelled_by(event: str) -> Ending:
    """Return how a run ends that the event with this id cancelled."""
    return Ending("cancelled", f"cancelled by {event}")


RESTARTED: Final = Ending("cancelled", "a newer run of its group took its place")
"""How a run ends that `mode: restart` cancelled."""


def quiet_until(delay: Delay, at: float, first: float) -> float:
    """Return when a debounce is over whose series began at `first` and went on at `at`."""
    until = at + delay.seconds
    return until if delay.max is None else min(until, first + delay.max)


def is_full(delay: Delay, items: int) -> bool:
    """Whether a batch of so many items need not wait any longer."""
    return delay.max is not None and items >= delay.max


def is_pattern(topic: str) -> bool:
    """Whether a wait's topic is a pattern rather than one type."""
    return "*" in topic


def topic_matches(pattern: str, kind: str) -> bool:
    """Whether a webhook type fits a pattern in which `*` stands for any text."""
    if not is_pattern(pattern):
        return pattern == kind
    head, *middle, tail = pattern.split("*")
    rest = kind.removeprefix(head)
    if not kind.startswith(head) or not rest.endswith(tail):
        return False
    rest = rest[: len(rest) - len(tail)]
    for part in middle:
        _, found, rest = rest.partition(part) if part else ("", "*", rest)
        if not found:
            return False
    return True


def same_event(one: str | None, other: str | None) -> bool:
    """Whether two references mean the same event; a missing one means any."""
    return one is None or other is None or one == other


def run_topic(run_id: str) -> str:
    """Return the topic of waits for the end of a run."""
    return f"run:{run_id}"


def awaited_run(topic: str) -> str | None:
    """Return the id of the run whose end a topic means, None for a webhook type."""
    head, _, run_id = topic.partition(":")
    return run_id if head == "run" and run_id else None


def told_end(run_id: str, outcome: str, result: Json) -> Json:
    """Return what a run that waits for the end of another is told."""
    return {"outcome": outcome, "run_id": run_id, "result": result}


def changed_state(values: Mapping[str, Json], change: WriteState) -> dict[str, Json]:
    """Return the kept values after a change; raises `ValueError` for the user."""
    result = {**values, **change.assign}
    for name, amount in change.increment.items():
        result[name] = _sum(name, result.get(name, 0), amount)
    for name in change.delete:
        result.pop(name, None)
    size = len(encode(result))
    if size > STATE_LIMIT:
        raise ValueError(
            f"the kept values would take {size} bytes as JSON, and a recipe may keep "
            f"{STATE_LIMIT}: delete what is not needed any more"
        )
    return result


def _sum(name: str, value: Json, amount: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(  # noqa: TRY004 - the value is wrong, as the user sees it
            f"`{name}` is {_short(value)}, and only a number can be incremented"
        )
    try:
        total = value + amount
        finite = math.isfinite(total)
    except OverflowError:
        finite = False
    if not finite:
        raise ValueError(f"`{name}` would become larger than a number can be")
    return total


def _short(value: Json) -> str:
    text = encode(value).decode()
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 - a line for a person
