"""A person's hand on the journal: through the daemon that owns it, else by this very command."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from beeflow.cli.daemon_client import daemon_of
from beeflow.errors import ActionError, Failure, JournalLocked, NothingFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from beeflow.cli.options import Setup
    from beeflow.types import Json

LATER: Final = "no daemon is running: the next `beeflow serve` goes on with it"


class Order(msgspec.Struct, frozen=True):
    """What is to be done with an event or a run; `body` is what the daemon's API takes."""

    kind: Literal["events", "runs"]
    id: str
    verb: Literal["replay", "retry", "cancel", "resolve"]
    body: Mapping[str, Json] = msgspec.field(default_factory=dict)


class Done(msgspec.Struct, frozen=True):
    """What came of it. `later`: nobody carries it on before the next `beeflow serve`."""

    told: dict[str, Any]
    later: bool


def operate(setup: Setup, order: Order) -> Done:
    """Carry out an order. Raises `NothingFound`, and `UsageError` for what cannot be done."""
    # The parts of a daemon take a second to import, which the lists beside this do without.
    from beeflow.cli.journal_owner import carry_out  # noqa: PLC0415

    path = setup.config.journal.path
    if not path.exists():
        raise NothingFound(f"there is no journal at {path}: nothing has run yet")
    try:
        return Done(asyncio.run(carry_out(setup, order)), later=True)
    except JournalLocked as locked:
        return Done(_by_daemon(setup, order, locked), later=False)


class Result(msgspec.Struct, frozen=True):
    """What became of one of many orders: what was told, or why it was refused."""

    order: Order
    told: dict[str, Any] | None = None
    refused: str | None = None


class AllDone(msgspec.Struct, frozen=True):
    """What came of many orders, in their order. `later` as in `Done`."""

    results: tuple[Result, ...]
    later: bool


def operate_all(
    setup: Setup, orders: Sequence[Order], shown: Callable[[float], None] = lambda _done: None
) -> AllDone:
    """Carry out many orders; one that is refused does not stop the others.

    `shown` is told how many are done.
    """
    from beeflow.cli.journal_owner import carry_out_all  # noqa: PLC0415 - as above

    try:
        return AllDone(tuple(asyncio.run(carry_out_all(setup, orders, shown))), later=True)
    except JournalLocked as locked:
        return AllDone(tuple(_all_by_daemon(setup, orders, locked, shown)), later=False)


def _all_by_daemon(
    setup: Setup, orders: Sequence[Order], locked: JournalLocked, shown: Callable[[float], None]
) -> Iterator[Result]:
    """Yield what becomes of each. Where the daemon answers no more, nothing further is asked."""
    gone: ActionError | None = None
    for number, order in enumerate(orders, 1):
        told, refused = None, None
        try:
            if gone is None:
                told = _by_daemon(setup, order, locked)
        except (NothingFound, UsageError) as error:
            refused = str(error)
        except ActionError as error:
            gone = error
        yield Result(order, told, refused if gone is None else str(gone))
        shown(number)


def _by_daemon(setup: Setup, order: Order, locked: JournalLocked) -> dict[str, Any]:
    try:
        return daemon_of(setup, locked).post(order.kind, order.id, order.verb, body=order.body)
    except ActionError as error:
        raise unanswered(error, locked) from None


def unanswered(error: ActionError, locked: JournalLocked) -> ActionError:
    """Return the error for a journal that somebody owns who does not answer."""
    if error.failure.kind != "connection":
        return error
    return ActionError(Failure("connection", f"{locked}; it does not answer: {error}"))
