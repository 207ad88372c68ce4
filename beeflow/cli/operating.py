"""A person's hand on the journal: through the daemon that owns it, else by this very command."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from beeflow.cli.by_hand import Owner, owning_journal
from beeflow.cli.daemon_client import daemon_of
from beeflow.daemon.masking import masking_for
from beeflow.engine.listing import run_row
from beeflow.errors import ActionError, Failure, JournalLocked, NothingFound
from beeflow.server.ports import Resolution

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from beeflow.cli.options import Setup
    from beeflow.types import Json


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with an event or a run; `body` is what the daemon's API takes."""

    kind: Literal["events", "runs"]
    id: str
    verb: Literal["replay", "retry", "cancel", "resolve"]
    body: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it. `later`: nobody carries it on before the next `beeflow serve`."""

    told: dict[str, Any]
    later: bool


LATER: Final = "no daemon is running: the next `beeflow serve` goes on with it"


def operate(setup: Setup, order: Order) -> Done:
    """Carry out an order. Raises `NothingFound`, and `UsageError` for what cannot be done."""
    path = setup.config.journal.path
    if not path.exists():
        raise NothingFound(f"there is no journal at {path}: nothing has run yet")
    try:
        return Done(asyncio.run(_directly(setup, order)), later=True)
    except JournalLocked as locked:
        return Done(_by_daemon(setup, order, locked), later=False)


def _by_daemon(setup: Setup, order: Order, locked: JournalLocked) -> dict[str, Any]:
    try:
        return daemon_of(setup).post(order.kind, order.id, order.verb, body=order.body)
    except ActionError as error:
        raise unanswered(error, locked) from None


def unanswered(error: ActionError, locked: JournalLocked) -> ActionError:
    """Return the error for a journal that somebody owns who does not answer."""
    if error.failure.kind != "connection":
        return error
    return ActionError(Failure("connection", f"{locked}; it does not answer: {error}"))


async def _directly(setup: Setup, order: Order) -> dict[str, Any]:
    async with owning_journal(setup, carry=False) as owner:
        return await _VERBS[order.verb](owner, setup, order)


async def _replay(owner: Owner, setup: Setup, order: Order) -> dict[str, Any]:
    del setup
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
