"""A mail server that keeps what it is given and delivers nothing.

It speaks as much of RFC 5321 as a sending library needs, takes any user name and password, and can
be told to refuse: a fault whose method is the command (`MAIL`, `RCPT`, `DATA`, …) and whose path is
the address. `reset_after` on `DATA` keeps the mail and then cuts the connection.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beeflow.sandbox.mailbox import Mail

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from beeflow.sandbox.sandbox import Sandbox

MAX_MAIL = 10 * 2**20
"""The largest mail that is taken, in bytes."""
_MAX_LINE = 2**16
_MAX_RECIPIENTS = 1000
_IDLE = 120.0
_ADDRESS = re.compile(r"(?:FROM|TO):\s*<([^<>]*)>(?:\s.*)?", re.IGNORECASE)


@asynccontextmanager
async def mail_server(sandbox: Sandbox, host: str, port: int) -> AsyncIterator[int]:
    """Take mails at an address; gives the port, which is any free one for 0."""
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_converse(sandbox, reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, host, port, limit=_MAX_LINE)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


async def _converse(
    sandbox: Sandbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Speak with one sender until it goes, is silent for two minutes, or is cut off."""
    try:
        await _Conversation(sandbox, reader, writer).run()
    except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
        pass  # the sender went away; what it had not finished is forgotten
    except ValueError:
        writer.write(b"500 Line too long\r\n")
    finally:
        writer.close()


class _GoodbyeError(ConnectionError):
    """The conversation is over."""


@dataclass(slots=True)
class _Transaction:
    """A mail that is being handed over."""

    sender: str | None = None
    recipients: list[str] = field(default_factory=list)


class _Conversation:
    """One connection: a command a line, an answer each."""

    def __init__(
        self, sandbox: Sandbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._sandbox = sandbox
        self._reader = reader
        self._writer = writer
        self._mail = _Transaction()
        self._commands: Mapping[str, Callable[[str], Awaitable[str]]] = {
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "AUTH": self._auth,
            "MAIL": self._mail_from,
            "RCPT": self._rcpt_to,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": self._noop,
            "QUIT": self._quit,
        }

    async def run(self) -> None:
        """Greet, then answer until the sender says goodbye."""
        await self._say("220 sandbox.beeflow.example ESMTP")
        while True:
            line = await self._line()
            verb, _, rest = line.partition(" ")
            await self._say(await self._answer(verb.upper(), rest.strip()))

    async def _answer(self, verb: str, rest: str) -> str:
        command = self._commands.get(verb)
        if command is None:
            return "502 Command not implemented"
        address = _ADDRESS.fullmatch(rest)
        fault = self._sandbox.faults.take(verb, address[1] if address else "")
        if fault is None:
            return await command(rest)
        if fault.kind == "status":
            return f"{fault.status} Refused on demand"
        if fault.kind == "delay":
            await asyncio.sleep(fault.delay)
            return await command(rest)
        if fault.kind == "reset_after":
            await command(rest)
        self._writer.transport.abort()
        raise _GoodbyeError

    async def _ehlo(self, _rest: str) -> str:
        self._mail = _Transaction()
        offers = ("8BITMIME", "SMTPUTF8", "PIPELINING", f"SIZE {MAX_MAIL}", "AUTH PLAIN LOGIN")
        lines = ["250-sandbox.beeflow.example", *(f"250-{offer}" for offer in offers)]
        return "\r\n".join([*lines, "250 HELP"])

    async def _helo(self, _rest: str) -> str:
        self._mail = _Transaction()
        return "250 sandbox.beeflow.example"

    async def _auth(self, rest: str) -> str:
        """Accept whoever it is; PLAIN takes one answer, LOGIN a name and a password."""
        method, _, initial = rest.partition(" ")
        questions = {"PLAIN": [""], "LOGIN": ["VXNlcm5hbWU6", "UGFzc3dvcmQ6"]}.get(method.upper())
        if questions is None:
            return "504 Unknown way to authenticate"
        for question in questions[1:] if initial else questions:
            await self._say(f"334 {question}")
            if await self._line() == "*":
                return "501 Authentication cancelled"
        return "235 Welcome"

    async def _mail_from(self, rest: str) -> str:
        address = _ADDRESS.fullmatch(rest)
        if address is None or not rest.upper().startswith("FROM"):
            return "501 Write MAIL FROM:<address>"
        if self._mail.sender is not None:
            return "503 One mail at a time"
        self._mail = _Transaction(sender=address[1])
        return "250 OK"

    async def _rcpt_to(self, rest: str) -> str:
        address = _ADDRESS.fullmatch(rest)
        if address is None or not address[1] or not rest.upper().startswith("TO"):
            return "501 Write RCPT TO:<address>"
        if self._mail.sender is None:
            return "503 MAIL comes first"
        if len(self._mail.recipients) >= _MAX_RECIPIENTS:
            return "452 Too many recipients"
        self._mail.recipients.append(address[1])
        return "250 OK"

    async def _data(self, _rest: str) -> str:
        if not self._mail.recipients:
            return "503 RCPT comes first"
        await self._say("354 End with a dot on a line by itself")
        content = await self._content()
        mail, self._mail = self._mail, _Transaction()
        if content is None:
            return "552 The mail is larger than 10 MiB"
        received = self._sandbox.clock.wall()
        self._sandbox.mailbox.mails.append(
            Mail(received, mail.sender or "", tuple(mail.recipients), content)
        )
        return "250 Kept"

    async def _content(self) -> bytes | None:
        """Read a mail up to its dot, taking away the dots that were put before others."""
        content, size = bytearray(), 0
        while (line := await self._raw_line()) != b".\r\n":
            line = line.removeprefix(b".")
            size += len(line)
            if size <= MAX_MAIL:
                content += line
        return bytes(content) if size <= MAX_MAIL else None

    async def _rset(self, _rest: str) -> str:
        self._mail = _Transaction()
        return "250 OK"

    async def _noop(self, _rest: str) -> str:
        return "250 OK"

    async def _quit(self, _rest: str) -> str:
        await self._say("221 Goodbye")
        raise _GoodbyeError

    async def _line(self) -> str:
        return (await self._raw_line()).decode("utf-8", "replace").rstrip("\r\n")

    async def _raw_line(self) -> bytes:
        async with asyncio.timeout(_IDLE):
            line = await self._reader.readline()
        if not line.endswith(b"\n"):
            raise _GoodbyeError
        return line

    async def _say(self, answer: str) -> None:
        self._writer.write(f"{answer}\r\n".encode("ascii", "replace"))
        await self._writer.drain()
