"""The client of the BeeStreamed API.

One attempt a call: whether to try again, and when, is the engine's to decide, by what the `Failure`
of the `ActionError` says. What the client does see to is the rate limit, the circuit breaker, the
deadline, and that reads which many make at once are made once.
"""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

import msgspec
from msgspec.structs import replace

from beeflow.beestreamed import failures
from beeflow.beestreamed.catalog import Catalog, load_catalog
from beeflow.beestreamed.clock import Clock, MonotonicClock
from beeflow.beestreamed.drift import Drift, Notice, log_notice
from beeflow.beestreamed.failures import Sender
from beeflow.beestreamed.gate import Gate
from beeflow.beestreamed.paging import Pages, follow
from beeflow.beestreamed.sharing import SharedReads
from beeflow.beestreamed.transport import (
    AiohttpTransport,
    Answer,
    Outgoing,
    Transport,
    TransportError,
)
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType

    from beeflow.beestreamed.account import Account
    from beeflow.beestreamed.operation import Operation
    from beeflow.beestreamed.request import Request
    from beeflow.types import Json


class Outside(msgspec.Struct, frozen=True):
    """What the client reaches the world by; each part can be another one in tests.

    `clock` measures time, `wall` is the time of day in Unix seconds. `notice` is told of answers
    that do not fit the API description.
    """

    transport: Transport | None = None
    clock: Clock = msgspec.field(default_factory=MonotonicClock)
    wall: Callable[[], float] = time.time
    notice: Notice = log_notice


