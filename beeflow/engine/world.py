"""What a run is carried out with: the engine's ports in one place."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

from beeflow.engine.backstop import Backstop

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.engine.commands import Ending, StartRun
    from beeflow.engine.hiding import Masking
    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.journal.records import Admission, Ended, OpenRun, Record, Run
    from beeflow.engine.ports import Actions, Clock, Secrets
    from beeflow.recipe.model import Recipe


class Book(Protocol):
    """The recipes, also those that only runs in flight still know."""

    async def pinned(self, recipe_hash: str) -> Recipe | None:
        """Return the recipe of a hash, from memory or from the journal."""
        ...


class Child(msgspec.Struct, frozen=True):
    """A run that another one started: its id, or why there is none.

    `too_deep` is no fault of the run that asked: the chain of causes was cut.
    """

    run: str | None
    refusal: str = ""
    too_deep: bool = False


class Door(Protocol):
    """Where what a run brings about enters."""

    async def start_child(self, parent: OpenRun, command: StartRun) -> Child:
        """Start another recipe for a run. Asking again for the same path gives the same run."""
        ...

    def aftermath(self, ended: OpenRun, ending: Ending) -> Admission | None:
        """Return the event that tells of a run's end, where a recipe listens to it."""
        ...


CallResult: TypeAlias = Literal["done", "failed", "open"]
"""How a call went; `open`: it may have taken effect, or not."""


def jitter(longest: float) -> float:
    """Draw a delay: full jitter, from nothing to `longest` seconds."""
    return random.uniform(0.0, longest)  # noqa: S311 - spreads retries, guards nothing


class World(msgspec.Struct, frozen=True):
    """The ports, and a few choices.

    A run that sleeps for up to `linger` seconds stays in memory, a longer sleeper is parked.
    `on_end` is told of every run that ended, `on_call` each attempt of a call as it begins (also
    one that a shadow run only records), `on_answer` the action of every call that was made, how
    it went and the seconds it took, `on_step` the recipe's hash and the path of each step that
    is carried out; a run that is resumed tells its steps again. `masking` tells what is secret by
    nature; without it, only the configured secrets are.
    """

    journal: Journal
    actions: Actions
    clock: Clock
    secrets: Secrets
    book: Book
    door: Door
    jitter: Callable[[float], float] = msgspec.field(default=jitter)
    linger: float = 1.0
    backstop: Backstop = msgspec.field(default_factory=Backstop)
    on_end: Callable[[Ended], None] = msgspec.field(default=lambda _ended: None)
    on_answer: Callable[[str, CallResult, float], None] = msgspec.field(
        default=lambda _action, _result, _seconds: None
    )
    masking: Masking | None = None
    on_call: Callable[[Run, Record], None] = msgspec.field(default=lambda _run, _record: None)
    on_step: Callable[[str, str], None] | None = None
