"""What the interpreter asks of the world, and what it is answered.

Each command carries the path of its step, unique within the run, also over loops and attempts
(`actions/2/do#3/0#1`): a run's records are kept by path, and replaying them gives the same run.
A driver answers with an `Answer`, a `Failed`, or `Expired` where the run's time is over.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from beeflow.errors import Failure
    from beeflow.types import Effect, Json, Outcome


class Call(msgspec.Struct, frozen=True, gc=False):
    """Perform an action once. Answered with its result.

    `args` are rendered. `attempt` counts from 1. In a `shadow` run a write is not made but
    recorded, and answered with the documented sample.
    """

    path: str
    action: str
    args: Mapping[str, Json]
    effect: Effect
    attempt: int
    timeout: float
    pages: int | Literal["all"] | None = None
    shadow: bool = False


class Look(msgspec.Struct, frozen=True, gc=False):
    """Look what a guarded action may already have made: answered with `{ref: its answer}`."""

    path: str
    action: str
    args: Mapping[str, Json]
    timeout: float


class Backoff(msgspec.Struct, frozen=True, gc=False):
    """Wait before another attempt: exponential with full jitter, `at_least` seconds."""

    path: str
    attempt: int
    delay: float
    max_delay: float
    at_least: float = 0.0


class Clause(msgspec.Struct, frozen=True, gc=False):
    """One clause of a decision: its text, what it came to, and the values in it.

    `value` is None for a clause that was not looked at because an earlier one decided.
    """

    text: str
    value: bool | None
    operands: tuple[tuple[str, Json], ...] = ()


class Decide(msgspec.Struct, frozen=True, gc=False):
    """Tell a decision; answered with it, or with "both" where a dry run cannot know."""

    path: str
    value: bool | Literal["unknown"]
    clauses: tuple[Clause, ...]


class Assign(msgspec.Struct, frozen=True, gc=False):
    """Tell what a step set, for the reader of the run."""

    path: str
    values: Mapping[str, Json]


class Now(msgspec.Struct, frozen=True, gc=False):
    """Ask the time: Unix seconds."""

    path: str


class Wait(msgspec.Struct, frozen=True, gc=False):
    """Wait `seconds`, or until the instant `until` (Unix seconds). Answered with the time."""

    path: str
    seconds: float = 0.0
    until: float | None = None


class WaitFor(msgspec.Struct, frozen=True, gc=False):
    """Wait for a webhook: answered with it; at the timeout with None, or (`fails`) a failure.

    `match` is rendered. `event_ref` is the event that is meant, None for any.
    """

    path: str
    types: tuple[str, ...]
    match: Mapping[str, Json]
    timeout: float
    event_ref: str | None
    fails: bool = False


class ReadState(msgspec.Struct, frozen=True, gc=False):
    """Read the values kept between the runs of the recipe: a mapping."""

    path: str


class WriteState(msgspec.Struct, frozen=True, gc=False):
    """Change the values kept between runs; the three kinds in this order."""

    path: str
    assign: Mapping[str, Json]
    increment: Mapping[str, int | float]
    delete: tuple[str, ...]


class Claim(msgspec.Struct, frozen=True, gc=False):
    """Take `key` in the ledger of the step `once_id`; answered with whether it was free."""

    path: str
    once_id: str
    key: str


class Release(msgspec.Struct, frozen=True, gc=False):
    """Give a claim back: the step certainly had no effect."""

    path: str
    once_id: str
    key: str


class Pass(msgspec.Struct, frozen=True, gc=False):
    """Ask whether the run passes the recipe's throttle for `key`; answered true or false."""

    path: str
    key: str
    within: float


class StartRun(msgspec.Struct, frozen=True, gc=False):
    """Run another recipe; answered with its outcome, run_id and result (or at once).

    `hidden` are the texts in the inputs that nobody may read, so that the other run knows them.
    """

    path: str
    recipe: str
    inputs: Mapping[str, Json]
    detach: bool
    hidden: tuple[str, ...] = ()


class Gather(msgspec.Struct, frozen=True):
    """Carry out branches side by side, at most `limit` at once.

    Answered with a `Gathered`, one end a branch, in their order.
    """

    path: str
    branches: tuple[Callable[[], Steps], ...]
    limit: int


Command: TypeAlias = (
    Call
    | Look
    | Backoff
    | Decide
    | Assign
    | Now
    | Wait
    | WaitFor
    | ReadState
    | WriteState
    | Claim
    | Release
    | Pass
    | StartRun
    | Gather
)


class Answer(msgspec.Struct, frozen=True):
    """What came of a command."""

    value: Any = None


class Failed(msgspec.Struct, frozen=True, gc=False):
    """The command did not do what it should."""

    failure: Failure


class Expired(msgspec.Struct, frozen=True, gc=False):
    """The run's time is over; nothing was done."""


class BranchEnd(msgspec.Struct, frozen=True):
    """How a branch ended: with a value, or by what it raised."""

    value: Any = None
    raised: BaseException | None = None


class Gathered(msgspec.Struct, frozen=True):
    """The ends of all branches."""

    ends: tuple[BranchEnd, ...]


Result: TypeAlias = Answer | Failed | Expired | Gathered

Steps: TypeAlias = Generator[Command, Result, Any]
"""A part of a run: yields commands, is sent results, returns what the part came to."""


class Fault(msgspec.Struct, frozen=True, gc=False):
    """Why a run failed, for `error` in templates and for people.

    `step` is the step's name, else its `as`, else its path; `path` where it stands. For an
    expression, `expression` and its `operands` tell what was evaluated; `file`, `line` where.
    """

    failure: Failure
    step: str = ""
    path: str = ""
    action: str | None = None
    expression: str | None = None
    operands: tuple[tuple[str, Json], ...] = ()
    file: str | None = None
    line: int | None = None


class Ending(msgspec.Struct, frozen=True, gc=False):
    """How a run ended. `reason` is for people; `result` is what it `set` last."""

    outcome: Outcome
    reason: str = ""
    fault: Fault | None = None
    result: Mapping[str, Json] | None = None
