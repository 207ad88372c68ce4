"""How a run leaves its steps early. Raised and caught within the interpreter only.

::

    Interrupt
    ├── StepFailed    a step failed; carries the fault
    ├── RunStopped    a `stop` step; carries the outcome and the reason
    └── RunExpired    the run's time is over
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.errors import BeeflowError

if TYPE_CHECKING:
    from beeflow.engine.commands import Fault
    from beeflow.engine.interpreter.frame import Place
    from beeflow.types import Outcome


class Interrupt(BeeflowError):  # noqa: N818 - it reads as what it says
    """Leaves the steps of a run."""


class StepFailed(Interrupt):
    """A step failed and nothing has handled it yet."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.failure.message)
        self.fault = fault


class RunStopped(Interrupt):
    """A `stop` step was reached, at `place`."""

    def __init__(self, outcome: Outcome, reason: str, place: Place) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.place = place


class RunExpired(Interrupt):
    """The `timeout` of the run is over."""
