"""Calls: once-ledger, attempts, effects, and what becomes of a failure.

What a repetition may do is the action's effect (recipe language, section 5): reads and
idempotent calls are repeated freely; a guarded one looks first whether it took effect; a once
call whose outcome is open ends `unknown`, unless the recipe says otherwise.
"""

from __future__ import annotations

import json
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from beeflow.engine.commands import (
    Answer,
    Assign,
    Backoff,
    Call,
    Claim,
    Failed,
    Look,
    Release,
    Result,
    Steps,
)
from beeflow.engine.interpreter.frame import Frame, NotAsked, Place, ask, plain
from beeflow.engine.interpreter.interrupts import RunExpired, StepFailed
from beeflow.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.engine.ports import Action
    from beeflow.recipe.model import ActionCall, ActionStep, Fetch
    from beeflow.types import Effect, Json

NOTHING: Final = object()
"""What a call came to whose outcome is open and that the recipe says to pass over."""


class _Order(msgspec.Struct, frozen=True):
    """One call as it will be sent, however often."""

    path: str
    name: str
    action: Action
    args: Mapping[str, Json]
    effect: Effect
    call: ActionCall
    on_unknown: str
    shadow: bool

    @property
    def looks(self) -> bool:
        """Whether to look for what is there, before and after."""
        return self.effect == "guarded" and not self.shadow

    @property
    def passes_over(self) -> bool:
        """Whether an attempt whose outcome is open is passed over."""
        return self.effect == "once" and self.on_unknown == "continue"


def fetch(frame: Frame, wanted: Fetch) -> Steps:
    """Make a named read; with `on_error: continue` a failure becomes the default."""
    place = Place(f"fetch/{wanted.name}", wanted.call.span)
    try:
        work = partial(_order, frame, place, wanted.call, "fail")
        order = yield from frame.asking(place, work)
        frame.names[wanted.name] = yield from _attempts(frame, place, order)
    except StepFailed as error:
        if wanted.on_error == "fail":
            raise
        yield from tell_handled(place.path, error.fault.failure)
        frame.names[wanted.name] = yield from frame.render(place, wanted.default)


def call_action(frame: Frame, place: Place, step: ActionStep) -> Steps:
    """Carry out an action step; returns its result, None where there is none."""
    try:
        try:
            order = _order(frame, place, step.call, step.on_unknown)
        except NotAsked:
            work = partial(_order, frame, place, step.call, step.on_unknown)
            order = yield from frame.asking(place, work)
        if step.once is None:
            value = yield from _attempts(frame, place, order)
        else:
            value = yield from _once(frame, place, step, order)
    except StepFailed as error:
        return (yield from _handle(frame, place, step, error))
    if value is NOTHING:
        return None
    if step.into:
        frame.names[step.into] = value
    return value


def _handle(frame: Frame, place: Place, step: ActionStep, error: StepFailed) -> Steps:
    if step.on_error == "fail":
        raise error
    if step.on_error != "continue":
        handler = frame.inner()
        handler.names["error"] = error_scope(error)
        yield from frame.program.walk(handler, step.on_error)
        handler.names.pop("error", None)
        frame.names.update(handler.names)
        frame.last_set = handler.last_set
    yield from tell_handled(place.path, error.fault.failure)
    return None


def tell_handled(path: str, failure: Failure) -> Steps:
    """Tell that the recipe handled a failure: a person's retry leaves it as it is."""
    yield from ask(Assign(f"{path}/handled", {"error": failure.message}))


def error_scope(error: StepFailed) -> dict[str, Json]:
    """Return `error` as recipes see it (recipe language, section 10)."""
    fault = error.fault
    return {
        "kind": fault.failure.kind,
        "message": fault.failure.message,
        "status": fault.failure.status,
        "step": fault.step,
        "action": fault.action,
    }


def _once(frame: Frame, place: Place, step: ActionStep, order: _Order) -> Steps:
    """Perform the call unless its key is in the ledger; a claim without effect is given back."""
    assert step.once is not None  # noqa: S101 - asked by the caller
    key = ledger_key((yield from frame.evaluate(place, step.once)))
    if not (yield from ask(Claim(f"{place.path}/once", step.once_id, key))):
        return NOTHING
    try:
        return (yield from _attempts(frame, place, order))
    except StepFailed as error:
        if not error.fault.failure.open:
            yield from ask(Release(f"{place.path}/release", step.once_id, key))
        raise


def ledger_key(value: object) -> str:
    """Return the text under which a value stands in the ledger, or as a policy's key."""
    if isinstance(value, str):
        return value
    return json.dumps(plain(value), sort_keys=True, ensure_ascii=False, default=str)


def _order(frame: Frame, place: Place, call: ActionCall, on_unknown: str) -> _Order:
    """Return the call as it will be sent; evaluates, and asks nothing."""
    action = frame.program.actions.get(call.action)
    if action is None:
        failure = Failure("action", f"there is no action `{call.action}`")
        raise frame.failed(place, failure, call.action)
    args = _arguments(frame, place, action, call)
    effect = action.effect(args)
    shadow = frame.program.recipe.mode == "shadow" and effect != "read"
    return _Order(place.path, call.action, action, args, effect, call, on_unknown, shadow)


