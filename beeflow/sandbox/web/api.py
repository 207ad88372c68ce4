"""The platform's API: a route for each operation of the catalog, so that none can be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.beestreamed.catalog import load_catalog
from beeflow.sandbox.access import admit
from beeflow.sandbox.arguments import Sent, checked, read_pairs, takes_body
from beeflow.sandbox.call import Call
from beeflow.sandbox.operations import HANDLERS
from beeflow.sandbox.reply import Refusal
from beeflow.sandbox.web.answer import answer
from beeflow.sandbox.web.state import ARRIVAL, SANDBOX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web
    from aiohttp.typedefs import Handler as WebHandler

    from beeflow.beestreamed.operation import Operation
    from beeflow.sandbox.call import Handler


def add_routes(
    app: web.Application,
    operations: Mapping[str, Operation] | None = None,
    handlers: Mapping[str, Handler] = HANDLERS,
) -> None:
    """Add a route for each operation; raises `LookupError` where one has no handler."""
    operations = load_catalog().operations if operations is None else operations
    missing, unknown = (
        sorted(set(operations) - set(handlers)),
        sorted(set(handlers) - set(operations)),
    )
    if missing or unknown:
        raise LookupError(f"operations without a handler: {missing}; handlers of none: {unknown}")
    # What is fixed in a path goes before what is a parameter: `/videos/upload` is not a video.
    for operation in sorted(operations.values(), key=lambda found: found.path.replace("{", "~")):
        handler = _serving(operation, handlers[operation.name])
        app.router.add_route(operation.method, operation.path, handler)
    app.router.add_get("/analytics/{event_ref}/viewers", _no_viewer)
    app.router.add_get("/analytics/{event_ref}/viewers/", _no_viewer)


def _serving(operation: Operation, handler: Handler) -> WebHandler:
    async def serve(request: web.Request) -> web.StreamResponse:
        arrival = ARRIVAL.get()
        admit(operation, arrival.caller)
        if arrival.unreadable is not None and takes_body(operation):
            status = 413 if arrival.body is None else 400
            raise Refusal(status, arrival.unreadable)
        path, query = dict(request.match_info), read_pairs(request.query.items())
        call = Call(
            sandbox=request.app[SANDBOX],
            caller=arrival.caller,
            path=path,
            arguments=checked(operation, Sent(path, query, arrival.body)),
            base=f"{request.scheme}://{request.host}",
        )
        return answer(handler(call))

    return serve


async def _no_viewer(_request: web.Request) -> web.StreamResponse:
    """Answer the documented 400 of "Get analytics viewer data"."""
    raise Refusal(400, "Viewer ID is required")