class Client:
    """Calls operations by the name of their action. Make one for each account, and close it."""

    def __init__(
        self, account: Account, *, catalog: Catalog | None = None, outside: Outside | None = None
    ) -> None:
        """Make a client; raises `ConfigError` where the account's address is none of HTTP."""
        outside = outside or Outside()
        self._account = account
        self._catalog = catalog or load_catalog()
        self._clock, self._wall = outside.clock, outside.wall
        self._transport = outside.transport or AiohttpTransport(account.url)
        self._gate = Gate(account.host, account.limit, self._transport, self._clock, self._wall)
        self._shared: SharedReads[Answer] = SharedReads()
        self._drift = Drift(outside.notice)
        self._headers = account.headers()

    async def __aenter__(self) -> Self:
        """Return the client itself; leaving closes it."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        await self.close()

    @property
    def calls_left(self) -> int:
        """How many calls the rate limit lets through at once now."""
        return self._gate.left

    async def close(self) -> None:
        """Let go of all connections."""
        await self._transport.close()

    async def call(
        self,
        action: str,
        args: Mapping[str, Json],
        *,
        timeout: float = 30.0,  # noqa: ASYNC109 - it is handed on, and told in the failure
        pages: Pages | None = None,
    ) -> Json:
        """Call an operation once and return the content of its answer.

        `timeout` is in seconds and for all of it, pages and waiting included. `pages` follows a
        list: `all`, or so many pages of 100 (unless the arguments name a size).

        Raises `ActionError`; with the kind `action` when the arguments are wrong: nothing was sent.
        """
        operation = self._operation(action, args, pages)
        deadline = self._clock.now() + timeout
        return await self._all(operation, operation.normal(args), deadline, pages)

    def _operation(self, action: str, args: Mapping[str, Json], pages: Pages | None) -> Operation:
        operation = self._catalog.operations.get(action)
        if operation is None:
            raise _wrong(f"there is no action `{action}` of the platform")
        if problems := operation.check(args):
            raise _wrong("; ".join(problems))
        if pages is not None and operation.paginate is None:
            raise _wrong(f"{action} has no pages to follow")
        if pages is not None and pages != "all" and pages < 1:
            raise _wrong(f"`pages` is {pages}, but must be `all` or at least 1")
        if operation.session_key and not (self._account.session_key or "session_key" in args):
            raise _wrong(f"{action} needs a session key: set platform.session_key")
        return operation

    async def _all(
        self, operation: Operation, args: Mapping[str, Json], deadline: float, pages: Pages | None
    ) -> Json:
        """Make one request, or as many as there are pages to follow."""
        if pages is None or operation.paginate is None:
            return await self._one(operation, args, deadline)
        return await follow(
            operation.paginate, args, pages, lambda page: self._one(operation, page, deadline)
        )

    async def _one(self, operation: Operation, args: Mapping[str, Json], deadline: float) -> Json:
        """Make one request and return the content of the answer."""
        try:
            request = operation.request(args)
            outgoing = self._outgoing(operation, args, request)
        except UnicodeEncodeError as error:
            raise _wrong(f"{operation.name}: a text holds half a character: {error}") from None
        sender = self._sender(operation, request, args)
        answer = await self._answer(outgoing, sender, deadline)
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            if request.method == "DELETE" and answer.status == HTTPStatus.NOT_FOUND:
                return _already_gone(operation)
            raise failures.error_answer(sender, answer, self._wall())
        content = operation.content(_decoded(sender, answer))
        if (
            request.method == "PATCH"
            and _no_rows(content)
            and not await self._exists(operation, args, deadline)
        ):
            raise failures.not_found(sender)
        self._drift.look(operation, content)
        return content

    async def _exists(
        self, operation: Operation, args: Mapping[str, Json], deadline: float
    ) -> bool:
        """Look whether what a PATCH without effect is about is there."""

        def fetch(action: str, known: Mapping[str, Json]) -> Awaitable[Json]:
            return self._all(self._catalog.operations[action], known, deadline, "all")

        return operation.exists is not None and await operation.exists.seen(args, fetch)

    async def _answer(self, outgoing: Outgoing, sender: Sender, deadline: float) -> Answer:
        if outgoing.method == "GET":
            return await self._shared_answer(outgoing, sender, deadline)
        try:
            return await self._gate.send(outgoing, sender, deadline)
        finally:
            # Whoever reads from now on must see what was written.
            self._shared.forget()

    async def _shared_answer(self, outgoing: Outgoing, sender: Sender, deadline: float) -> Answer:
        patience = deadline - self._clock.now()
        try:
            async with asyncio.timeout(patience):
                return await self._shared.get(
                    outgoing.target, lambda: self._gate.send(outgoing, sender, deadline)
                )
        except TimeoutError:
            error = TransportError(
                f"no answer within {round(patience, 2):g} s", sent=True, timed_out=True
            )
            raise failures.not_answered(sender, error) from None

    def _outgoing(
        self, operation: Operation, args: Mapping[str, Json], request: Request
    ) -> Outgoing:
        headers = self._headers
        if operation.session_key and "session_key" not in args:
            headers = {**headers, **self._account.session_headers()}
            request = replace(request, query={**request.query, **self._account.session_query()})
        body = None
        if request.body is not None:
            headers = {**headers, "Content-Type": "application/json"}
            body = msgspec.json.encode(request.body)
        fresh = operation.effect_of(args) == "once"
        return Outgoing(request.method, request.target, headers, body, fresh)

    def _sender(self, operation: Operation, request: Request, args: Mapping[str, Json]) -> Sender:
        given = (args.get(p.name) for p in operation.parameters if p.secret)
        hidden = (*given, self._account.session_key, self._account.secret_key)
        return Sender(
            request=f"{request.method} {request.masked_path}",
            writes=request.method != "GET",
            credential=self._credential(operation),
            hidden=tuple(text for text in hidden if isinstance(text, str) and text),
        )

    def _credential(self, operation: Operation) -> str:
        if operation.session_key:
            return "the session key"
        if self._account.has_token:
            return "platform.token_id and platform.secret_key"
        return "platform.token_id and platform.secret_key, which are not set"


def _decoded(sender: Sender, answer: Answer) -> Json:
    if not answer.body:
        return None
    try:
        value: Json = msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        text = " ".join(answer.body.decode("utf-8", "replace")[:200].split())
        raise failures.bad_answer(sender, answer.status, f"not in JSON: {text}") from None
    return value


def _no_rows(content: Json) -> bool:
    rows = content.get("rows") if isinstance(content, dict) else None
    return rows == 0 and not isinstance(rows, bool)


def _already_gone(operation: Operation) -> Json:
    """Answer a DELETE of what is not there: it is done."""
    gone: dict[str, Json] = {"message": "Already gone", "status": HTTPStatus.NOT_FOUND.value}
    return {**gone, "rows": 0} if "rows" in operation.answer_schema["properties"] else gone


def _wrong(message: str) -> ActionError:
    return ActionError(Failure("action", message))
