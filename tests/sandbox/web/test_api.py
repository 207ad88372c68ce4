from __future__ import annotations

import pytest
from aiohttp import web

from beeflow.beestreamed.catalog import load_catalog
from beeflow.sandbox.operations import HANDLERS
from beeflow.sandbox.web import api


def test_every_operation_has_a_handler_and_a_route() -> None:
    app = web.Application()
    api.add_routes(app)
    routes = {
        (route.method, route.resource.canonical) for route in app.router.routes() if route.resource
    }
    operations = load_catalog().operations
    assert len(operations) == 50
    assert {(found.method, found.path) for found in operations.values()} <= routes


@pytest.mark.parametrize("name", ["polls.create", "user.connections"])
def test_a_missing_handler_stops_the_start(name: str) -> None:
    handlers = {action: handler for action, handler in HANDLERS.items() if action != name}
    with pytest.raises(LookupError, match=name):
        api.add_routes(web.Application(), handlers=handlers)


def test_a_handler_of_no_operation_stops_the_start() -> None:
    handlers = {**HANDLERS, "polls.close": HANDLERS["polls.update"]}
    with pytest.raises(LookupError, match=r"polls\.close"):
        api.add_routes(web.Application(), handlers=handlers)
