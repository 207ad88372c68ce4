"""The rest of a recipe in words: triggers, conditions, inputs and run policy."""

from __future__ import annotations

from functools import singledispatch

from beeflow.drivers.wording.steps import Facets, call_facets
from beeflow.drivers.wording.values import duration, filled, nested, said, value_text
from beeflow.recipe.model import (
    AllOf,
    AnyOf,
    Batch,
    CancelOn,
    Concurrency,
    Condition,
    Debounce,
    EventStartTrigger,
    Expr,
    Fetch,
    Input,
    Not,
    Recipe,
    RunTrigger,
    ScheduleTrigger,
    Throttle,
    Trigger,
    WatchTrigger,
    WebhookTrigger,
)
from beeflow.types import format_duration


def condition_text(condition: Condition) -> str:
    """Return a condition on one line: `any of (a, b)`, `not (a)`."""
    match condition:
        case Expr():
            return condition.text
        case Not():
            return f"not ({condition_text(condition.clause)})"
        case AllOf():
            return f"all of ({', '.join(map(condition_text, condition.clauses))})"
        case AnyOf():
            return f"any of ({', '.join(map(condition_text, condition.clauses))})"


# --- triggers --------------------------------------------------------------------------------


def trigger_facets(trigger: Trigger) -> Facets:
    """Return all that a trigger says."""
    return _trigger(trigger) | filled({"name": trigger.name})


@singledispatch
def _trigger(trigger: Trigger) -> Facets:
    """Return what a trigger says beside its name; each kind has its own way, below."""
    raise TypeError(f"{trigger} is no trigger")


@_trigger.register
def _webhook(trigger: WebhookTrigger) -> Facets:
    return {"webhook": ", ".join(trigger.types)} | nested("match", trigger.match)


@_trigger.register
def _schedule(trigger: ScheduleTrigger) -> Facets:
    every = None if trigger.every is None else f"every {format_duration(trigger.every)}"
    at = None if trigger.at is None else f"at {trigger.at}"
    usual = ScheduleTrigger(trigger.timezone)
    more = {
        "missed": None if trigger.missed == usual.missed else trigger.missed,
        "grace": None if trigger.grace == usual.grace else duration(trigger.grace),
    }
    told = {"schedule": trigger.cron or every or at or "", "timezone": trigger.timezone}
    return told | filled(more)


@_trigger.register
def _event_start(trigger: EventStartTrigger) -> Facets:
    usual = EventStartTrigger(trigger.offset)
    more = {
        "if_past": None if trigger.if_past == usual.if_past else trigger.if_past,
        "reconcile": (
            None if trigger.reconcile == usual.reconcile else duration(trigger.reconcile)
        ),
    }
    return {"event_start": offset_text(trigger.offset)} | filled(more)


def offset_text(seconds: float) -> str:
    """Return an offset from an event's start: `15m before`."""
    if not seconds:
        return "at the start"
    return f"{format_duration(abs(seconds))} {'before' if seconds < 0 else 'after'}"


@_trigger.register
def _watch(trigger: WatchTrigger) -> Facets:
    facets = {"watch.every": format_duration(trigger.every)}
    for wanted in trigger.fetch:
        facets |= {f"fetch.{wanted.name}.{key}": text for key, text in fetch_facets(wanted).items()}
    if trigger.for_events is not None:
        facets["for_events"] = value_text(trigger.for_events)
    more = {
        "when": None if trigger.when is None else trigger.when.text,
        "for": duration(trigger.hold or None),
        "fires": None if trigger.fires == "once" else trigger.fires,
        "items": None if trigger.items is None else trigger.items.text,
        "key": None if trigger.key is None else trigger.key.text,
    }
    return facets | filled(more)


@_trigger.register
def _run(trigger: RunTrigger) -> Facets:
    return {"run": ", ".join(trigger.outcomes), "recipe": trigger.recipe}


# --- fetch, inputs, policy -------------------------------------------------------------------


def fetch_facets(wanted: Fetch) -> Facets:
    """Return all that a named read says."""
    facets = call_facets(wanted.call)
    if wanted.on_error == "continue":
        facets |= {"on_error": "continue", "default": value_text(wanted.default)}
    return facets


def input_facets(declared: Input) -> Facets:
    """Return all that an input says; `value` is what it is unless somebody gives another."""
    more = {
        "value": None if declared.required else value_text(declared.value),
        "options": value_text(declared.options) if declared.options else None,
        "description": declared.description or None,
    }
    return {"type": declared.type} | filled(more)


def cancel_facets(cancel: CancelOn) -> Facets:
    """Return all that a `cancel_on` says."""
    flags = filled({"any_event": said(cancel.any_event)})
    return {"webhook": ", ".join(cancel.types)} | nested("match", cancel.match) | flags


def policies(recipe: Recipe) -> dict[str, Facets]:
    """Return the run policies a recipe sets, by key."""
    found = {
        name: _policy(value)
        for name in ("concurrency", "throttle", "debounce", "batch")
        if (value := getattr(recipe, name)) is not None
    }
    if recipe.timeout is not None:
        found["timeout"] = {"timeout": format_duration(recipe.timeout)}
    return found


@singledispatch
def _policy(policy: object) -> Facets:
    """Return what a policy says; each kind has its own way, below."""
    raise TypeError(f"{policy} is no policy")


def _key(key: Expr | None) -> str | None:
    return None if key is None else key.text


@_policy.register
def _concurrency(policy: Concurrency) -> Facets:
    most = None if policy.max is None else str(policy.max)
    return filled({"mode": policy.mode, "group": _key(policy.group), "max": most})


@_policy.register
def _throttle(policy: Throttle) -> Facets:
    return {"once_within": format_duration(policy.within)} | filled({"key": _key(policy.key)})


@_policy.register
def _debounce(policy: Debounce) -> Facets:
    more = filled({"key": _key(policy.key), "max": duration(policy.max)})
    return {"quiet": format_duration(policy.quiet)} | more


@_policy.register
def _batch(policy: Batch) -> Facets:
    told = {"window": format_duration(policy.window), "max": str(policy.max)}
    return told | filled({"key": _key(policy.key)})
