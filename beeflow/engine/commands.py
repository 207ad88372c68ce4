"""What the interpreter asks of the world, and what it is answered.

Each command carries the path of its step, unique within the run, also over loops and attempts
(`actions/2/do#3/0#1`): a run's records are kept by path, and replaying them gives the same run.
A driver answers with an `Answer`, a `Failed`, or `Expired` where the run's time is over.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from beeflow.errors import Failure
    from beeflow.types import Effect, Json, Outcome


@dataclass(frozen=True, slots=True)
class Call:
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


@dataclass(frozen=True, slots=True)
class Look:
    """Look what a guarded action may already have made: answered with `{ref: its answer}`."""

    path: str
    action: str
    args: Mapping[str, Json]
    timeout: float


@dataclass(frozen=True, slots=True)
class Backoff:
    """Wait before another attempt: exponential with full jitter, `at_least` seconds."""

    path: str
    attempt: int
    delay: float
    max_delay: float
    at_least: float = 0.0


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a decision: its text, what it came to, and the values in it.

    `value` is None for a clause that was not looked at because an earlier one decided.
    """

    text: str
    value: bool | None
    operands: tuple[tuple[str, Json], ...] = ()


@dataclass(frozen=True, slots=True)
class Decide:
    """Tell a decision; answered with it, or with "both" where a dry run cannot know."""

    path: str
    value: bool | Literal["unknown"]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Assign:
    """Tell what a step set, for the reader of the run."""

    path: str
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Now:
    """Ask the time: Unix seconds."""

    path: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait `seconds`, or until the instant `until` (Unix seconds). Answered with the time."""

    path: str
    seconds: float = 0.0
    until: float | None = None


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Wait for a webhook: answered with it; at the timeout with None, or (`fails`) a failure.

    `match` is rendered. `event_ref` is the event that is meant, None for any.
    """

    path: str
    types: tuple[str, ...]
    match: Mapping[str, Json]
    timeout: float
    event_ref: str | None
    fails: bool = False


@dataclass(frozen=True, slots=True)
class ReadState:
    """Read the values kept between the runs of the recipe: a mapping."""

    path: str


@dataclass(frozen=True, slots=True)
class WriteState:
    """Change the values kept between runs; the three kinds in this order."""

    path: str
    assign: Mapping[str, Json]
    increment: Mapping[str, int | float]
    delete: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """Take `key` in the ledger of the step `once_id`; answered with whether it was free."""

    path: str
    once_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Release:
    """Give a claim back: the step certainly had no effect."""

    path: str
    once_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Pass:
    """Ask whether the run passes the recipe's throttle for `key`; answered true or false."""

    path: str
    key: str
    within: float


@dataclass(frozen=True, slots=True)
class StartRun:
    """Run another recipe; answered with its outcome, run_id and result (or at once)."""

    path: str
    recipe: str
    inputs: Mapping[str, Json]
    detach: bool


@dataclass(frozen=True, slots=True)
class Gather:
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command."""

    value: Any = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The command did not do what it should."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Expired:
    """The run's time is over; nothing was done."""


@dataclass(frozen=True, slots=True)
class BranchEnd:
    """How a branch ended: with a value, or by what it raised."""

    value: Any = None
    raised: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The ends of all branches."""

    ends: tuple[BranchEnd, ...]


Result: TypeAlias = Answer | Failed | Expired | Gathered

Steps: TypeAlias = Generator[Command, Result, Any]
"""A part of a run: yields commands, is sent results, returns what the part came to."""


@dataclass(frozen=True, slots=True)
class Fault:
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


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended. `reason` is for people; `result` is what it `set` last."""

    outcome: Outcome
    reason: str = ""
    fault: Fault | None = None
    result: Mapping[str, Json] | None = None
