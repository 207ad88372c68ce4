"""What nobody may read: the configured secrets, and what a run learned that is secret by nature.

A stream key comes in a webhook's field, and the field is masked wherever the webhook is shown.
Once a recipe has put the key into a text, no field tells it any more: so the values that a run
saw in such fields are taken out of all that is shown of it, as the configured secrets are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

if TYPE_CHECKING:
    from beeflow.engine.event import Event
    from beeflow.engine.journal.records import OpenRun, Record
    from beeflow.types import Json

Hide: TypeAlias = "Callable[[Json], Json]"
"""Returns JSON with some values replaced by `***`; the same object where there is none."""

_MASK: Final = "***"


class Masking(msgspec.Struct, frozen=True):
    """How secrets are kept from readers.

    `payload` returns an event's payload without the fields that are secret by nature (stream
    keys, passwords, signed addresses); `output` does so for what an action answered; `secrets`
    replaces the values of configured secrets wherever they occur, and is applied last to all.
    `hiding` makes what replaces other values in the same way.
    """

    payload: Callable[[Event], Json]
    output: Callable[[Record], Json]
    secrets: Hide
    hiding: Callable[[Collection[str]], Hide]


def only(secrets: Hide) -> Masking:
    """Return the masking where nothing is secret but the configured secrets."""
    return Masking(_payload, _output, secrets, lambda _values: lambda value: value)


def _payload(event: Event) -> Json:
    payload: Json = event.payload  # type: ignore[assignment]  # a mapping that nobody changes
    return payload


def _output(record: Record) -> Json:
    return record.output


class Hider:
    """Takes out of JSON what nobody may read of one run. It learns as the run goes on."""

    __slots__ = ("_hide", "_masking", "_values")

    def __init__(self, masking: Masking, opened: OpenRun) -> None:
        self._masking = masking
        self._values: frozenset[str] = frozenset()
        self._hide: Hide | None = None
        for event in opened.events:
            self._learn(event.payload, masking.payload(event))
        for record in opened.records.values():
            self.learn(record)

    def learn(self, record: Record) -> None:
        """Take down what an answer holds that is secret."""
        if record.output is not None:
            self._learn(record.output, self._masking.output(record))

    def _learn(self, raw: object, masked: object) -> None:
        if raw is masked:
            return
        new = frozenset(concealed(raw, masked)) - self._values
        if new:
            self._values |= new
            self._hide = self._masking.hiding(self._values)

    def __call__(self, value: Json) -> Json:
        """Return `value` as people may see it."""
        shown = self._masking.secrets(value)
        return shown if self._hide is None else self._hide(shown)


def concealed(raw: object, masked: object) -> Iterator[str]:
    """Yield the texts of `raw` in whose place `masked`, a copy of it, has `***`."""
    if raw is masked:
        return
    if masked == _MASK:
        yield from _texts(raw)
    elif isinstance(raw, Mapping) and isinstance(masked, Mapping):
        for key, item in raw.items():
            yield from concealed(item, masked.get(key, item))
    elif isinstance(raw, list) and isinstance(masked, list):
        for item, other in zip(raw, masked, strict=False):
            yield from concealed(item, other)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
