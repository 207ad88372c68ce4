"""`GET /api/…`: history and state, with the same fields as the commands' `--json`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from beeflow.engine.journal.records import Filter
from beeflow.engine.listing import (
    counts_row,
    event_detail,
    event_row,
    run_detail,
    run_row,
)
from beeflow.errors import NothingFound
from beeflow.server.answers import as_json, as_json_aside
from beeflow.server.queries import EVENTS, RUNS, bad_request, read_filter
from beeflow.server.recipes import recipe_row, state_of
from beeflow.types import Json, iso

if TYPE_CHECKING:
    from aiohttp import web

    from beeflow.engine.hiding import Masking
    from beeflow.engine.journal.protocol import History
    from beeflow.server.ports import Operator


class Api:
    """Answers what is asked of history and state."""

    def __init__(
        self, history: History, operator: Operator, masking: Masking, *, password: bool
    ) -> None:
        self._history = history
        self._password = password
        self._operator = operator
        self._masking = masking

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add `/api` as far as it only reads."""
        router.add_get("/api/recipes", self.recipes)
        router.add_get("/api/events", self.events)
        router.add_get("/api/events/{id}", self.event)
        router.add_get("/api/runs", self.runs)
        router.add_get("/api/runs/{id}", self.run)
        router.add_get("/api/status", self.status)

    async def recipes(self, request: web.Request) -> web.Response:
        """List the recipes, the broken ones with their places."""
        read_filter(_query(request), (), time.time())
        recipes = self._operator.recipes()
        return await as_json_aside(lambda: [recipe_row(deployed) for deployed in recipes])

    async def events(self, request: web.Request) -> web.Response:
        """List events, newest first."""
        wanted = read_filter(_query(request), EVENTS, time.time())
        found = await self._history.events(wanted)
        return await as_json_aside(lambda: [event_row(event, runs) for event, runs in found])

    async def event(self, request: web.Request) -> web.Response:
        """Show one event, its payload, and what it started."""
        event_id = request.match_info["id"]
        event = await self._history.event(event_id)
        if event is None:
            raise NothingFound(f"there is no event `{event_id[:200]}`")
        runs = await self._history.runs(Filter(limit=0, event=event.id))
        return await as_json_aside(lambda: event_detail(event, runs, self._masking))

    async def runs(self, request: web.Request) -> web.Response:
        """List runs, newest first."""
        wanted = read_filter(_query(request), RUNS, time.time())
        found = await self._history.runs(wanted)
        return await as_json_aside(lambda: [run_row(run, self._masking) for run in found])

    async def run(self, request: web.Request) -> web.Response:
        """Show one run: its decisions, calls, waits and ending."""
        run_id = request.match_info["id"]
        opened = await self._history.run(run_id)
        if opened is None:
            raise NothingFound(f"there is no run `{run_id[:200]}`")
        return await as_json_aside(lambda: run_detail(opened, self._masking))

    async def status(self, _request: web.Request) -> web.Response:
        """Show how the daemon stands."""
        status = self._operator.status()
        counts = counts_row(await self._history.counts())
        return as_json(
            {
                "version": status.version,
                "started_at": iso(status.started_at),
                "journal": status.journal,
                "password": self._password,
                "ready": not self._operator.troubles(),
                "hindrances": [*self._operator.troubles()],
                "running": status.load.running,
                "queued": status.load.queued,
                "missing_events": status.missing_events,
                "recipes": self._states(),
                **counts,
            }
        )

    def _states(self) -> Json:
        states = [state_of(deployed) for deployed in self._operator.recipes()]
        return {state: states.count(state) for state in sorted(set(states))}


def _query(request: web.Request) -> dict[str, str]:
    """Return the parameters, each of which may be there once."""
    query = dict(request.query)
    if len(query) != len(request.query):
        raise bad_request("a parameter is there twice")
    return query
