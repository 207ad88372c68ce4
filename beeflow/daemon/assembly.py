"""The parts of the daemon, plugged together."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from beeflow import __version__
from beeflow.actions.account import account_of
from beeflow.actions.opening import open_actions
from beeflow.beestreamed.client import Client
from beeflow.daemon.care import watching_place, watching_room
from beeflow.daemon.deployment import Deployment
from beeflow.daemon.engine import Engine, Settings, Told, build_engine
from beeflow.daemon.masking import masking_for
from beeflow.daemon.operator import Hand
from beeflow.daemon.reading import Folder
from beeflow.daemon.telling import tell_end
from beeflow.daemon.timekeeping import timekeepers
from beeflow.daemon.vitals import Lag, show_vitals, watching_lag
from beeflow.daemon.watching import footprint, watching_files
from beeflow.daemon.webhooks import signed_webhooks
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.errors import ConfigError
from beeflow.server.app import Parts, create_app, listening
from beeflow.server.guard import Access, check_bind
from beeflow.server.metrics import Meter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from beeflow.actions.registry import Registry
    from beeflow.config import Config
    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.journal.records import Ended

log = logging.getLogger(__name__)

GRACE: Final = 25.0
"""Seconds that runs have to come to a place where they can be left, at the end: less than the half
minute after which whoever asked it to end commonly kills it."""


class Daemon(msgspec.Struct, frozen=True):
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
    config, secrets = settings.config, settings.secrets
    secret = config.server.password
    access = Access(
        config.server.host, secret.reveal(secrets) if secret else None, config.server.hosts
    )
    check_bind(access.host, access.password)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(Client(account_of(config.platform, secrets)))
        registry = await stack.enter_async_context(open_actions(config, secrets, client))
        meter = Meter(__version__)
        journal = await open_journal(config, meter)
        stack.push_async_callback(journal.close)
        await stack.enter_async_context(watching_room(journal))
        await stack.enter_async_context(watching_place(journal))
        lag = Lag()
        await stack.enter_async_context(watching_lag(lag))
        show_vitals(meter, journal, client, lag)
        plant = _Plant(settings, registry, journal, meter)
        app = create_app(plant.parts(), access)
        at = await stack.enter_async_context(listening(app, access.host, config.server.port))
        journal.announce(at.url)
        await stack.enter_async_context(plant.working())
        yield Daemon(at.url, at.port, plant.hand, plant.engine, registry, journal)


async def open_journal(config: Config, meter: Meter | None = None) -> SqliteJournal:
    """Open the journal that the configuration names; `meter` times its commits."""
    if config.journal.url is not None:
        raise ConfigError(
            "`journal.url` is set, but this version keeps its journal in a file only: "
            "remove it, and set `journal.path`"
        )
    mode: Literal["FULL", "NORMAL"] = "NORMAL" if config.journal.synchronous == "normal" else "FULL"
    committed = meter.committed if meter else lambda _seconds, _operations: None
    journal = await SqliteJournal.open(config.journal.path, synchronous=mode, committed=committed)
    if journal.missing:
        log.error("%s events are gone from the journal that nothing pruned", journal.missing)
    return journal


class _Plant:
    """The engine of a daemon and what drives it: recipes, time, a person's hand."""

    def __init__(
        self, settings: Settings, registry: Registry, journal: Journal, meter: Meter
    ) -> None:
        config = settings.config
        self._settings, self._registry, self._meter = settings, registry, meter
        told = Told(self._ended, meter.called)
        self.engine = build_engine(settings, journal, registry, told)
        self._time = timekeepers(settings, self.engine, registry)
        folder = Folder.of(settings, registry)
        self._deployment = Deployment(self.engine.book, folder.read, self._time.plan)
        self.hand = Hand(self.engine, self._deployment, str(config.journal.path))

    def _ended(self, ended: Ended) -> None:
        self._meter.run_ended(ended.recipe, ended.outcome)
        tell_end(self._settings.log, ended)

    def parts(self) -> Parts:
        """Return what the server is a front for."""
        settings = self._settings
        return Parts(
            signed_webhooks(settings.config, settings.secrets, settings.clock),
            self.engine.door,
            self.hand,
            self.engine.journal,
            masking_for(settings.secrets, self._registry),
            self._meter,
            settings.log,
        )

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work while the block runs: recipes live, runs carried on, time kept."""
        recipes = self._settings.config.recipes
        seen = await asyncio.to_thread(footprint, recipes)
        await self._deployment.reload()
        await self.engine.dispatcher.start()
        self._time.start()
        self.hand.hindered.clear()
        try:
            async with watching_files(recipes, self._deployment, seen):
                yield
        finally:
            self.hand.hindered.append("shutting down")
            await self._time.stop()
            left = await self.engine.dispatcher.stop(GRACE)
            if left:
                log.warning(
                    "left where they are, for the next start to go on with: %s of the runs", left
                )
