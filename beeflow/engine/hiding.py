"""What nobody may read: the configured secrets, and what a run learned that is secret by nature.

A stream key comes in a webhook's field, and the field is masked wherever the webhook is shown.
Once a recipe has put the key into a text, no field tells it any more: so the values that a run
saw in such fields are taken out of all that is shown of it, as the configured secrets are. So is
what its templates compute from any of them (`secrets.TOKEN | upper`): see `recipe.templates.taint`.

What is written for people is masked when it is recorded. Answers are kept as they came, for a run
that is resumed must see them again. So where one gives back a computed text, a record beside it
(`HIDDEN`) says which: whoever shows the run later has not seen it being computed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from beeflow.engine.journal.records import OpenRun, Record, Run

if TYPE_CHECKING:
    from beeflow.engine.event import Event
    from beeflow.engine.ports import Secrets
    from beeflow.types import Json

Hide: TypeAlias = "Callable[[Json], Json]"
"""Returns JSON with some values replaced by `***`; the same object where there is none."""

HIDDEN: Final = "hidden"
"""The kind of a record of texts that were computed from secrets and stand in an answer.

Also where the event by which one run starts another tells what in its inputs is not to be shown.
"""

_MASK: Final = "***"
_TOGETHER: Final = 64
"""Texts that are looked for at once; a run that computes more has several lots of them."""


class Masking(msgspec.Struct, frozen=True):
    """How secrets are kept from readers.

    `payload` returns an event's payload without the fields that are secret by nature (stream
    keys, passwords, signed addresses); `output` does so for what an action answered; `secrets`
    replaces the values of configured secrets wherever they occur, and is applied last to all.
    `hiding` makes what replaces other values in the same way. `found_in` returns those of the
    configured secrets that stand in a value.
    """

    payload: Callable[[Event], Json]
    output: Callable[[Record], Json]
    secrets: Hide
    hiding: Callable[[Collection[str]], Hide]
    found_in: Callable[[Json], Collection[str]] = lambda _value: ()


def _as_it_is(_values: Collection[str]) -> Hide:
    return lambda value: value


def only(secrets: Hide, hiding: Callable[[Collection[str]], Hide] = _as_it_is) -> Masking:
    """Return the masking where nothing is secret but what `secrets` takes out."""
    return Masking(handed_over, _output, secrets, hiding)


def only_configured(secrets: Secrets) -> Masking:
    """Return the masking where nothing is secret but the configured secrets."""
    return Masking(handed_over, _output, secrets.mask, secrets.hiding, secrets.found_in)


def handed_over(event: Event) -> Json:
    """Return an event's payload without the texts that one run told another not to show."""
    payload: Any = event.payload
    if event.source == "run" and HIDDEN in payload:
        return {**payload, HIDDEN: _MASK}
    told: Json = payload
    return told


def _output(record: Record) -> Json:
    return record.output


class Hider:
    """Takes out of JSON what nobody may read of one run. It learns as the run goes on.

    `armed`: the run has to do with secrets, so that what its templates compute must be watched.
    """

    __slots__ = ("_derived", "_hides", "_lots", "_masking", "_values", "armed")

    def __init__(self, masking: Masking, opened: OpenRun) -> None:
        self._masking = masking
        self._values: frozenset[str] = frozenset()
        self._derived: frozenset[str] = frozenset()
        self._lots: list[frozenset[str]] = []
        self._hides: list[Hide | None] = []
        self.armed = False
        for event in opened.events:
            masked = masking.payload(event)
            if masked is not event.payload:
                self._learn(event.payload, masked)
        for record in opened.records.values():
            self.learn(record)
        if opened.run.inputs and self.holds(dict(opened.run.inputs)):
            self.armed = True

    def learn(self, record: Record) -> None:
        """Take down what an answer holds that is secret."""
        if record.kind == HIDDEN:
            told = record.output.values() if isinstance(record.output, dict) else record.output
            self.know(map(str, told if isinstance(told, Iterable) else ()))
        elif record.output is not None:
            masked = self._masking.output(record)
            if masked is not record.output:
                self._learn(record.output, masked)

    def know(self, texts: Iterable[str]) -> None:
        """Take down texts of which another run has told that nobody may read them."""
        told = frozenset(texts)
        self._derived |= told
        self._take(told)

    def finds(self, text: str, value: Json) -> bool:
        """Whether a text is in a value, in any form."""
        return bool(self._found(frozenset({text}), value))

    def _learn(self, raw: object, masked: object) -> None:
        self._take(frozenset(concealed(raw, masked)))

    def _take(self, values: frozenset[str]) -> None:
        new = values - self._values
        if not new:
            return
        self._values |= new
        self.armed = True
        if not self._lots or len(self._lots[-1]) >= _TOGETHER:
            self._lots.append(frozenset())
            self._hides.append(None)
        self._lots[-1] |= new
        self._hides[-1] = None

    def __call__(self, value: Json) -> Json:
        """Return `value` as people may see it."""
        shown = self._masking.secrets(value)
        if not self._lots:
            return shown
        for index, lot in enumerate(self._lots):
            hide = self._hides[index]
            if hide is None:
                hide = self._hides[index] = self._masking.hiding(lot)
            shown = hide(shown)
        return shown

    # --- what templates ask and tell ---------------------------------------------------------

    def holds(self, value: Any) -> bool:
        """Whether a text that nobody may read is in `value`."""
        return self(value) is not value

    def derive(self, texts: Collection[str]) -> None:
        """Take down texts that were computed from a secret."""
        new = frozenset(text for text in texts if self(text) != _MASK)
        self._derived |= new
        self._take(new)

    def beside(self, path: str, value: Json, at: float) -> Record | None:
        """Return a record of the secrets and computed texts in what is kept as it came.

        Whoever shows the run later may not know them: a shell does not have the daemon's secrets.
        """
        if not self.armed or self(value) is value:
            return None
        found = {*self._found(self._derived, value), *self._masking.found_in(value)}
        if not found:
            return None
        told: list[Json] = [*sorted(found)]
        return Record(f"{path}/{HIDDEN}", HIDDEN, "done", at, at, None, told)

    def found_in(self, value: Json) -> tuple[str, ...]:
        """Return all texts in a value that nobody may read."""
        if self(value) is value:
            return ()
        return tuple(sorted({*self._found(self._values, value), *self._masking.found_in(value)}))

    def _found(self, texts: frozenset[str], value: Json) -> tuple[str, ...]:
        hiding = self._masking.hiding
        return tuple(one for one in sorted(texts) if hiding(frozenset({one}))(value) is not value)


def of_no_run(secrets: Secrets) -> Hider:
    """Return what hides secrets where no run is yet: in a policy's key, in a watch."""
    nobody = Run("", "", "", "", "ready")
    return Hider(only_configured(secrets), OpenRun(nobody, (), {}))


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
