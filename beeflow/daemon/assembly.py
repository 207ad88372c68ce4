"""The parts of the daemon, plugged together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from beeflow import __version__
from beeflow.actions.account import account_of
from beeflow.actions.opening import open_actions
from beeflow.beestreamed.client import Client
from beeflow.beestreamed.dates import start_of
from beeflow.daemon.care import Care
from beeflow.daemon.deployment import Deployment
from beeflow.daemon.masking import masking_for
from beeflow.daemon.operator import Engine, Hand
from beeflow.daemon.reading import Folder
from beeflow.daemon.watching import footprint, watching_files
from beeflow.daemon.webhooks import signed_webhooks
from beeflow.engine.book import RecipeBook
from beeflow.engine.clock import SystemClock
from beeflow.engine.dispatch.local import LocalDispatcher
from beeflow.engine.door import Door, Ground
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.engine.ports import CallContext, Clock
from beeflow.engine.runtime import Runtime
from beeflow.engine.scheduler.event_starts import EventStarts, Platform
from beeflow.engine.scheduler.schedules import Schedules
from beeflow.engine.scheduler.watches import Sources, Watches
from beeflow.engine.world import World
from beeflow.errors import ConfigError
from beeflow.recipe.parser import Defaults, parse_bundle
from beeflow.server.app import Parts, create_app, listening
from beeflow.server.guard import Access, check_bind
from beeflow.server.metrics import Meter
from beeflow.types import Json, zone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from beeflow.actions.registry import Registry
    from beeflow.config import Config, Secrets
    from beeflow.engine.journal.protocol import Journal

log = logging.getLogger(__name__)

LIST_TIMEOUT = 120.0
"""Seconds that listing all of the platform's events may take."""

GRACE = 10.0
"""Seconds that runs have to come to a place where they can be left, at the end."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a daemon is made from. `clock` may be a faster one, for the demo."""

    config: Config
    secrets: Secrets
    clock: Clock = field(default_factory=SystemClock)


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon that is running. `journal.broken` is set when it cannot go on."""

    url: str
    port: int
    hand: Hand
    engine: Engine
    registry: Registry
    journal: SqliteJournal


@asynccontextmanager
async def running_daemon(settings: Settings) -> AsyncIterator[Daemon]:
    """Run a daemon while the block runs.

    It listens before it is ready, and answers 503 meanwhile. Raises `UsageError` and
    `JournalError` for what keeps it from starting.
    """
    config = settings.config
    secret = config.server.password
    password = None if secret is None else secret.reveal(settings.secrets)
    check_bind(config.server.host, password)
    async with AsyncExitStack() as stack:
        account = account_of(config.platform, settings.secrets)
        client = await stack.enter_async_context(Client(account))
        registry = await stack.enter_async_context(open_actions(config, settings.secrets, client))
        meter = Meter(__version__)
        journal = await _open_journal(config, meter)
        stack.push_async_callback(journal.close)
        plant = _Plant(settings, registry, journal, meter)
        access = Access(config.server.host, password, config.server.hosts)
        app = create_app(plant.parts(), access)
        spot = await stack.enter_async_context(
            listening(app, config.server.host, config.server.port)
        )
        await stack.enter_async_context(plant.working())
        yield Daemon(spot.url, spot.port, plant.hand, plant.engine, registry, journal)


async def _open_journal(config: Config, meter: Meter) -> SqliteJournal:
    if config.journal.url is not None:
        raise ConfigError(
            "`journal.url` is set, but this version keeps its journal in a file only: "
            "remove it, and set `journal.path`"
        )
    mode: Literal["FULL", "NORMAL"] = "NORMAL" if config.journal.synchronous == "normal" else "FULL"
    journal = await SqliteJournal.open(
        config.journal.path, synchronous=mode, committed=meter.committed
    )
    if journal.missing:
        log.error(
            "%s events are missing from the journal, though nothing pruned them", journal.missing
        )
    return journal


class _Plant:
    """The engine of a daemon, from the journal to the alarms."""

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        journal: Journal,
        meter: Meter,
    ) -> None:
        self._settings, self._registry, self._meter = settings, registry, meter
        self._journal = journal
        config, clock = settings.config, settings.clock
        defaults = Defaults(config.timezone)
        book = RecipeBook(journal, lambda bundle: parse_bundle(bundle, defaults))
        self._platform = Platform(self._listed, self._start_of)
        door = Door(Ground(book, journal, clock, settings.secrets, self._start_of))
        world = World(
            journal, registry, clock, settings.secrets, book, door, on_end=meter.run_ended
        )
        runtime = Runtime(world)
        dispatcher = LocalDispatcher(journal, runtime, clock)
        door.dispatcher = dispatcher
        self.engine = Engine(journal, door, runtime, dispatcher, book, clock)
        self._time = _timekeepers(self.engine, registry, settings.secrets, self._platform)
        door.planned = self._time.event_starts.changed
        folder = Folder(config.recipes, defaults, registry, settings.secrets)
        self.deployment = Deployment(book, folder.read, self._time.plan)
        self.hand = Hand(self.engine, self.deployment, str(config.journal.path))

    def parts(self) -> Parts:
        """Return what the server is a front for."""
        settings = self._settings
        return Parts(
            signed_webhooks(settings.config, settings.secrets, settings.clock),
            self.engine.door,
            self.hand,
            self._journal,
            masking_for(settings.secrets, self._registry),
            self._meter,
        )

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work while the block runs: recipes live, runs carried on, time kept."""
        config = self._settings.config
        care = Care(self._journal, self._settings.clock, config.journal.retention)
        seen = await asyncio.to_thread(footprint, config.recipes)
        await self.deployment.reload()
        await self.engine.dispatcher.start()
        self._time.start()
        care.alarm.start()
        self.hand.hindered.clear()
        try:
            async with watching_files(config.recipes, self.deployment, seen):
                yield
        finally:
            self.hand.hindered.append("shutting down")
            await self._time.stop()
            await care.alarm.stop()
            await self.engine.dispatcher.stop(GRACE)

    # --- the platform ------------------------------------------------------------------------

    def _start_of(self, event: Mapping[str, Json]) -> float | None:
        return start_of(event, zone(self._settings.config.timezone))

    async def _listed(self) -> Sequence[Mapping[str, Json]]:
        action = self._registry.get("events.list")
        if action is None:
            return []
        context = CallContext("", "", "event starts", LIST_TIMEOUT, "all")
        listed = await action.call({}, context)
        return (
            [event for event in listed if isinstance(event, dict)]
            if isinstance(listed, list)
            else []
        )


@dataclass(frozen=True, slots=True)
class _Timekeepers:
    schedules: Schedules
    event_starts: EventStarts
    watches: Watches

    async def plan(self) -> None:
        """Plan anew, after the recipes changed."""
        await self.schedules.plan()
        await self.event_starts.plan()
        await self.watches.plan()

    def start(self) -> None:
        """Begin to keep time."""
        for keeper in (self.schedules, self.event_starts, self.watches):
            keeper.alarm.start()

    async def stop(self) -> None:
        """End."""
        for keeper in (self.schedules, self.event_starts, self.watches):
            with contextlib.suppress(asyncio.CancelledError):
                await keeper.alarm.stop()


def _timekeepers(
    engine: Engine, registry: Registry, secrets: Secrets, platform: Platform
) -> _Timekeepers:
    book, journal, door, clock = engine.book, engine.journal, engine.door, engine.clock
    return _Timekeepers(
        Schedules(book, journal, door, clock),
        EventStarts(book, journal, door, clock, platform),
        Watches(book, journal, door, clock, Sources(registry, secrets)),
    )
