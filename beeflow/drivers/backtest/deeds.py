"""What a recipe did for an event: the decision, and the calls with their times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from beeflow.drivers.backtest.past import PastRun
    from beeflow.types import Json


class Made(msgspec.Struct, frozen=True):
    """A call that writes, `after` so many seconds from the event; arguments as people see them."""

    after: float
    action: str
    args: Mapping[str, Json]
    would: bool = False


class Deed(msgspec.Struct, frozen=True):
    """One run. `why` is the condition that did not hold, or the reason of another end.

    `done` is False for one that had not ended when it was recorded.
    """

    outcome: str
    why: str
    calls: tuple[Made, ...]
    done: bool = True

    @property
    def fired(self) -> bool:
        """Whether it came to its steps."""
        return self.outcome != "skipped"


def made_of(calls: Iterable[tuple[str, Made]]) -> tuple[Made, ...]:
    """Return the calls of a run by their paths, of several attempts only the last, in order."""
    last: dict[str, Made] = {}
    for path, made in calls:
        step = path.rpartition("#")[0]
        last.pop(step, None)
        last[step] = made
    return tuple(last.values())


def recorded_deed(run: PastRun, received_at: float) -> Deed:
    """Return what a recorded run did."""
    calls = (
        (call.path, Made(call.at - received_at, call.action, call.args, call.would))
        for call in run.calls
        if call.effect != "read"
    )
    why = run.because or run.reason
    return Deed(run.outcome, why, made_of(calls), run.done)


def failing_clause(decision: object) -> str:
    """Return the first clause of a recorded decision that did not hold, empty where all did."""
    if not isinstance(decision, Mapping) or decision.get("value") is not False:
        return ""
    clauses = decision.get("clauses")
    listed = clauses if isinstance(clauses, list) else []
    failing = (one["text"] for one in listed if one.get("value") is False)
    return str(next(failing, "its conditions"))
