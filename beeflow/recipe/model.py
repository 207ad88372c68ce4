"""A recipe as the engine sees it: frozen, complete, every default filled in.

The parser (`beeflow.recipe.parser`) makes these; nothing else does. Durations are float seconds.
Expressions and templates are kept as text with their place: they are compiled when first used
and cached by text (`beeflow.recipe.templates`), so that ten thousand recipes cost little memory.
None of these can be part of a cycle, so that the collector need not look for one (`gc=False`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from beeflow.recipe.problem import Span
    from beeflow.types import Json


class Expr(msgspec.Struct, frozen=True, gc=False):
    """A bare expression, as in `conditions` and `if`."""

    text: str
    span: Span


class Template(msgspec.Struct, frozen=True, gc=False):
    """A text with `{{ }}` or `{% %}` in it."""

    text: str
    span: Span


Value: TypeAlias = (
    "bool | int | float | str | Template | Sequence[Value] | Mapping[str, Value] | None"
)
"""JSON in which any text may be a template. Keys are never templates."""

Delay: TypeAlias = "float | Template"
"""Seconds, or a template that renders to a duration when the step is reached."""

Match: TypeAlias = Mapping[str, Value]
"""A pattern as it was written: dotted path to value, list or operator (section 4)."""


# --- what starts a run -----------------------------------------------------------------------


class WebhookTrigger(msgspec.Struct, frozen=True, gc=False):
    """`{webhook: TYPE | [TYPES], match: {...}}`; a type may hold `*`."""

    types: tuple[str, ...]
    match: Match
    name: str | None = None


class ScheduleTrigger(msgspec.Struct, frozen=True, gc=False):
    """`{schedule: CRON | {every: ...} | {at: ...}}`; exactly one of the three is set.

    `at` is the text as written; without an offset it is in `timezone`.
    """

    timezone: str
    cron: str | None = None
    every: float | None = None
    at: str | None = None
    missed: Literal["skip", "once", "all"] = "once"
    grace: float = 3600.0
    name: str | None = None


class EventStartTrigger(msgspec.Struct, frozen=True, gc=False):
    """`{event_start: -15m}`: `offset` seconds from each event's `event_date`."""

    offset: float
    if_past: Literal["skip", "now"] = "skip"
    reconcile: float = 600.0
    name: str | None = None


class WatchTrigger(msgspec.Struct, frozen=True, gc=False):
    """`{watch: {...}}`: API data looked at every so often, firing on the edge.

    `for_events` are the filters on events it runs for (`None`: once, not for each event).
    With `fires` "once", `when` is set; with "each", `items` and `key` are.
    """

    every: float
    fetch: tuple[Fetch, ...]
    for_events: Mapping[str, Value] | None = None
    when: Expr | None = None
    hold: float = 0.0
    fires: Literal["once", "each"] = "once"
    items: Expr | None = None
    key: Expr | None = None
    name: str | None = None


class RunTrigger(msgspec.Struct, frozen=True, gc=False):
    """`{run: failed, recipe: "*"}`: another recipe's run ended so."""

    outcomes: tuple[str, ...]
    recipe: str = "*"
    name: str | None = None


Trigger: TypeAlias = (
    WebhookTrigger | ScheduleTrigger | EventStartTrigger | WatchTrigger | RunTrigger
)


# --- calls -----------------------------------------------------------------------------------


class Retry(msgspec.Struct, frozen=True, gc=False):
    """`attempts` counts the first; delays in seconds, exponential with full jitter."""

    attempts: int = 5
    delay: float = 1.0
    max_delay: float = 300.0


DEFAULT_TIMEOUT = 30.0
"""Seconds that one attempt of a call may take."""


class ActionCall(msgspec.Struct, frozen=True, gc=False):
    """A named action and what it is called with."""

    action: str
    args: Mapping[str, Value]
    span: Span
    retry: Retry = Retry()
    timeout: float = DEFAULT_TIMEOUT
    pages: int | Literal["all"] | None = None


class Fetch(msgspec.Struct, frozen=True, gc=False):
    """A named read before the conditions; with `on_error` "continue" it becomes `default`."""

    name: str
    call: ActionCall
    on_error: Literal["fail", "continue"] = "fail"
    default: Value = None


# --- conditions ------------------------------------------------------------------------------


class AllOf(msgspec.Struct, frozen=True, gc=False):
    """`{all: [...]}`."""

    clauses: tuple[Condition, ...]


class AnyOf(msgspec.Struct, frozen=True, gc=False):
    """`{any: [...]}`."""

    clauses: tuple[Condition, ...]


class Not(msgspec.Struct, frozen=True, gc=False):
    """`{not: ...}`."""

    clause: Condition


Condition: TypeAlias = Expr | AllOf | AnyOf | Not


# --- steps -----------------------------------------------------------------------------------


