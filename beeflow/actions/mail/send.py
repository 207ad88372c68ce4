"""`email.send`, through aiosmtplib: one connection a call, a mail for each recipient."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import aiosmtplib
import msgspec

from beeflow.actions.definition import Args, Context, DefinedAction
from beeflow.actions.failures import excerpt, refusal
from beeflow.actions.mail.definition import SEND
from beeflow.actions.mail.message import Mail, compose
from beeflow.errors import ActionError, Failure
from beeflow.trust import system_trust

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from beeflow.actions.connections import Connections
    from beeflow.config.settings import Smtp
    from beeflow.types import Json

_LABEL = "email.send"
_TLS_PORT = 465
_PERMANENT = 500

_SPARE = 1.0
"""Seconds kept back of the time limit, to tell which mails were sent when it is over."""


class _Account(msgspec.Struct):
    """What became of each recipient so far."""

    sent: list[str] = msgspec.field(default_factory=list)
    message_ids: list[str] = msgspec.field(default_factory=list)
    refused: dict[str, aiosmtplib.SMTPResponse] = msgspec.field(default_factory=dict)

    def note(self, mail: Mail, refused: dict[str, aiosmtplib.SMTPResponse]) -> None:
        """Take down how the envelope of one mail fared."""
        self.refused |= refused
        self.sent += [address for address in mail.envelope if address not in refused]
        self.message_ids.append(mail.message_id)


class EmailSend(DefinedAction):
    """Sends each mail once."""

    definition = SEND

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def call(self, args: Args, context: Context) -> Json:
        """Send the mails; returns their `message_ids`."""
        connection = self._connections.smtp(args.get("connection"))
        # A thousand mails take their time, which the event loop does not have.
        mails = await asyncio.to_thread(compose, args, connection.sender, context)
        account = _Account()
        limit = max(context.timeout / 2, context.timeout - _SPARE)
        try:
            async with asyncio.timeout(limit), self._connected(connection) as server:
                await _send_all(server, mails, connection, account)
        except TimeoutError:
            raise ActionError(_cut(mails, account, f"not done within {limit:g} s")) from None
        if account.refused:
            raise ActionError(_refused(account))
        return {"message_ids": list(account.message_ids)}

    @asynccontextmanager
    async def _connected(self, connection: Smtp) -> AsyncIterator[aiosmtplib.SMTP]:
        server = _server(connection)
        try:
            await server.connect()
            await self._log_in(server, connection)
        except (aiosmtplib.SMTPException, OSError) as error:
            server.close()
            raise ActionError(_not_connected(connection, error)) from None
        except BaseException:
            server.close()
            raise
        try:
            yield server
            with suppress(aiosmtplib.SMTPException, OSError):  # a goodbye that nobody needs
                await server.quit()
        finally:
            server.close()

    async def _log_in(self, server: aiosmtplib.SMTP, connection: Smtp) -> None:
        username = self._connections.reveal(connection.username)
        if not username:
            return
        bare = connection.tls == "auto" and server.get_transport_info("sslcontext") is None
        if bare and not _is_loopback(connection.host):
            raise refusal(
                f"{_LABEL}: {connection.host} offers no TLS, and the password is not sent in the "
                f"clear; set `connections.{connection.name}.tls: none` where that is meant"
            )
        await server.login(username, self._connections.reveal(connection.password))


def _server(connection: Smtp) -> aiosmtplib.SMTP:
    from_start = connection.tls == "tls" or (
        connection.tls == "auto" and connection.port == _TLS_PORT
    )
    upgrade = {"auto": None, "starttls": True, "tls": False, "none": False}[connection.tls]
    return aiosmtplib.SMTP(
        hostname=connection.host,
        port=connection.port,
        use_tls=from_start,
        start_tls=False if from_start else upgrade,
        tls_context=system_trust(),
        local_hostname=socket.gethostname(),
        timeout=None,
    )


async def _send_all(
    server: aiosmtplib.SMTP, mails: Sequence[Mail], connection: Smtp, account: _Account
) -> None:
    for mail in mails:
        try:
            refused, _ = await server.send_message(
                mail.message, sender=_envelope_sender(mail), recipients=list(mail.envelope)
            )
            account.note(mail, refused)
        except aiosmtplib.SMTPRecipientsRefused as error:
            account.refused |= {
                one.recipient: aiosmtplib.SMTPResponse(one.code, one.message)
                for one in error.recipients
            }
        except aiosmtplib.SMTPResponseException as error:
            response = aiosmtplib.SMTPResponse(error.code, error.message)
            account.refused |= dict.fromkeys(mail.envelope, response)
        except aiosmtplib.SMTPNotSupported as error:
            response = aiosmtplib.SMTPResponse(_PERMANENT, str(error))
            account.refused |= dict.fromkeys(mail.envelope, response)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise ActionError(_cut(mails, account, f"{connection.host}: {error}")) from None


def _envelope_sender(mail: Mail) -> str:
    return str(mail.message["From"].addresses[0].addr_spec)


def _not_connected(connection: Smtp, error: Exception) -> Failure:
    where = f"{_LABEL}: the mail server {connection.host}:{connection.port}"
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        key = f"connections.{connection.name}"
        said = f"{error.code} {excerpt(error.message)}"
        message = f"{where} does not accept `{key}.username` and `{key}.password`: {said}"
        return Failure("action", message)
    # aiosmtplib raises its root for a server that offers no STARTTLS or no login.
    if isinstance(error, aiosmtplib.SMTPNotSupported) or type(error) is aiosmtplib.SMTPException:
        key = f"connections.{connection.name}.tls"
        return Failure("action", f"{where} cannot do what is asked of it: {error}; see `{key}`")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        message = f"{where} answered {error.code} {excerpt(error.message)}"
        return Failure("connection", message, retryable=error.code < _PERMANENT)
    return Failure("connection", f"{where} cannot be reached: {error}", retryable=True)


def _refused(account: _Account) -> Failure:
    """Classify refusals: with nothing sent they are clear, else the outcome is open."""
    told = "; ".join(
        f"{address}: {answer.code} {excerpt(answer.message)}"
        for address, answer in account.refused.items()
    )
    sent = f"; sent to {', '.join(account.sent)}" if account.sent else "; nothing was sent"
    later = all(answer.code < _PERMANENT for answer in account.refused.values())
    return Failure(
        "action",
        f"{_LABEL}: refused: {told}{sent}",
        open=bool(account.sent),
        retryable=later and not account.sent,
        detail=_detail(account),
    )


def _cut(mails: Sequence[Mail], account: _Account, reason: str) -> Failure:
    known = {*account.sent, *account.refused}
    unknown = [address for mail in mails for address in mail.envelope if address not in known]
    return Failure(
        "connection",
        f"{_LABEL}: cut after {len(account.sent)} of {len(mails)} mails: {reason}",
        open=True,
        detail={**_detail(account), "unknown_or_not_sent": list(dict.fromkeys(unknown))},
    )


def _detail(account: _Account) -> dict[str, Json]:
    return {
        "sent": list(account.sent),
        "refused": {
            address: f"{answer.code} {excerpt(answer.message)}"
            for address, answer in account.refused.items()
        },
    }


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
