"""Looking at one event with one recipe: the real interpreter, as far as its first step.

The trigger is asked as the door asks it; then the interpreter makes its reads, decides on the
conditions and asks its throttle. What it would do next, nobody does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from beeflow.drivers.account import Decided
from beeflow.drivers.documented import Documented
from beeflow.drivers.dryrun import undocumented
from beeflow.drivers.hidden_secrets import HiddenSecrets
from beeflow.drivers.occasion import ask_trigger
from beeflow.engine import commands as c
from beeflow.engine.interpreter import Begin, interpret
from beeflow.engine.machine import Machine
from beeflow.engine.scope import InputScope, SecretScope, batch_scope, kind_of, trigger_scope
from beeflow.recipe.model import (
    EventStartTrigger,
    RunTrigger,
    ScheduleTrigger,
    Trigger,
    WatchTrigger,
    WebhookTrigger,
)
from beeflow.recipe.templates import Unknown
from beeflow.recipe.typing import type_of_schema
from beeflow.types import Json, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.drivers.dryrun import AnswerOf
    from beeflow.drivers.recorded import Recorded
    from beeflow.engine.event import Event
    from beeflow.engine.hiding import Hider
    from beeflow.engine.ports import Actions, Secrets
    from beeflow.recipe.model import Recipe

Verdict: TypeAlias = Literal["fires", "depends", "not_wanted", "conditions", "throttled", "failed"]
"""What comes of an event: `depends` is on something that only the platform knows."""

KINDS: Final[Mapping[type, str]] = {
    WebhookTrigger: "webhook",
    ScheduleTrigger: "schedule",
    EventStartTrigger: "event_start",
    WatchTrigger: "watch",
    RunTrigger: "run",
}


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a look stands on.

    `recorded` are answers of reads; `state` the values kept between the recipe's runs; `passes`
    says whether a throttle's key lets the event through. `trigger` is the index of the trigger
    that the event was made for, where that is not for its patterns to say. `shown` knows what
    nobody may read, and is told what is computed of it.
    """

    recipe: Recipe
    actions: Actions
    secrets: Secrets
    recorded: Recorded
    shown: Hider
    answer_of: AnswerOf = undocumented
    state: Mapping[str, Json] = msgspec.field(default_factory=dict)
    passes: Callable[[str], bool] = msgspec.field(default=lambda _key: True)
    trigger: int | None = None


class Look(msgspec.Struct):
    """What a look came to.

    `triggers` is the word of each trigger, `decision` that on the conditions. `unanswered` are
    the reads that nobody has an answer to, `key` is the throttle's, `failure` why it failed.
    """

    triggers: tuple[Decided, ...]
    verdict: Verdict = "not_wanted"
    trigger: int = -1
    decision: c.Decide | None = None
    unanswered: list[str] = msgspec.field(default_factory=list)
    key: str | None = None
    failure: str = ""

    @property
    def fires(self) -> bool:
        """Whether nothing that is known keeps the recipe from firing."""
        return self.verdict in {"fires", "depends"}


def look(ground: Ground, event: Event) -> Look:
    """Look at an event."""
    words = tuple(_ask(one, event, ground, at) for at, one in enumerate(ground.recipe.triggers))
    found = Look(words)
    wanted = next((at for at, word in enumerate(words) if word.value is True), None)
    by_hand = kind_of(event) == "manual"
    if wanted is None and not by_hand:
        return found
    found.trigger = -1 if wanted is None else wanted
    _go(ground, event, found)
    return found


def _ask(trigger: Trigger, event: Event, ground: Ground, at: int) -> Decided:
    """Ask a trigger; of one that is no webhook, whether the event was made for it."""
    if isinstance(trigger, WebhookTrigger):
        return ask_trigger(trigger, event)
    kind = KINDS[type(trigger)]
    made = kind_of(event) == kind and ground.trigger in {None, at}
    return Decided("trigger", made, (c.Clause(kind, made, (("kind", kind_of(event)),)),))


def _go(ground: Ground, event: Event, found: Look) -> None:
    """Go on with the interpreter until it comes to its first step, or to its end."""
    machine = Machine(interpret(_begin(ground, event, found.trigger)))
    found.verdict = "fires"
    try:
        while machine.ended is None:
            path, command = next(iter(machine.pending.items()))
            if path.startswith("actions/"):
                return
            if path.startswith("on_error/"):
                found.verdict = "failed"
                return
            machine.resolve(path, _answer(ground, event, command, found))
        _ended(machine.ended, found)
    finally:
        machine.close()


def _ended(ending: c.Ending, found: Look) -> None:
    if ending.fault is not None:
        found.verdict, found.failure = "failed", ending.fault.failure.message
    elif ending.outcome == "skipped" and found.verdict not in {"conditions", "throttled"}:
        found.verdict = "conditions"


def _begin(ground: Ground, event: Event, trigger: int) -> Begin:
    recipe = ground.recipe
    home = zone(recipe.timezone)
    name = recipe.triggers[trigger].name if trigger >= 0 else None
    batched = recipe.batch is not None and trigger >= 0
    scope = batch_scope((event,), name, home) if batched else trigger_scope(event, name, home)
    there = all(ground.secrets.get(one) is not None for one in recipe.secrets)
    secrets = SecretScope(ground.secrets)
    values = {name: one.value for name, one in recipe.inputs.items()}
    return Begin(
        recipe=recipe,
        actions=ground.actions,
        trigger=scope,
        inputs=InputScope(values, recipe.inputs, secrets),
        secrets=secrets if there else HiddenSecrets(),
        run="run_explained",
        event_ref=event.event_ref,
        secrecy=ground.shown,
    )


def _answer(ground: Ground, event: Event, command: c.Command, found: Look) -> c.Result:
    match command:
        case c.Now() | c.Wait() | c.Backoff():
            return c.Answer(event.received_at)
        case c.ReadState():
            return c.Answer(dict(ground.state))
        case c.Decide():
            return _decided(command, found)
        case c.Pass():
            found.key = command.key
            passes = ground.passes(command.key)
            found.verdict = found.verdict if passes else "throttled"
            return c.Answer(passes)
        case c.Call():
            return _read(ground, command, found)
    return c.Answer()


def _decided(decision: c.Decide, found: Look) -> c.Result:
    found.decision = decision
    if decision.value == "unknown":
        found.verdict = "depends"
        return c.Answer("both")
    found.verdict = "fires" if decision.value else "conditions"
    return c.Answer(decision.value)


def _read(ground: Ground, call: c.Call, found: Look) -> c.Result:
    recorded = ground.recorded.answer(call, ground.shown)
    if isinstance(recorded, c.Failed):
        # Nobody tries again here: what was answered in the end is what counts.
        return c.Failed(replace(recorded.failure, retryable=False))
    if recorded is not None:
        return recorded
    label = call.path.partition("#")[0].rpartition("/")[2]
    found.unanswered.append(f"{label} ({call.action})")
    shape: Any = Documented(type_of_schema(ground.answer_of(call.action)))
    return c.Answer(Unknown(label, shape=shape))
