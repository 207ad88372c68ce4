"""What is known of the world while test files are read and played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from beeflow.recipe.parser import Defaults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.check import Facts
    from beeflow.drivers.occasion import Samples
    from beeflow.engine.event import NewEvent
    from beeflow.engine.ports import Actions, Secrets
    from beeflow.engine.scheduler.event_starts import StartOf
    from beeflow.types import Json


class Seeing(Protocol):
    """How it is seen in a read whether a guarded action took effect."""

    @property
    def read(self) -> str:
        """The action that reads."""
        ...

    def arguments(self, args: Mapping[str, Json]) -> dict[str, Json]:
        """Return the arguments of the read, from those of the action."""
        ...

    def found(self, args: Mapping[str, Json], content: Json, sample: Json) -> dict[str, Json]:
        """Return what matches the action's arguments, as it would have answered it."""
        ...


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The world of a test, as data: nothing in it can be called.

    `facts` are what recipes and mocks are checked against, `actions` the same actions as the engine
    wants them. `event` makes of a payload, at an instant, the event that the daemon would take in;
    it raises `WebhookError`. `secrets` opens given values, `seeing` tells how a guarded action
    looks for what it made.
    """

    facts: Facts
    actions: Actions
    samples: Samples
    event: Callable[[Mapping[str, Json], float], NewEvent]
    secrets: Callable[[Mapping[str, str]], Secrets]
    seeing: Callable[[str], Seeing | None]
    start_of: StartOf
    defaults: Defaults = msgspec.field(default_factory=Defaults)
