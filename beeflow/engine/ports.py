"""What the engine needs of the world, as protocols: actions, a clock, secrets.

The composition root plugs the real ones in; tests and the other drivers plug in their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from beeflow.types import Effect, Json


def _as_it_is(value: Json) -> Json:
    return value


class CallContext(msgspec.Struct, frozen=True):
    """What an action may know of the run that calls it. `timeout` is in seconds.

    `hide` takes out of a value what nobody may read: secrets, and what the run learned of them.
    """

    run: str
    recipe: str
    path: str
    timeout: float
    pages: int | Literal["all"] | None = None
    hide: Callable[[Json], Json] = _as_it_is


class Action(Protocol):
    """One action: `resource.verb`."""

    @property
    def name(self) -> str:
        """The name recipes use."""
        ...

    @property
    def sample(self) -> Json:
        """The documented answer, as a recipe sees it."""
        ...

    @property
    def secret_fields(self) -> tuple[str, ...]:
        """Dotted paths (`*` for each item) in arguments and answers that are masked."""
        ...

    @property
    def escapes(self) -> Mapping[str, Callable[[str], str]]:
        """Parameters in which what a template puts in is escaped so (unless `raw` is true)."""
        ...

    def effect(self, args: Mapping[str, Json]) -> Effect:
        """Tell what a repetition does; for `http.request` it depends on the arguments."""
        ...

    def check(self, args: Mapping[str, Json]) -> Sequence[str]:
        """Say what is wrong with the arguments: nothing is sent while anything is."""
        ...

    async def call(self, args: Mapping[str, Json], context: CallContext) -> Json:
        """Perform it once. Raises `ActionError`; `timeout` is kept by the caller too."""
        ...

    async def look(self, args: Mapping[str, Json], context: CallContext) -> dict[str, Json]:
        """For a guarded action: what matches the arguments already, by reference.

        Each value is what the action would have answered, had it made that one.
        """
        ...


class Actions(Protocol):
    """All actions there are."""

    def get(self, name: str) -> Action | None:
        """Return an action by its name."""
        ...

    def names(self) -> Sequence[str]:
        """All names, sorted."""
        ...


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> float:
        """Unix seconds."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds (at once for none)."""
        ...


class Secrets(Protocol):
    """The secrets, by name, and their removal from whatever people may see."""

    def get(self, name: str) -> str | None:
        """Return a secret's value, None where there is none."""
        ...

    def mask(self, value: Json) -> Json:
        """Replace every secret value inside by `***`; the same object where there is none."""
        ...

    def found_in(self, value: Json) -> Collection[str]:
        """Return the secret values that stand in `value`."""
        ...

    def hiding(self, values: Collection[str]) -> Callable[[Json], Json]:
        """Return what replaces other values in the same way."""
        ...
