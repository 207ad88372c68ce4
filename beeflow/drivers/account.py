"""The account of a dry run: what would happen, step by step, as values.

Unknown values stand in it as text that says what they are, and "known after apply". Times are
Unix seconds on the dry run's own clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.engine.commands import Clause
    from beeflow.errors import Failure
    from beeflow.types import Effect, Json, Outcome

Verdict: TypeAlias = "bool | Literal['unknown']"


class Arm(msgspec.Struct, frozen=True):
    """A part of the recipe that is carried out under a condition, or in turns.

    `step` is the path of the step it belongs to; `title` is how a reader would say it.
    """

    step: str
    title: str


class Decided(msgspec.Struct, frozen=True):
    """A decision. `what` is what it is about: the trigger, the conditions, a step's `if`."""

    what: str
    value: Verdict
    clauses: tuple[Clause, ...]


class Called(msgspec.Struct, frozen=True):
    """A call, as it would be sent.

    `real`: it was a read and was made; then `answer` or `failure` is what came of it. `shadow`:
    the recipe would only record it. `irreversible`: nobody can take it back. `gives` are the
    documented fields of an answer that is known only after apply, each with what it will be.
    """

    action: str
    args: Mapping[str, Json]
    effect: Effect
    into: str | None = None
    shadow: bool = False
    real: bool = False
    irreversible: bool = False
    gives: tuple[tuple[str, str], ...] = ()
    answer: Json = None
    failure: Failure | None = None


class Waited(msgspec.Struct, frozen=True):
    """A wait until `until`; None where that is known only once the recipe runs."""

    until: float | None


class Awaited(msgspec.Struct, frozen=True):
    """A wait for a webhook, until `until` at the latest; `on_timeout` says what then."""

    types: tuple[str, ...]
    match: Mapping[str, Json]
    event_ref: Json
    until: float
    on_timeout: str


class Assigned(msgspec.Struct, frozen=True):
    """Names that were set."""

    values: Mapping[str, Json]


class Kept(msgspec.Struct, frozen=True):
    """Values kept between the runs of the recipe that were changed."""

    assign: Mapping[str, Json]
    increment: Mapping[str, Json]
    delete: tuple[str, ...]


class Guarded(msgspec.Struct, frozen=True):
    """A key that lets something happen once: in the `once` ledger, or of the `throttle`."""

    by: Literal["once", "throttle"]
    key: Json
    within: float | None = None


class Started(msgspec.Struct, frozen=True):
    """Another recipe that would be run."""

    recipe: str
    inputs: Mapping[str, Json]
    detach: bool


class Ended(msgspec.Struct, frozen=True):
    """The end of the run, as far as the assumptions before it lead."""

    outcome: Outcome
    reason: str = ""
    error: Failure | None = None
    expression: str | None = None
    operands: tuple[tuple[str, Json], ...] = ()


class Assumed(msgspec.Struct, frozen=True):
    """What is told from here on happens if an earlier decision goes the other way."""

    decision: str
    value: bool
    clauses: tuple[Clause, ...]


Happening: TypeAlias = (
    Decided | Called | Waited | Awaited | Assigned | Kept | Guarded | Started | Ended | Assumed
)


class Step(msgspec.Struct, frozen=True):
    """One entry of the account: where in the recipe, when, within which arms, and what."""

    path: str
    what: Happening
    at: float
    name: str | None = None
    file: str | None = None
    line: int | None = None
    arms: tuple[Arm, ...] = ()


class Account(msgspec.Struct, frozen=True):
    """A whole dry run.

    `origin` tells how the event that starts it came about; `webhook`: it is one.
    """

    recipe: str
    title: str
    file: str
    mode: str
    trigger: str
    origin: str
    at: float
    payload: Mapping[str, Json]
    steps: tuple[Step, ...] = msgspec.field(default=())
    webhook: bool = False

    @property
    def endings(self) -> tuple[Ended, ...]:
        """The ends there are: one, or one for each way an unknown decision may go."""
        return tuple(step.what for step in self.steps if isinstance(step.what, Ended))

    @property
    def failed(self) -> bool:
        """Whether a way leads to a failure that can be foreseen."""
        return any(ending.outcome == "failed" for ending in self.endings)
