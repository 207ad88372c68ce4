"""What recipes see: `trigger`, `inputs`, `secrets`, `state` and `loop`, from the engine's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from beeflow.errors import UndefinedName
from beeflow.types import Json, moment

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from beeflow.engine.event import Event
    from beeflow.engine.ports import Secrets
    from beeflow.recipe.model import Input

_INNER_SOURCES: Final = frozenset({"schedule", "event_start", "watch", "run", "manual"})
_ENVELOPE: Final = frozenset({"type", "id", "timestamp", "data"})
_INSTANTS: Final = frozenset({"scheduled_for", "fired_at"})

EVENT_REF_FIELDS: Final = ("event_ref", "poll_event_ref", "video_event_ref")
"""The fields of `data` that carry an event's reference (recipe language, section 10)."""


def event_ref_of(payload: Mapping[str, Json]) -> str | None:
    """Return the reference of the event a payload is about, or None."""
    for place in (payload.get("data"), payload.get("event")):
        if isinstance(place, Mapping):
            for field in EVENT_REF_FIELDS:
                ref = place.get(field)
                if isinstance(ref, str) and ref:
                    return ref
    return None


def kind_of(event: Event) -> str:
    """Return `trigger.kind`: `webhook`, or the inner source that made the event."""
    return event.source if event.source in _INNER_SOURCES else "webhook"


def trigger_scope(event: Event, name: str | None, zone: tzinfo) -> dict[str, Any]:
    """Return `trigger`: the envelope, `data`, and whatever else the payload carries."""
    payload = event.payload
    data = payload.get("data")
    scope: dict[str, Any] = {
        "kind": kind_of(event),
        "name": name,
        "type": event.type,
        "id": event.payload_id or event.id,
        "timestamp": payload.get("timestamp"),
        "received_at": moment(event.received_at, zone),
        "data": data if data is not None else {},
    }
    for key, value in payload.items():
        if key not in _ENVELOPE and key not in scope:
            scope[key] = _moment(value, zone) if key in _INSTANTS else value
    return scope


def _moment(value: Json, zone: tzinfo) -> datetime | Json:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return moment(value, zone)
    return value


def batch_scope(events: Sequence[Event], name: str | None, zone: tzinfo) -> dict[str, Any]:
    """Return `trigger` of a batch: the first event's, with `items`, one trigger for each."""
    scope = trigger_scope(events[0], name, zone)
    scope["items"] = [trigger_scope(event, name, zone) for event in events]
    return scope


class SecretScope(msgspec.Struct, frozen=True):
    """`secrets` in expressions: looked up when asked for, and never listed."""

    secrets: Secrets

    def attribute(self, name: str) -> object:
        """Return the value of a secret; raises `UndefinedName` with the mend."""
        value = self.secrets.get(name)
        if value is None:
            raise UndefinedName(
                f"there is no secret `{name}`: set BEEFLOW_SECRET_{name} in the environment, "
                "or put a file of that name into the folder `secrets.dir`"
            )
        return value

    def names(self) -> tuple[str, ...]:
        """Tell nothing: which secrets exist is nobody's business."""
        return ()


class InputScope(msgspec.Struct, frozen=True):
    """`inputs` in expressions; an input of the type `secret` is looked up when asked for."""

    values: Mapping[str, Json]
    kinds: Mapping[str, Input]
    secrets: SecretScope

    def attribute(self, name: str) -> object:
        """Return an input's value; raises `KeyError` for one that is not declared."""
        value = self.values[name]
        if name in self.kinds and self.kinds[name].type == "secret" and value is not None:
            return self.secrets.attribute(str(value).removeprefix("secret:"))
        return value

    def names(self) -> tuple[str, ...]:
        """List the inputs."""
        return tuple(self.values)


class StateScope(msgspec.Struct, frozen=True):
    """`state` in expressions: the values kept between runs. The templates know its `get`."""

    values: Mapping[str, Json]

    def attribute(self, name: str) -> object:
        """Return a kept value; raises `KeyError` for one that is not there (yet)."""
        return self.values[name]

    def names(self) -> tuple[str, ...]:
        """List the keys there are."""
        return tuple(self.values)


def loop_scope(index: int, length: int | None) -> dict[str, Any]:
    """Return `loop` for the turn `index` (from 0) of `length` (None: not known)."""
    scope: dict[str, Any] = {"index": index + 1, "index0": index, "first": index == 0}
    if length is not None:
        scope |= {"length": length, "last": index == length - 1}
    return scope
