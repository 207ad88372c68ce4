"""Actions that answer as a test says: checked like the real ones, and never sent anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from beeflow.drivers.overlay import laid_over
from beeflow.drivers.testing.comparing import fits
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from beeflow.drivers.testing.model import Answer, Mock
    from beeflow.drivers.testing.reading.known import Known
    from beeflow.engine.ports import Action, CallContext
    from beeflow.types import Effect, Json

LISTING: Final = "events.list"
"""The action by which the plan of event starts is reconciled."""

_TELLS_OF_EVENTS: Final = frozenset({"event.created", "event.updated", "event.deleted"})


class Script(msgspec.Struct):
    """What actions answer in one test.

    `expected` are those its `calls` name, which need no mock; None: no write needs one.
    """

    known: Known
    mocks: Mapping[str, Mock]
    expected: frozenset[str] | None
    unmocked: list[str] = msgspec.field(default_factory=list)
    _turns: dict[tuple[str, int], int] = msgspec.field(default_factory=dict)
    _events: dict[str, dict[str, Json]] = msgspec.field(default_factory=dict)

    # --- the port `Actions` ------------------------------------------------------------------

    def get(self, name: str) -> ScriptedAction | None:
        """Return an action by its name."""
        real = self.known.actions.get(name)
        return None if real is None else ScriptedAction(real, self)

    def names(self) -> Sequence[str]:
        """All names, sorted."""
        return self.known.actions.names()

    # --- answers -----------------------------------------------------------------------------

    def answer(self, action: Action, args: Mapping[str, Json]) -> Json:
        """Return what a call is answered; raises `ActionError` where it is to fail."""
        found, given = self._mocked(action.name, args)
        if not found:
            given = self._unmocked(action, args)
        if isinstance(given, Failure):
            raise ActionError(given)
        return given

    def _mocked(self, name: str, args: Mapping[str, Json]) -> tuple[bool, Answer]:
        mock = self.mocks.get(name)
        if mock is None:
            return False, None
        for number, case in enumerate(mock.cases, 1):
            if fits(case.wanted, dict(args)):
                return True, self._next((name, number), case.answers)
        return bool(mock.answers), self._next((name, 0), mock.answers)

    def _next(self, key: tuple[str, int], answers: Sequence[Answer]) -> Answer:
        """Return the next of a sequence of answers; the last repeats."""
        if not answers:
            return None
        turn = self._turns.get(key, 0)
        self._turns[key] = turn + 1
        return answers[min(turn, len(answers) - 1)]

    def _unmocked(self, action: Action, args: Mapping[str, Json]) -> Answer:
        if self.expected is None or action.name in self.expected:
            return action.sample
        if action.effect(args) == "read":
            return action.sample
        self.unmocked.append(action.name)
        message = f"`{action.name}` writes, and the test neither mocks nor expects it"
        return Failure("action", message)

    # --- the platform's events ---------------------------------------------------------------

    def tell(self, payload: Mapping[str, Json]) -> None:
        """Take in what a webhook tells of an event, for the list of events."""
        data: Any = payload.get("data")
        if payload.get("type") not in _TELLS_OF_EVENTS or not isinstance(data, dict):
            return
        ref = str(data.get("event_ref"))
        if payload.get("type") == "event.deleted":
            self._events.pop(ref, None)
        else:
            self._events[ref] = laid_over(self._events.get(ref, {}), data)

    async def listed(self) -> Sequence[Mapping[str, Json]]:
        """Return the platform's events: as the test mocks them, else those webhooks told of."""
        action = self.known.actions.get(LISTING)
        if LISTING not in self.mocks or action is None:
            return list(self._events.values())
        answer = self.answer(action, {})
        listed = answer if isinstance(answer, list) else []
        return [event for event in listed if isinstance(event, dict)]


class ScriptedAction(msgspec.Struct, frozen=True):
    """An action whose definition is the real one, and whose answers are the script's."""

    real: Action
    script: Script

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

    async def call(self, args: Mapping[str, Json], context: CallContext) -> Json:  # noqa: ARG002 - a call takes no time
        """Answer as the script says."""
        return self.script.answer(self.real, args)

    async def look(self, args: Mapping[str, Json], context: CallContext) -> dict[str, Json]:  # noqa: ARG002 - a call takes no time
        """Look for what was made in the read that shows it, as the script answers that."""
        how = self.script.known.seeing(self.name)
        reads = None if how is None else self.script.known.actions.get(how.read)
        if how is None or reads is None:
            return {}
        content = self.script.answer(reads, how.arguments(args))
        return how.found(args, content, self.sample)