class StepHead(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What every step has: its path in the recipe (`actions/2/then/0`), a name, a guard."""

    path: str
    span: Span
    name: str | None = None
    guard: Expr | None = None


class ActionStep(msgspec.Struct, frozen=True, gc=False):
    """`action:`. `once_id` tells this step from others in the ledger and survives edits."""

    head: StepHead
    call: ActionCall
    into: str | None = None
    on_error: Literal["fail", "continue"] | tuple[Step, ...] = "fail"
    on_unknown: Literal["fail", "retry", "continue"] = "fail"
    once: Expr | None = None
    once_id: str = ""


class IfStep(msgspec.Struct, frozen=True, gc=False):
    """`if:` with `then`."""

    head: StepHead
    condition: Expr
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...] = ()


class ChooseStep(msgspec.Struct, frozen=True, gc=False):
    """`choose:`; the first arm whose condition holds."""

    head: StepHead
    arms: tuple[tuple[Expr, tuple[Step, ...]], ...]
    otherwise: tuple[Step, ...] = ()


class ForEachStep(msgspec.Struct, frozen=True, gc=False):
    """`for_each:`; `item` names the item, `into` collects the last result of each turn."""

    head: StepHead
    items: Expr
    do: tuple[Step, ...]
    item: str = "item"
    parallel: int = 1
    into: str | None = None
    on_error: Literal["fail", "continue"] = "fail"


class RepeatStep(msgspec.Struct, frozen=True, gc=False):
    """`repeat:`; exactly one of `until` and `times` is set. `max_turns` goes with `until`."""

    head: StepHead
    do: tuple[Step, ...]
    until: Expr | None = None
    times: int | Expr | None = None
    every: float = 0.0
    max_turns: int | None = None


class ParallelStep(msgspec.Struct, frozen=True, gc=False):
    """`parallel:`; one tuple of steps for each branch."""

    head: StepHead
    branches: tuple[tuple[Step, ...], ...]


class WaitStep(msgspec.Struct, frozen=True, gc=False):
    """`wait:`; exactly one of `delay` and `until` is set."""

    head: StepHead
    delay: Delay | None = None
    until: Expr | None = None


class WaitForStep(msgspec.Struct, frozen=True, gc=False):
    """`wait_for:`; a webhook, or the timeout."""

    head: StepHead
    types: tuple[str, ...]
    match: Match
    timeout: Delay
    into: str | None = None
    on_timeout: Literal["fail", "continue"] = "fail"
    any_event: bool = False


class SetStep(msgspec.Struct, frozen=True, gc=False):
    """`set:`; names in the order written."""

    head: StepHead
    values: tuple[tuple[str, Value], ...]


class StateStep(msgspec.Struct, frozen=True, gc=False):
    """`state:`; any of its three kinds of change."""

    head: StepHead
    assign: tuple[tuple[str, Value], ...] = ()
    increment: tuple[tuple[str, Value], ...] = ()
    delete: tuple[str, ...] = ()


class RunStep(msgspec.Struct, frozen=True, gc=False):
    """`run:`; another recipe."""

    head: StepHead
    recipe: str
    args: Mapping[str, Value]
    into: str | None = None
    detach: bool = False


class StopStep(msgspec.Struct, frozen=True, gc=False):
    """`stop:`; the reason may be a template."""

    head: StepHead
    reason: Value
    outcome: Literal["succeeded", "failed"] = "succeeded"


Step: TypeAlias = (
    ActionStep
    | IfStep
    | ChooseStep
    | ForEachStep
    | RepeatStep
    | ParallelStep
    | WaitStep
    | WaitForStep
    | SetStep
    | StateStep
    | RunStep
    | StopStep
)


# --- run policy ------------------------------------------------------------------------------


class Concurrency(msgspec.Struct, frozen=True, gc=False):
    """`group` None means the default: the event's reference."""

    group: Expr | None = None
    mode: Literal["queue", "drop", "restart", "parallel"] = "queue"
    max: int | None = None


class Throttle(msgspec.Struct, frozen=True, gc=False):
    """The first for a key, then silence for `within` seconds."""

    within: float
    key: Expr | None = None


class Debounce(msgspec.Struct, frozen=True, gc=False):
    """The last for a key, once it is `quiet` seconds quiet, `max` seconds at the latest."""

    quiet: float
    key: Expr | None = None
    max: float | None = None


class Batch(msgspec.Struct, frozen=True, gc=False):
    """One run for all of a key within `window` seconds, or as soon as there are `max`."""

    window: float
    key: Expr | None = None
    max: int = 500


class CancelOn(msgspec.Struct, frozen=True, gc=False):
    """A webhook that cancels the recipe's queued and waiting runs for the same event."""

    types: tuple[str, ...]
    match: Match
    any_event: bool = False


# --- the recipe ------------------------------------------------------------------------------

InputType = Literal[
    "string",
    "integer",
    "number",
    "boolean",
    "duration",
    "datetime",
    "list",
    "choice",
    "secret",
]


class Input(msgspec.Struct, frozen=True, gc=False):
    """A declared input. `value` is what the instance's `with` gives, else the default."""

    name: str
    type: InputType
    required: bool = True
    value: Json = None
    options: tuple[Json, ...] = ()
    description: str = ""


class Bundle(msgspec.Struct, frozen=True):
    """The text of a recipe: its own file, and the blueprint it uses, by path from the root."""

    main: str
    files: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """The hash a run is pinned to: SHA-256 in hex over all names and texts."""
        digest = hashlib.sha256(self.main.encode())
        for name, text in self.files:
            digest.update(f"\0{name}\0{len(text)}\0".encode())
            digest.update(text.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """One recipe, checked for its form. `hash` is its bundle's digest."""

    id: str
    hash: str
    bundle: Bundle
    name: str = ""
    description: str = ""
    labels: tuple[str, ...] = ()
    enabled: bool = True
    mode: Literal["live", "shadow"] = "live"
    timezone: str = "UTC"
    inputs: Mapping[str, Input] = msgspec.field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()
    fetch: tuple[Fetch, ...] = ()
    conditions: tuple[Condition, ...] = ()
    actions: tuple[Step, ...] = ()
    on_error: tuple[Step, ...] = ()
    concurrency: Concurrency | None = None
    throttle: Throttle | None = None
    debounce: Debounce | None = None
    batch: Batch | None = None
    cancel_on: tuple[CancelOn, ...] = ()
    timeout: float | None = None
    secrets: frozenset[str] = frozenset()
    """The names of `secrets.NAME` that its texts mention."""
