"""Run policy: in which group a run stands, and whether its start collects first.

`concurrency`, `debounce` and `batch` are decided when the event enters, in the same transaction
that journals it; `throttle` is asked by the run itself once its conditions hold, so that an event
that would not have fired silences nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from beeflow.engine.commands import Ending, Fault
from beeflow.engine.hiding import of_no_run
from beeflow.engine.interpreter.calls import ledger_key
from beeflow.engine.journal.records import Delay, Start
from beeflow.engine.scope import InputScope, SecretScope, trigger_scope
from beeflow.errors import ExpressionError, Failure
from beeflow.recipe.templates import Context, parse_expression, trace_expression
from beeflow.types import Json, instant, zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.engine.event import Event
    from beeflow.engine.ports import Secrets
    from beeflow.recipe.model import Expr, Recipe

Mode = Literal["queue", "drop", "restart", "parallel"]


class Asked(msgspec.Struct, frozen=True):
    """A start that is asked for: the recipe, by which trigger, for which event.

    `awaited` are the groups in which runs of this very recipe wait for the end of this one: it
    must not queue up behind them.
    """

    recipe: Recipe
    trigger: int
    event: Event
    inputs: Mapping[str, Json]
    depth: int = 1
    cause: str | None = None
    awaited: frozenset[str | None] = frozenset()


def start(asked: Asked, secrets: Secrets) -> Start:
    """Return the start with its policy worked out.

    Where a key cannot be evaluated, the run is recorded as failed, with the reason.
    """
    try:
        scope = _Scope(asked, secrets)
        group, mode, most = _group(asked, scope)
        return _start(asked, group, mode, most, _delay(asked.recipe, scope))
    except ExpressionError as error:
        return _denied(asked, error, secrets)


class _Scope:
    """The names a policy's key may use; made only when one is evaluated."""

    def __init__(self, asked: Asked, secrets: Secrets) -> None:
        self._asked = asked
        self._secrets = secrets

    def key(self, expr: Expr | None) -> str:
        if expr is None:
            return ""
        recipe, event = self._asked.recipe, self._asked.event
        home = zone(recipe.timezone)
        secrets = SecretScope(self._secrets)
        name = recipe.triggers[self._asked.trigger].name if self._asked.trigger >= 0 else None
        names: dict[str, Any] = {
            "trigger": trigger_scope(event, name, home),
            "inputs": InputScope(self._asked.inputs, recipe.inputs, secrets),
            "secrets": secrets,
            "now": instant(event.received_at).astimezone(home),
        }
        compiled = parse_expression(expr.text)
        if "secrets" not in compiled.names:
            return ledger_key(compiled.evaluate(names, Context(zone=home)))
        # A key that cannot be evaluated is told, and must not tell a part of a secret.
        watched = Context(zone=home, taint=of_no_run(self._secrets))
        return ledger_key(trace_expression(expr.text).evaluate(names, watched))


def _group(asked: Asked, scope: _Scope) -> tuple[str | None, Mode, int | None]:
    """Return the concurrency group (None: side by side), its mode and its bound."""
    group, mode, most = _wanted_group(asked, scope)
    if mode in {"queue", "parallel"} and group in asked.awaited:
        return None, "parallel", None
    return group, mode, most


def _wanted_group(asked: Asked, scope: _Scope) -> tuple[str | None, Mode, int | None]:
    wanted = asked.recipe.concurrency
    ref = asked.event.event_ref
    if wanted is None:
        return (ref, "queue", None) if ref is not None else (None, "parallel", None)
    if wanted.mode == "parallel" and wanted.max is None:
        return None, "parallel", None
    group = scope.key(wanted.group) if wanted.group is not None else ref or ""
    return group, wanted.mode, wanted.max


def _delay(recipe: Recipe, scope: _Scope) -> Delay | None:
    if recipe.debounce is not None:
        debounce = recipe.debounce
        return Delay("debounce", scope.key(debounce.key), debounce.quiet, debounce.max)
    if recipe.batch is not None:
        batch = recipe.batch
        return Delay("batch", scope.key(batch.key), batch.window, float(batch.max))
    return None


def _start(
    asked: Asked, group: str | None, mode: Mode, most: int | None, delay: Delay | None
) -> Start:
    return Start(
        recipe=asked.recipe.id,
        recipe_hash=asked.recipe.hash,
        trigger=asked.trigger,
        group=group,
        mode=mode,
        max=most,
        delay=delay,
        inputs=asked.inputs,
        event_ref=asked.event.event_ref,
        depth=asked.depth,
        cause=asked.cause,
    )


def _denied(asked: Asked, error: ExpressionError, secrets: Secrets) -> Start:
    operands = tuple((text, secrets.mask(value)) for text, value in error.operands)
    fault = Fault(Failure("template", error.message), step="policy", operands=operands)
    ending = Ending("failed", f"a key of its policy cannot be evaluated: {error.message}", fault)
    return Start(
        recipe=asked.recipe.id,
        recipe_hash=asked.recipe.hash,
        trigger=asked.trigger,
        inputs=asked.inputs,
        event_ref=asked.event.event_ref,
        depth=asked.depth,
        cause=asked.cause,
        deny=ending,
    )
