"""The controls under `/_sandbox`: webhooks, faults, the record, the clock, the events' life."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from beeflow.beestreamed.catalog import load_catalog
from beeflow.errors import UsageError
from beeflow.sandbox import life, media
from beeflow.sandbox.orders import (
    ClockOrder,
    EmitOrder,
    FaultOrder,
    LifeOrder,
    ReceiverOrder,
    read_order,
    unknown,
)
from beeflow.sandbox.samples import laid_over, sample
from beeflow.sandbox.snapshot import shown_delivery, shown_receiver, shown_rule, snapshot
from beeflow.sandbox.web.answer import as_json
from beeflow.sandbox.web.state import SANDBOX

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    from aiohttp import web

    from beeflow.sandbox.sandbox import Sandbox
    from beeflow.types import Json

    Control: TypeAlias = "Callable[[web.Request], Awaitable[web.StreamResponse]]"

Order = TypeVar("Order", bound=msgspec.Struct)


def add_routes(app: web.Application) -> None:
    """Add the controls."""
    for method, path, control in (
        ("GET", "state", state),
        ("GET", "webhooks", receivers),
        ("POST", "webhooks", register),
        ("DELETE", "webhooks/{id:[0-9]{1,9}}", unregister),
        ("GET", "deliveries", deliveries),
        ("POST", "emit", emit),
        ("GET", "faults", faults),
        ("POST", "faults", add_fault),
        ("DELETE", "faults", clear_faults),
        ("GET", "requests", requests),
        ("DELETE", "requests", forget_requests),
        ("GET", "mails", mails),
        ("DELETE", "mails", forget_mails),
        ("POST", "clock", clock),
        ("POST", "life", step),
        ("POST", "reset", reset),
    ):
        app.router.add_route(method, f"/_sandbox/{path}", _reporting(control))


def _reporting(control: Control) -> Control:
    """Answer the developer's mistakes with 400 and what to do about them."""

    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            return await control(request)
        except UsageError as error:
            return as_json({"error": str(error)}, 400)

    return serve


async def _order(request: web.Request, kind: type[Order]) -> Order:
    return read_order(await request.read(), kind)


async def state(request: web.Request) -> web.StreamResponse:
    """Show everything, for the page."""
    return as_json(snapshot(request.app[SANDBOX]))


async def receivers(request: web.Request) -> web.StreamResponse:
    """Show the receivers of webhooks."""
    rows = request.app[SANDBOX].outbox.receivers.values()
    return as_json([shown_receiver(row) for row in rows])


async def register(request: web.Request) -> web.StreamResponse:
    """Register a receiver."""
    order = await _order(request, ReceiverOrder)
    outbox = request.app[SANDBOX].outbox
    row = outbox.register(order.checked_url(), order.secret, order.groups)
    return as_json(shown_receiver(row), 201)


async def unregister(request: web.Request) -> web.StreamResponse:
    """Forget a receiver."""
    known = request.app[SANDBOX].outbox.receivers
    row = known.pop(int(request.match_info["id"]), None)
    if row is None:
        return as_json(
            {"error": unknown("webhook", request.match_info["id"], map(str, known))}, 404
        )
    return as_json(shown_receiver(row))


async def deliveries(request: web.Request) -> web.StreamResponse:
    """Show the latest deliveries and what became of them, in order."""
    return as_json([shown_delivery(row) for row in request.app[SANDBOX].outbox.deliveries])


async def emit(request: web.Request) -> web.StreamResponse:
    """Send a webhook: the documented sample with `data` on top."""
    sandbox, order = request.app[SANDBOX], await _order(request, EmitOrder)
    if order.type not in load_catalog().webhooks:
        raise UsageError(unknown("webhook type", order.type, load_catalog().webhooks))
    payload = _emitted(sandbox, order)
    posted = sandbox.outbox.post(payload, sandbox.clock.wall())
    return as_json({"payload": payload, "deliveries": len(posted)})


def _emitted(sandbox: Sandbox, order: EmitOrder) -> dict[str, Json]:
    """Make the payload; an id and a timestamp of its own where the sample has them."""
    given = {name: value for name, value in msgspec.to_builtins(order).items() if value is not None}
    documented = sample(order.type)
    fresh: dict[str, Json] = {
        "id": sandbox.names.webhook_id(),
        "timestamp": int(sandbox.clock.wall()),
    }
    own = {name: value for name, value in fresh.items() if name in documented}
    return laid_over(laid_over(documented, own), given)


async def faults(request: web.Request) -> web.StreamResponse:
    """Show the faults that are still to come."""
    return as_json([shown_rule(rule) for rule in request.app[SANDBOX].faults.rules])


async def add_fault(request: web.Request) -> web.StreamResponse:
    """Let the next matching calls fail."""
    rule = (await _order(request, FaultOrder)).rule()
    request.app[SANDBOX].faults.rules.append(rule)
    return as_json(shown_rule(rule), 201)


async def clear_faults(request: web.Request) -> web.StreamResponse:
    """Let nothing fail any more."""
    rules = request.app[SANDBOX].faults.rules
    count = len(rules)
    rules.clear()
    return as_json({"forgotten": count})


async def requests(request: web.Request) -> web.StreamResponse:
    """Show every API call received, in order."""
    return as_json([call.as_json() for call in request.app[SANDBOX].calls.recorded])


async def forget_requests(request: web.Request) -> web.StreamResponse:
    """Forget the API calls."""
    recorded = request.app[SANDBOX].calls.recorded
    count = len(recorded)
    recorded.clear()
    return as_json({"forgotten": count})


async def mails(request: web.Request) -> web.StreamResponse:
    """Show the mails that came in, in order."""
    return as_json([mail.as_json() for mail in request.app[SANDBOX].mailbox.mails])


async def forget_mails(request: web.Request) -> web.StreamResponse:
    """Forget the mails."""
    mailbox = request.app[SANDBOX].mailbox
    count = len(mailbox.mails)
    mailbox.clear()
    return as_json({"forgotten": count})


async def clock(request: web.Request) -> web.StreamResponse:
    """Let time pass at once, or faster, and let happen what was due."""
    sandbox = request.app[SANDBOX]
    advance, speed = (await _order(request, ClockOrder)).checked()
    sandbox.clock.advance(advance)
    if speed is not None:
        sandbox.clock.run_at(speed)
    media.catch_up(sandbox)
    return as_json({"now": sandbox.now(), "speed": sandbox.clock.speed})


async def step(request: web.Request) -> web.StreamResponse:
    """Take a step of an event's life."""
    order = await _order(request, LifeOrder)
    return as_json({"done": order.do, "ref": life.perform(request.app[SANDBOX], order)})


async def reset(request: web.Request) -> web.StreamResponse:
    """Return to the seeded state; receivers stay."""
    request.app[SANDBOX].reset()
    return as_json({"status": "reset"})
