"""`POST /api/…`: what a person or a script may do: replay, retry, cancel, resolve, run, reload."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import asdict

from beeflow.engine.listing import open_paths, run_row
from beeflow.errors import NothingFound
from beeflow.server.answers import Refused, as_json
from beeflow.server.body import Room, read_json
from beeflow.server.ports import Operator, Resolution
from beeflow.server.queries import bad_request
from beeflow.types import parse_datetime

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from aiohttp import web

    from beeflow.engine.hiding import Masking
    from beeflow.engine.journal.protocol import History
    from beeflow.engine.journal.records import OpenRun, Receipt
    from beeflow.types import Json

_OUTCOMES: dict[str, Literal["succeeded", "failed"]] = {
    "succeeded": "succeeded",
    "failed": "failed",
}
_RETRYABLE = ("failed", "unknown", "cancelled")


class Control:
    """Carries out what is asked; refuses with the mend what cannot be."""

    def __init__(self, history: History, operator: Operator, masking: Masking, room: Room) -> None:
        self._history = history
        self._operator = operator
        self._masking = masking
        self._room = room

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add `/api` as far as it changes something."""
        router.add_post("/api/events/{id}/replay", self.replay)
        router.add_post("/api/runs/{id}/retry", self.retry)
        router.add_post("/api/runs/{id}/cancel", self.cancel)
        router.add_post("/api/runs/{id}/resolve", self.resolve)
        router.add_post("/api/recipes/{id}/run", self.run)
        router.add_post("/api/reload", self.reload)
        router.add_post("/api/journal/prune", self.prune)

    async def replay(self, request: web.Request) -> web.Response:
        """Let an event enter again."""
        await self._asked(request, ())
        return _entered(await self._operator.replay(request.match_info["id"]))

    async def run(self, request: web.Request) -> web.Response:
        """Start a recipe by hand: `{"inputs": {…}, "event": {…}}`, both optional."""
        asked = await self._asked(request, ("inputs", "event"))
        inputs = _mapping(asked, "inputs") or {}
        event = _mapping(asked, "event")
        return _entered(await self._operator.run(request.match_info["id"], inputs, event))

    async def retry(self, request: web.Request) -> web.Response:
        """Let a run go on from where it ended badly."""
        await self._asked(request, ())
        run = (await self._opened(request)).run
        if run.outcome not in _RETRYABLE:
            raise _conflict(
                f"the run {_stands(run.status, run.outcome)}: only one that ended "
                "failed, unknown or cancelled can be retried"
            )
        await self._operator.retry(run.id)
        return await self._now(run.id)

    async def cancel(self, request: web.Request) -> web.Response:
        """Cancel a run that has not ended."""
        await self._asked(request, ())
        run = (await self._opened(request)).run
        if run.status == "done":
            raise _conflict(f"the run {_stands(run.status, run.outcome)}: it cannot be cancelled")
        await self._operator.cancel(run.id)
        return await self._now(run.id)

    async def resolve(self, request: web.Request) -> web.Response:
        """Answer an unknown outcome: `{"outcome", "path"?, "output"?, "message"?}`."""
        answer = _resolution(await self._asked(request, ("outcome", "path", "output", "message")))
        opened = await self._opened(request)
        _check_open(opened, answer.path)
        await self._operator.resolve(opened.run.id, answer)
        return await self._now(opened.run.id)

    async def reload(self, request: web.Request) -> web.Response:
        """Read the recipes again."""
        await self._asked(request, ())
        return as_json(asdict(await self._operator.reload()))

    async def prune(self, request: web.Request) -> web.Response:
        """Delete what is old: `{"before": a time, "vacuum"?: whether the file is to shrink}`."""
        asked = await self._asked(request, ("before", "vacuum"))
        before, shrink = asked.get("before"), asked.get("vacuum", False)
        if not isinstance(shrink, bool):
            raise bad_request("`vacuum` must be true or false")
        try:
            at = parse_datetime(str(before)).timestamp()
        except ValueError as error:
            raise bad_request(f"`before`: {error}") from None
        if at > time.time():
            raise bad_request("`before` is in the future: what has not ended yet is not old")
        return as_json(asdict(await self._operator.prune(at, shrink=shrink)))

    async def _asked(self, request: web.Request, allowed: Collection[str]) -> dict[str, Json]:
        """Return the request's object; nothing at all is an empty one."""
        body = await read_json(request, self._room)
        try:
            asked = msgspec.json.decode(body or b"{}")
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise Refused(400, "invalid_json", str(error)) from None
        if not isinstance(asked, dict):
            raise Refused(400, "invalid_json", "send a JSON object")
        for name in asked:
            if name not in allowed:
                known = ", ".join(allowed) or "none"
                raise bad_request(f"there is no field `{name[:100]}` (there are: {known})")
        return asked

    async def _opened(self, request: web.Request) -> OpenRun:
        run_id = request.match_info["id"]
        opened = await self._history.run(run_id)
        if opened is None:
            raise NothingFound(f"there is no run `{run_id[:200]}`")
        return opened

    async def _now(self, run_id: str) -> web.Response:
        """Answer with the run as it stands after what was done."""
        opened = await self._history.run(run_id)
        if opened is None:
            raise NothingFound(f"there is no run `{run_id}` any more")
        return as_json(run_row(opened.run, self._masking))


def _entered(receipt: Receipt) -> web.Response:
    told = {"status": receipt.status, "event": receipt.event_id, "runs": [*receipt.runs]}
    return as_json(told, 202)


def _mapping(asked: Mapping[str, Json], name: str) -> dict[str, Json] | None:
    value = asked.get(name)
    if value is not None and not isinstance(value, dict):
        raise bad_request(f"`{name}` must be an object")
    return value


def _resolution(asked: Mapping[str, Json]) -> Resolution:
    path, message = asked.get("path"), asked.get("message")
    outcome = _OUTCOMES.get(str(asked.get("outcome")))
    if outcome is None:
        raise bad_request("`outcome` must be `succeeded` or `failed`: what became of the action?")
    if not isinstance(path, str | None) or not isinstance(message, str | None):
        raise bad_request("`path` and `message` must be texts")
    return Resolution(outcome, path, asked.get("output"), message or "")


def _check_open(opened: OpenRun, path: str | None) -> None:
    """See to it that there is something to resolve, and that it is clear what."""
    run, paths = opened.run, open_paths(opened)
    if not paths:
        raise _conflict(f"the run {_stands(run.status, run.outcome)}: nothing in it is unknown")
    listed = ", ".join(paths)
    if path is None and len(paths) > 1:
        raise bad_request(f"several outcomes are unknown: give `path`, one of {listed}")
    if path is not None and path not in paths:
        raise bad_request(f"nothing is unknown at `{path[:200]}` (only at {listed})")


def _stands(status: str, outcome: str | None) -> str:
    return f"is {status}" if outcome is None else f"has ended {outcome}"


def _conflict(detail: str) -> Refused:
    return Refused(409, "conflict", detail)
