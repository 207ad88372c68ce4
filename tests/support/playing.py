"""A scripted world for the interpreter: no journal, no tasks, only commands and their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from beeflow.engine import commands as c
from beeflow.engine.interpreter import Begin, interpret
from beeflow.engine.machine import Machine
from beeflow.errors import Failure
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from beeflow.engine.ports import CallContext
    from beeflow.recipe.model import Recipe
    from beeflow.types import Effect, Json

START = 1_800_000_000.0

EFFECTS: Mapping[str, Effect] = {
    "slack.post": "once",
    "email.send": "once",
    "events.send_emails": "once",
    "polls.create": "guarded",
    "chat.create": "guarded",
}


@dataclass(frozen=True, slots=True)
class FakeAction:
    """An action that only has a name and an effect."""

    name: str
    sample: Json = "sample"
    secret_fields: tuple[str, ...] = ()
    escapes: Mapping[str, Callable[[str], str]] = field(default_factory=dict)

    def effect(self, args: Mapping[str, Json]) -> Effect:
        verb = self.name.rpartition(".")[2]
        reads = verb in {"get", "list", "stream", "entries"}
        return EFFECTS.get(self.name, "read" if reads else "idempotent")

    def check(self, args: Mapping[str, Json]) -> Sequence[str]:
        return ()

    async def call(self, args: Mapping[str, Json], context: CallContext) -> Json:
        raise AssertionError("the interpreter performs nothing")

    async def look(self, args: Mapping[str, Json], context: CallContext) -> dict[str, Json]:
        raise AssertionError("the interpreter performs nothing")


class FakeActions:
    """Every action exists, but those called `missing`."""

    def get(self, name: str) -> FakeAction | None:
        return None if name.startswith("missing") else FakeAction(name)

    def names(self) -> Sequence[str]:
        return ()


def recipe(text: str) -> Recipe:
    """Parse a recipe that must be right."""
    parsed = parse_recipe(text, path="recipe.yaml")
    assert parsed.recipe is not None, parsed.problems
    return parsed.recipe


Answers = Mapping[str, Any]
"""Answers by action name: a value, a `Failure`, or a list of them, the last repeating."""


@dataclass(slots=True)
class World:
    """Answers commands; `asked` keeps them, `results` what they were answered, by path."""

    answers: Answers = field(default_factory=dict)
    looks: Sequence[Mapping[str, Any]] = ()
    webhooks: Sequence[Any] = ()
    state: dict[str, Json] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    children: Mapping[str, Json] = field(default_factory=dict)
    unknown: object = None
    now: float = START
    asked: list[c.Command] = field(default_factory=list)
    results: dict[str, c.Result] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def _next(self, key: str, given: Any) -> Any:
        index = self.counts.get(key, 0)
        self.counts[key] = index + 1
        if isinstance(given, list):
            return given[min(index, len(given) - 1)]
        return given

    def answer(self, command: c.Command) -> c.Result:
        self.asked.append(command)
        result = self._answer(command)
        self.results[command.path] = result
        return result

    def _answer(self, command: c.Command) -> c.Result:  # noqa: C901, PLR0912 - one case a command
        match command:
            case c.Call():
                value = self._next(command.action, self.answers.get(command.action, {}))
                return c.Failed(value) if isinstance(value, Failure) else c.Answer(value)
            case c.Look():
                return c.Answer(self._next("look", list(self.looks) or {}))
            case c.Decide():
                return c.Answer("both" if command.value == "unknown" else command.value)
            case c.Now():
                return c.Answer(self.now)
            case c.Wait():
                self.now = (
                    command.until if command.until is not None else self.now + command.seconds
                )
                return c.Answer(self.now)
            case c.Backoff():
                self.now += command.delay
                return c.Answer(self.now)
            case c.WaitFor():
                return c.Answer(self._next("wait_for", list(self.webhooks) or None))
            case c.ReadState():
                return c.Answer(dict(self.state))
            case c.WriteState():
                self.state.update(command.assign)
                for key, amount in command.increment.items():
                    self.state[key] = self.state.get(key, 0) + amount  # type: ignore[operator]  # numbers
                for key in command.delete:
                    self.state.pop(key, None)
                return c.Answer(dict(self.state))
            case c.Claim():
                free = command.key not in self.taken
                self.taken.add(command.key)
                return c.Answer(free)
            case c.Release():
                self.taken.discard(command.key)
                return c.Answer()
            case c.Pass():
                return c.Answer(self._next("pass", self.answers.get("throttle", True)))
            case c.StartRun():
                return c.Answer(self.children.get(command.recipe))
            case _:
                return c.Answer()

    def calls(self, *names: str) -> list[tuple[str, Mapping[str, Json]]]:
        """Return the calls made, by name, with their arguments."""
        return [
            (one.action, one.args)
            for one in self.asked
            if isinstance(one, c.Call) and (not names or one.action in names)
        ]

    def of(self, kind: type[c.Command]) -> list[Any]:
        """Return the commands of a kind."""
        return [one for one in self.asked if isinstance(one, kind)]


def begin(made: Recipe, data: Mapping[str, Json] | None = None, **more: Any) -> Begin:
    """Return what a run begins with."""
    event = {"event_ref": "E1", **(data or {})}
    given: dict[str, Any] = {
        "recipe": made,
        "actions": FakeActions(),
        "trigger": {"kind": "webhook", "type": "event.updated.status", "data": event},
        "inputs": {name: one.value for name, one in made.inputs.items()},
        "secrets": {"TOKEN": "s3cret"},
        "run": "r-1",
        "event_ref": "E1",
    }
    return Begin(**(given | more))


def play(text: str, world: World | None = None, **more: Any) -> tuple[c.Ending, World]:
    """Carry a recipe out in a scripted world."""
    world = world or World()
    return run(begin(recipe(text), **more), world), world


def taken(machine: Machine) -> list[c.Command]:
    """Return what was asked since the last time, in order."""
    asked, machine.asked = machine.asked, []
    return asked


def run(beginning: Begin, world: World, known: Mapping[str, c.Result] | None = None) -> c.Ending:
    """Drive the machine to its end; `known` are results on record, which are fed first."""
    machine = Machine(interpret(beginning))
    while machine.ended is None:
        asked = taken(machine)
        assert asked, "the machine is stuck"
        for command in asked:
            recorded = (known or {}).get(command.path)
            if recorded is not None:
                world.results[command.path] = recorded
            machine.resolve(command.path, recorded or world.answer(command))
    return machine.ended
