"""Telling and answering: what each command of a dry run means to a reader, and what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs
from msgspec.structs import replace

from beeflow.drivers.account import (
    Assigned,
    Awaited,
    Called,
    Decided,
    Ended,
    Guarded,
    Happening,
    Kept,
    Started,
    Step,
    Waited,
)
from beeflow.drivers.documented import Documented
from beeflow.drivers.irreversible import is_irreversible
from beeflow.engine import commands as c
from beeflow.engine.journal.records import Record
from beeflow.engine.performing import mask_fields
from beeflow.engine.ports import CallContext
from beeflow.errors import ActionError, Failure
from beeflow.recipe.model import WaitForStep
from beeflow.recipe.templates import Unknown
from beeflow.recipe.typing import type_of_schema

if TYPE_CHECKING:
    from beeflow.drivers.dryrun import Rehearsal
    from beeflow.drivers.outline import Outline
    from beeflow.engine.hiding import Hider
    from beeflow.types import Json

_WHAT: Final = {"conditions": "conditions", "guard": "if", "if": "if"}


def shown(value: Any) -> Json:
    """Return a value as JSON; what is not known yet becomes its text."""
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, Mapping):
        return {str(key): shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _known(value: Any) -> bool:
    """Whether no part of a value is unknown; a part inside text shows by its marks."""
    if isinstance(value, Unknown):
        return False
    if isinstance(value, Mapping):
        return all(_known(item) for item in value.values())
    return not isinstance(value, list) or all(_known(item) for item in value)


class Teller:
    """Tells commands, and answers them. Real answers are kept by path: a read is made once."""

    def __init__(
        self,
        rehearsal: Rehearsal,
        outline: Outline,
        answers: dict[str, c.Result],
        hide: Hider,
    ) -> None:
        self._hide = hide
        self._rehearsal = rehearsal
        self._outline = outline
        self._answers = answers
        self._state = dict(rehearsal.state)

    # --- telling -----------------------------------------------------------------------------

    def tell(
        self, command: c.Command, now: float, result: c.Result | None = None
    ) -> Happening | None:
        """Return what a command means to a reader; None where it means nothing.

        `result` is what it was answered, where that is known already.
        """
        match command:
            case c.Decide():
                return Decided(_about(command.path), command.value, self._clauses(command))
            case c.Call() if command.attempt == 1:
                return self._call(command, result)
            case c.Wait() | c.WaitFor():
                return self._wait(command, now)
            case c.Assign():
                return Assigned(self._mapping(command.values))
            case c.WriteState():
                added = self._mapping(command.increment)
                return Kept(self._mapping(command.assign), added, command.delete)
            case c.Claim():
                return Guarded("once", self._masked(command.key))
            case c.Pass():
                return Guarded("throttle", self._masked(command.key), command.within)
            case c.StartRun():
                inputs = self._mapping(command.inputs)
                return Started(command.recipe, inputs, command.detach)
        return None

    def _masked(self, value: Any) -> Json:
        return self._hide(shown(value))

    def _mapping(self, values: Mapping[str, Any]) -> dict[str, Json]:
        masked = self._masked(values)
        return masked if isinstance(masked, dict) else {}

    def _clauses(self, decision: c.Decide) -> tuple[c.Clause, ...]:
        return tuple(
            structs.replace(
                clause,
                operands=tuple((text, self._masked(value)) for text, value in clause.operands),
            )
            for clause in decision.clauses
        )

    def _call(self, call: c.Call, result: c.Result | None) -> Called:
        entry = self._outline.entry(call.path)
        called = Called(
            call.action,
            self._secretless(call.action, dict(call.args)),
            call.effect,
            into=entry.into if entry else None,
            shadow=call.shadow,
            irreversible=is_irreversible(call.action, call.effect, call.args) and not call.shadow,
        )
        if isinstance(result, c.Failed):
            message = str(self._masked(result.failure.message))
            return replace(called, failure=replace(result.failure, message=message))
        if isinstance(result, c.Answer) and not isinstance(result.value, Unknown):
            answer = self._secretless(call.action, result.value)
            return replace(called, real=not call.shadow, answer=answer)
        return replace(called, gives=self._shape(call.action).told)

    def _secretless(self, action: str, value: Any) -> Any:
        found = self._rehearsal.actions.get(action)
        plain = shown(value)
        return self._masked(mask_fields(plain, found) if found else plain)

    def _wait(self, command: c.Wait | c.WaitFor, now: float) -> Happening:
        wakes = self.wakes(command, now)
        if isinstance(command, c.Wait):
            # The interpreter answers an unknown duration or instant with zero.
            unknown = command.until == 0.0 or (command.until is None and not command.seconds)
            return Waited(None if unknown else wakes)
        entry = self._outline.entry(command.path)
        step = entry.step if entry else None
        on_timeout = step.on_timeout if isinstance(step, WaitForStep) else "fail"
        ref = None if command.event_ref is None else self._masked(command.event_ref)
        match = self._mapping(command.match)
        return Awaited(command.types, match, ref, now + command.timeout, on_timeout)

    def ending(self, ending: c.Ending, now: float) -> Step:
        """Return the last step of a way."""
        fault = ending.fault
        what = Ended(ending.outcome, str(self._masked(ending.reason)))
        if fault is None:
            return Step("end", what, now)
        message = str(self._masked(fault.failure.message))
        what = replace(
            what,
            error=replace(fault.failure, message=message),
            expression=fault.expression,
            operands=tuple((text, self._masked(value)) for text, value in fault.operands),
        )
        entry = self._outline.entry(fault.path)
        line = self._outline.line(entry.span) if entry else None
        return Step("end", what, now, fault.step or None, fault.file, fault.line or line)

    # --- answering ---------------------------------------------------------------------------

    def wakes(self, command: c.Command, now: float) -> float | None:
        """Return when a wait is over; None for what takes no time."""
        if isinstance(command, c.Wait):
            return command.until if command.until is not None else now + command.seconds
        return None

    async def answer(self, command: c.Command, now: float) -> c.Result:
        """Answer a command: with what is known, else with `Unknown`."""
        match command:
            case c.Call():
                return await self._call_answer(command)
            case c.Now() | c.Wait():
                return c.Answer(now)
            case c.Decide():
                return c.Answer(command.value)
            case c.Look():
                return c.Answer({})
            case c.ReadState():
                return c.Answer(dict(self._state))
            case c.WriteState():
                return self._change(command)
            case c.Claim() | c.Pass():
                return c.Answer(value=True)
            case c.WaitFor() | c.StartRun():
                return c.Answer(Unknown(self._label(command.path, "answer")))
        return c.Answer()

    def _label(self, path: str, default: str) -> str:
        entry = self._outline.entry(path)
        return (entry.into if entry else None) or default

    async def _call_answer(self, call: c.Call) -> c.Result:
        if call.path not in self._answers:
            self._answers[call.path] = await self._first_answer(call)
        return self._answers[call.path]

    async def _first_answer(self, call: c.Call) -> c.Result:
        rehearsal = self._rehearsal
        known = {name: value for name, value in call.args.items() if _known(value)}
        opaque = [name for name in call.args if name not in known]
        wrong = rehearsal.check(call.action, known, opaque)
        if wrong:
            return c.Failed(Failure("action", "; ".join(wrong)))
        action = rehearsal.actions.get(call.action)
        if call.shadow and action is not None:
            return c.Answer(action.sample)
        if rehearsal.reads and call.effect == "read" and not opaque:
            return await self._read(call)
        shape = self._shape(call.action)
        return c.Answer(Unknown(self._label(call.path, call.action), shape=shape))

    def _shape(self, action: str) -> Documented:
        return Documented(type_of_schema(self._rehearsal.answer_of(action)))

    async def _read(self, call: c.Call) -> c.Result:
        """Make a read. It is tried once: whoever looks on can ask again."""
        action = self._rehearsal.actions.get(call.action)
        assert action is not None  # noqa: S101 - asked by the caller
        recipe = self._rehearsal.recipe.id
        given: dict[str, Json] = {"action": call.action}
        context = CallContext("run_dry", recipe, call.path, call.timeout, call.pages)
        try:
            answer = await action.call(call.args, context)
            self._hide.learn(Record(call.path, "call", "done", 0.0, output=answer, input=given))
            return c.Answer(answer)
        except ActionError as error:
            return c.Failed(replace(error.failure, retryable=False, open=False))

    def _change(self, change: c.WriteState) -> c.Result:
        """Change the kept values for the rest of this dry run."""
        self._state |= change.assign
        for key, amount in change.increment.items():
            before = self._state.get(key, 0)
            if isinstance(before, bool) or not isinstance(before, int | float):
                return c.Failed(Failure("limit", f"the kept value `{key}` is not a number"))
            self._state[key] = before + amount
        for key in change.delete:
            self._state.pop(key, None)
        return c.Answer(dict(self._state))


def _about(path: str) -> str:
    head, _, last = path.rpartition("/")
    if head.endswith("/choose"):
        return "choose"
    return _WHAT.get(last, "until" if last.startswith("until") else last)