def _arguments(frame: Frame, place: Place, action: Action, call: ActionCall) -> dict[str, Json]:
    """Render the arguments; where the action says so, what templates put in is escaped."""
    raw = frame.rendered(place, call.args["raw"]) if "raw" in call.args else None
    escapes = action.escapes if raw is not True else {}
    args: dict[str, Json] = {}
    for name, value in call.args.items():
        if type(value) is str:
            args[name] = value
        else:
            args[name] = frame.data(place, value, escapes.get(name))
    return args


def _attempts(frame: Frame, place: Place, order: _Order) -> Steps:
    """Attempt a call until it is done, refused for good, or the attempts are used up."""
    before: Mapping[str, Json] = {}
    if order.looks:
        before, value = yield from _seen_before(frame, place, order)
        if value is not NOTHING:
            return value
    for number in count(1):
        result = yield Call(
            f"{order.path}#{number}",
            order.name,
            order.args,
            order.effect,
            number,
            order.call.timeout,
            order.call.pages,
            order.shadow,
        )
        if isinstance(result, Answer):
            return result.value
        failure = _judge(result, order)
        if failure.open and order.passes_over:
            yield from tell_handled(order.path, failure)
            return NOTHING
        value = yield from _after(frame, place, order, (number, failure, before))
        if value is not NOTHING:
            return value
    raise AssertionError("counting never ends")


def _seen_before(frame: Frame, place: Place, order: _Order) -> Steps:
    """Return what was there before the first attempt, and what a retried call made late."""
    before = yield from _look(frame, place, order, "0")
    attempt = frame.program.attempt
    if attempt == 1:
        return before, NOTHING
    return before, (yield from _made(frame, place, order, before, f"again{attempt}"))


def _after(
    frame: Frame, place: Place, order: _Order, what: tuple[int, Failure, Mapping[str, Json]]
) -> Steps:
    """See what a failed attempt leaves: what it made all the same, or `NOTHING` for another."""
    number, failure, before = what
    final = not failure.retryable or number >= order.call.retry.attempts
    looks = order.looks and failure.open
    if looks or not final:
        yield from _backoff(order, number, failure)
    if looks:
        made = yield from _made(frame, place, order, before, str(number))
        if made is not NOTHING:
            yield from tell_handled(order.path, failure)
            return made
    if final:
        raise frame.failed(place, failure, order.name)
    return NOTHING


def _judge(result: Result, order: _Order) -> Failure:
    """Return the failure an attempt ended with, as the call's effect and the recipe have it."""
    if not isinstance(result, Failed):
        raise RunExpired("the run's time is over")
    failure = result.failure
    if not failure.open or order.effect != "once" or order.passes_over:
        return failure
    if order.on_unknown == "retry":
        return replace(failure, retryable=True)
    message = f"whether `{order.name}` took effect is not known: {failure.message}"
    return replace(failure, kind="unknown", message=message, retryable=False)


def _made(
    frame: Frame, place: Place, order: _Order, before: Mapping[str, Json], when: str
) -> Steps:
    """Look what the call has made since `before`: its answer, or `NOTHING`."""
    after = yield from _look(frame, place, order, when)
    made = [answer for ref, answer in after.items() if ref not in before]
    if len(made) > 1:
        raise frame.failed(place, _ambiguous(order, len(made)), order.name)
    return made[0] if made else NOTHING


def _ambiguous(order: _Order, count: int) -> Failure:
    """Return why nothing is adopted: others made the like meanwhile, and one may be ours."""
    message = f"whether `{order.name}` took effect is not known: {count} new ones may be its own"
    return Failure("unknown", message, open=True)


def _backoff(order: _Order, number: int, failure: Failure) -> Steps:
    retry = order.call.retry
    path = f"{order.path}/backoff#{number}"
    at_least = failure.retry_after or 0.0
    if order.looks and failure.kind == "timeout":
        # The platform may still be at it: it gets as long again before anybody looks.
        at_least = max(at_least, order.call.timeout)
    yield from ask(Backoff(path, number, retry.delay, retry.max_delay, at_least))


def _look(frame: Frame, place: Place, order: _Order, when: str) -> Steps:
    """Look what is there already: a read, repeated as one; `when` is "0" before the call."""
    retry = order.call.retry
    for attempt in count(1):
        result = yield Look(
            f"{order.path}/look#{when}.{attempt}", order.name, order.args, order.call.timeout
        )
        if isinstance(result, Answer):
            return result.value
        if not isinstance(result, Failed):
            raise RunExpired("the run's time is over")
        failure = result.failure
        if not failure.retryable or attempt >= retry.attempts:
            # Of the call itself nothing is known any better than before the look.
            raise frame.failed(place, replace(failure, open=when != "0"), order.name)
        path = f"{order.path}/look-backoff#{when}.{attempt}"
        at_least = failure.retry_after or 0.0
        yield from ask(Backoff(path, attempt, retry.delay, retry.max_delay, at_least))
    raise AssertionError("counting never ends")
