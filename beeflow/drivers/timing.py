"""The dry run's clock: virtual, and set back where two ways are told one after the other.

What stands in the `else` of a decision that nobody knows yet begins when `then` began, though it
is told after it; and what comes after both begins when the longer one is over.
"""

from __future__ import annotations

import msgspec

from beeflow.drivers.outline import arms


class _Fork(msgspec.Struct):
    begun: float
    latest: float
    arm: str = ""


class Timing(msgspec.Struct):
    """The time now, and the forks that are open: by the path of the step they belong to."""

    now: float
    _forks: dict[str, _Fork] = msgspec.field(default_factory=dict)

    def fork(self, step: str) -> None:
        """Remember that the arms of `step` are told one after the other, from now."""
        self._forks.setdefault(step, _Fork(self.now, self.now))

    def enter(self, path: str) -> None:
        """Set the clock for what is told next."""
        within = {arm.step: arm.title for arm in arms(path)}
        for step in [step for step in self._forks if not path.startswith(f"{step}/")]:
            self.now = max(self.now, self._forks.pop(step).latest)
        for step, fork in self._forks.items():
            arm = within.get(step, fork.arm)
            fork.latest = max(fork.latest, self.now)
            if arm != fork.arm:
                fork.arm = arm
                self.now = fork.begun
