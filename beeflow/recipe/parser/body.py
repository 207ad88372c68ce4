"""The keys that make a recipe run: from `inputs` to `timeout`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from beeflow.recipe.document import MappingNode
from beeflow.recipe.parser import policy
from beeflow.recipe.parser.calls import fetches
from beeflow.recipe.parser.conditions import conditions
from beeflow.recipe.parser.inputs import declared_inputs
from beeflow.recipe.parser.place import Place
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.scalars import duration
from beeflow.recipe.parser.steps import steps
from beeflow.recipe.parser.triggers import triggers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.recipe.model import (
        Batch,
        CancelOn,
        Concurrency,
        Condition,
        Debounce,
        Fetch,
        Input,
        Step,
        Throttle,
        Trigger,
    )
    from beeflow.recipe.parser.fields import Fields
    from beeflow.recipe.parser.scope import Scope

_T = TypeVar("_T")


class Policy(msgspec.Struct, frozen=True):
    """How runs of a recipe relate to one another."""

    concurrency: Concurrency | None
    throttle: Throttle | None
    debounce: Debounce | None
    batch: Batch | None
    cancel_on: tuple[CancelOn, ...]
    timeout: float | None


class Body(msgspec.Struct, frozen=True):
    """What a recipe does, and when."""

    triggers: tuple[Trigger, ...]
    fetch: tuple[Fetch, ...]
    conditions: tuple[Condition, ...]
    actions: tuple[Step, ...]
    on_error: tuple[Step, ...]
    policy: Policy


def read_inputs(reading: Reading, fields: Fields, scope: Scope) -> dict[str, Input]:
    """Read `inputs`."""
    place = fields.get("inputs")
    return declared_inputs(reading, place, scope) if place else {}


def read_body(reading: Reading, fields: Fields, scope: Scope) -> Body:
    """Read everything but the head and the inputs, in the order in which names come about."""

    def read(key: str, reader: Callable[[Reading, Place], _T]) -> _T | None:
        place = fields.get(key)
        return reader(reading, place) if place else None

    started = read("trigger", triggers) or ()
    fetch = read("fetch", lambda reading, place: fetches(reading, place, scope)) or ()
    held = read("conditions", conditions) or ()
    handled = scope.branch()
    return Body(
        started,
        fetch,
        held,
        _steps(reading, fields.get("actions"), scope),
        _steps(reading, fields.get("on_error"), handled),
        Policy(
            read("concurrency", policy.concurrency),
            read("throttle", policy.throttle),
            read("debounce", policy.debounce),
            read("batch", policy.batch),
            read("cancel_on", policy.cancel_on) or (),
            read("timeout", lambda reading, place: duration(reading, place, least=0.001)),
        ),
    )


def _steps(reading: Reading, place: Place | None, scope: Scope) -> tuple[Step, ...]:
    return steps(reading, place, scope) if place else ()


def hold_startable(reading: Reading, fields: Fields, declared: Mapping[str, Input]) -> None:
    """Report inputs without a default in a recipe that a trigger starts: it cannot give them."""
    place = fields.get("inputs")
    if place is None or not fields.has("trigger"):
        return
    for name, one in declared.items():
        if one.required:
            message = f"the input `{name}` has no default, and a trigger cannot give it"
            help_ = (
                "add `default`, or remove `trigger`: such a recipe is started by hand or by `run`"
            )
            node = place.node.entry(name) if isinstance(place.node, MappingNode) else None
            at = Place(node.key, f"{place.path}/{name}") if node else place
            reading.report(at, Finding("missing-input", message, help_))
