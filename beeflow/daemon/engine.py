"""The engine, plugged together: what the daemon and a command that owns the journal share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.beestreamed.dates import start_of
from beeflow.daemon.masking import masking_for
from beeflow.engine.book import RecipeBook
from beeflow.engine.clock import SystemClock
from beeflow.engine.dispatch.local import LocalDispatcher
from beeflow.engine.door import Door, Ground
from beeflow.engine.runtime import Runtime
from beeflow.engine.world import World
from beeflow.recipe.parser import Defaults, parse_bundle
from beeflow.server.telling import Silent
from beeflow.types import zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.config import Config, Secrets
    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.journal.records import Ended
    from beeflow.engine.ports import Actions, Clock
    from beeflow.engine.world import CallResult
    from beeflow.server.telling import Log
    from beeflow.types import Json


class Settings(msgspec.Struct, frozen=True):
    """What a daemon is made from.

    `clock` may be a faster one, for the demo; `log` is where each webhook and each run that ends
    is told of.
    """

    config: Config
    secrets: Secrets
    clock: Clock = msgspec.field(default_factory=SystemClock)
    log: Log = msgspec.field(default_factory=Silent)

    @property
    def defaults(self) -> Defaults:
        """What recipes get where they say nothing themselves."""
        return Defaults(self.config.timezone)

    def start_of(self, event: Mapping[str, Json]) -> float | None:
        """Return when an event of the platform starts, in Unix seconds."""
        return start_of(event, zone(self.config.timezone))


class Engine(msgspec.Struct, frozen=True):
    """The running parts."""

    journal: Journal
    door: Door
    runtime: Runtime
    dispatcher: LocalDispatcher
    book: RecipeBook
    clock: Clock


class Told(msgspec.Struct, frozen=True):
    """Who is told what the engine does: of every run that ended, and of every call."""

    ended: Callable[[Ended], None] = lambda _ended: None
    called: Callable[[str, CallResult, float], None] = lambda _action, _result, _seconds: None


NOBODY: Final = Told()


def build_engine(
    settings: Settings, journal: Journal, actions: Actions, told: Told = NOBODY
) -> Engine:
    """Plug an engine together."""
    clock, secrets = settings.clock, settings.secrets
    book = RecipeBook(journal, lambda bundle: parse_bundle(bundle, settings.defaults))
    door = Door(Ground(book, journal, clock, secrets, settings.start_of))
    masking = masking_for(secrets, actions)
    world = World(
        journal, actions, clock, secrets, book, door,
        on_end=told.ended, on_answer=told.called, masking=masking,
    )  # fmt: skip
    runtime = Runtime(world)
    dispatcher = LocalDispatcher(journal, runtime, clock)
    door.dispatcher, dispatcher.crowded = dispatcher, door.crowded
    return Engine(journal, door, runtime, dispatcher, book, clock)
