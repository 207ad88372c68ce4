"""Where no daemon runs, a command owns the journal itself for as long as it takes.

It neither listens nor keeps time, and carries on nothing but what it was asked for: runs of
others that are waiting are left to the next `beeflow serve`.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from beeflow.actions.account import account_of
from beeflow.actions.opening import open_actions
from beeflow.beestreamed.client import Client
from beeflow.cli.orders import Result
from beeflow.daemon.assembly import open_journal
from beeflow.daemon.deployment import Deployment
from beeflow.daemon.engine import Engine, Settings, build_engine
from beeflow.daemon.masking import masking_for
from beeflow.daemon.operator import Hand
from beeflow.daemon.reading import Folder
from beeflow.engine.listing import run_row
from beeflow.errors import NothingFound, UsageError
from beeflow.server.ports import Resolution

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from beeflow.actions.registry import Registry
    from beeflow.cli.options import Setup
    from beeflow.cli.orders import Order

GRACE: Final = 10.0
"""Seconds that what is under way has to come to a place where it can be left."""


class Owner(msgspec.Struct):
    """The owner of the journal. `mine` are the runs it carries on."""

    hand: Hand
    engine: Engine
    registry: Registry
    mine: set[str] = msgspec.field(default_factory=set)

    async def wake_mine(self) -> None:
        """Go on with those of its runs whose time has come."""
        journal = self.engine.journal
        moved = await journal.due(self.engine.clock.now())
        ready = tuple([run_id for run_id in moved.ready if await self._is_mine(run_id)])
        woken = tuple([one for one in moved.woken if await self._is_mine(one.run)])
        self.engine.dispatcher.submit(replace(moved, ready=ready, woken=woken, wake_at=None))

    async def _is_mine(self, run_id: str) -> bool:
        """Whether a run is its own, or was started by one of them."""
        opened = await self.engine.journal.run(run_id)
        cause = opened.run.cause if opened else None
        if run_id in self.mine or cause in self.mine:
            self.mine.add(run_id)
        return run_id in self.mine


@asynccontextmanager
async def owning_journal(setup: Setup, *, carry: bool) -> AsyncIterator[Owner]:
    """Own the journal while the block runs; with `carry`, what is set in motion is carried out.

    Raises `JournalLocked` where a daemon, or another command, owns it.
    """
    config, secrets = setup.config, setup.secrets
    settings = Settings(config, secrets)
    journal = await open_journal(config)
    try:
        async with (
            Client(account_of(config.platform, secrets)) as client,
            open_actions(config, secrets, client) as registry,
        ):
            engine = build_engine(settings, journal, registry)
            folder = Folder.of(settings, registry)
            deployment = Deployment(engine.book, folder.read, _nothing)
            await deployment.reload()
            if not carry:
                await engine.dispatcher.stop(0.0)
            try:
                yield Owner(Hand(engine, deployment, str(config.journal.path)), engine, registry)
            finally:
                await engine.dispatcher.stop(GRACE)
    finally:
        await journal.close()


async def _nothing() -> None:
    """Plan nothing: schedules and watches are the daemon's."""


# --- orders ------------------------------------------------------------------------------------


async def carry_out(setup: Setup, order: Order) -> dict[str, Any]:
    """Carry out an order; returns what the daemon's API would have answered."""
    async with owning_journal(setup, carry=False) as owner:
        return await _VERBS[order.verb](owner, setup, order)


async def carry_out_all(
    setup: Setup, orders: Sequence[Order], shown: Callable[[float], None]
) -> list[Result]:
    """Carry out many orders; one that is refused does not stop the others."""
    results: list[Result] = []
    async with owning_journal(setup, carry=False) as owner:
        for order in orders:
            try:
                results.append(Result(order, await _VERBS[order.verb](owner, setup, order)))
            except (NothingFound, UsageError) as error:
                results.append(Result(order, refused=str(error)))
            shown(len(results))
    return results


async def _replay(owner: Owner, _setup: Setup, order: Order) -> dict[str, Any]:
    receipt = await owner.hand.replay(order.id)
    return {"status": receipt.status, "event": receipt.event_id, "runs": [*receipt.runs]}


async def _retry(owner: Owner, setup: Setup, order: Order) -> dict[str, Any]:
    await owner.hand.retry(order.id)
    return await _row(owner, setup, order)


async def _cancel(owner: Owner, setup: Setup, order: Order) -> dict[str, Any]:
    await owner.hand.cancel(order.id)
    return await _row(owner, setup, order)


async def _resolve(owner: Owner, setup: Setup, order: Order) -> dict[str, Any]:
    answer: dict[str, Any] = dict(order.body)
    await owner.hand.resolve(order.id, Resolution(**answer))
    return await _row(owner, setup, order)


async def _row(owner: Owner, setup: Setup, order: Order) -> dict[str, Any]:
    """Return the run as it stands now."""
    opened = await owner.engine.journal.run(order.id)
    if opened is None:
        raise NothingFound(f"there is no run `{order.id}` any more")
    return run_row(opened.run, masking_for(setup.secrets, owner.registry))


_VERBS: Final[Mapping[str, Callable[[Owner, Setup, Order], Awaitable[dict[str, Any]]]]] = {
    "replay": _replay,
    "retry": _retry,
    "cancel": _cancel,
    "resolve": _resolve,
}
