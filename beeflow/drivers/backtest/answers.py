"""Actions that answer from the record: nobody is called; what was answered is answered again."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec
from msgspec.structs import replace

from beeflow.drivers.overlay import laid_over
from beeflow.engine.performing import mask_fields
from beeflow.errors import ActionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from beeflow.drivers.backtest.past import Past, PastCall
    from beeflow.engine.hiding import Hide
    from beeflow.engine.ports import Action, Actions, CallContext
    from beeflow.types import Effect, Json

_Key: TypeAlias = tuple[str, str]

ANYTHING: Final = "\0anything"
"""In the place of arguments: whatever they were."""


class Record(msgspec.Struct):
    """All answers on record, by action and (masked) arguments, each in the order of time."""

    times: dict[_Key, list[float]] = msgspec.field(default_factory=lambda: defaultdict(list))
    calls: dict[_Key, list[PastCall]] = msgspec.field(default_factory=lambda: defaultdict(list))

    def add(self, pasts: Iterable[Past]) -> None:
        """Take up the calls of recorded runs."""
        found = [call for past in pasts for run in past.runs for call in run.calls]
        for call in sorted(found, key=lambda one: one.at):
            if not call.would:
                self._add(_key(call.action, call.args), call)
                if call.failure is None and call.effect != "read":
                    self._add(_key(call.action, ANYTHING), call)

    def _add(self, key: _Key, call: PastCall) -> None:
        self.times[key].append(call.at)
        self.calls[key].append(call)

    def at(self, action: str, args: object, now: float) -> PastCall | None:
        """Return the answer that counted at an instant: the latest before it, else the next."""
        key = _key(action, args)
        times = self.times.get(key)
        if not times:
            return None
        return self.calls[key][max(bisect_right(times, now) - 1, 0)]

    def done(self, action: str, args: object, now: float) -> PastCall | None:
        """Return what a write came to: the last such call that was answered, else that failed.

        Where its arguments are on no record, the call of this action that was answered nearest in
        time: most likely it is the same one, made otherwise.
        """
        calls = self.calls.get(_key(action, args))
        if calls:
            return next((one for one in reversed(calls) if one.failure is None), calls[-1])
        times = self.times.get(_key(action, ANYTHING), [])
        at = bisect_right(times, now)
        near = range(max(at - 1, 0), min(at + 1, len(times)))
        nearest = min(near, key=lambda one: abs(times[one] - now), default=None)
        return None if nearest is None else self.calls[_key(action, ANYTHING)][nearest]


def _key(action: str, args: object) -> _Key:
    return action, json.dumps(args, sort_keys=True, default=str)


class Answers(msgspec.Struct):
    """The port `Actions`, answered from the record; `now` is the time of the play.

    `recorded` and `sampled` count the reads that were answered from the record, and by action
    those that only the documented sample had an answer to.
    """

    real: Actions
    record: Record
    now: Callable[[], float] = msgspec.field(default=lambda: 0.0)
    recorded: int = 0
    sampled: Counter[str] = msgspec.field(default_factory=Counter)
    _known: dict[str, AnsweredAction] = msgspec.field(default_factory=dict)

    def get(self, name: str) -> AnsweredAction | None:
        """Return an action by its name."""
        if name not in self._known:
            real = self.real.get(name)
            if real is None:
                return None
            self._known[name] = AnsweredAction(real, self)
        return self._known[name]

    def names(self) -> Sequence[str]:
        """All names, sorted."""
        return self.real.names()

    def answer(self, action: Action, args: Mapping[str, Json], hide: Hide) -> Json:
        """Return what a call is answered; raises `ActionError` where it failed then."""
        masked = hide(mask_fields(dict(args), action))
        if action.effect(args) != "read":
            return self._written(action, self.record.done(action.name, masked, self.now()))
        found = self.record.at(action.name, masked, self.now())
        if found is None:
            self.sampled[action.name] += 1
            return _about(action.sample, args)
        self.recorded += 1
        return _given(found)

    def _written(self, action: Action, found: PastCall | None) -> Json:
        return action.sample if found is None else _given(found)


def _given(found: PastCall) -> Json:
    if found.failure is not None:
        # Its attempts are on record, too: nobody waits here for another.
        raise ActionError(replace(found.failure, retryable=False))
    return found.answer


def _about(sample: Json, args: Mapping[str, Json]) -> Json:
    """Return a sample that is about what was asked for: with the arguments that stand in it."""
    if not isinstance(sample, dict):
        return sample
    return laid_over(sample, {name: value for name, value in args.items() if name in sample})


class AnsweredAction(msgspec.Struct, frozen=True):
    """An action whose definition is the real one, and whose answers are on record."""

    real: Action
    answers: Answers

    @property
    def name(self) -> str:
        """The name recipes use."""
        return self.real.name

    @property
    def sample(self) -> Json:
        """The documented answer, as a recipe sees it."""
        return self.real.sample

    @property
    def secret_fields(self) -> tuple[str, ...]:
        """What is masked in arguments and answers."""
        return self.real.secret_fields

    @property
    def escapes(self) -> Mapping[str, Callable[[str], str]]:
        """Parameters in which what a template puts in is escaped."""
        return self.real.escapes

    def effect(self, args: Mapping[str, Json]) -> Effect:
        """Tell what a repetition does."""
        return self.real.effect(args)

    def check(self, args: Mapping[str, Json]) -> Sequence[str]:
        """Say what is wrong with the arguments."""
        return self.real.check(args)

    async def call(self, args: Mapping[str, Json], context: CallContext) -> Json:
        """Answer from the record."""
        return self.answers.answer(self.real, args, context.hide)

    async def look(self, args: Mapping[str, Json], context: CallContext) -> dict[str, Json]:  # noqa: ARG002 - nothing is ever half made
        """Find nothing: no call is cut off here."""
        return {}
