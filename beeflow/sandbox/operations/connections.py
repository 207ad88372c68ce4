"""Connections of users and channels, from either side (resources "Client" and "User")."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beeflow.sandbox import shape
from beeflow.sandbox.paging import cut, numbered
from beeflow.sandbox.reply import Refusal, Reply, done, wrapped
from beeflow.sandbox.world import not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.sandbox.call import Call, Handler
    from beeflow.sandbox.records import Channel, Connection
    from beeflow.types import Json


def of_channel(call: Call) -> Reply:
    """Answer "Client: Get all connections", numbered upwards."""
    channel, users = call.channel(), call.world.users
    rows = [row for row in _chosen(call) if row.client_ref == channel.ref]
    found = [row for row in rows if _search(call) in _user_text(call, row).casefold()]
    return _listed(
        call, found, lambda row, number: shape.user_connection(row, users[row.user_ref], number)
    )


def of_user(call: Call) -> Reply:
    """Answer "User: Get all connections", numbered upwards; `current` marks the user's own."""
    channels, user = call.world.channels, call.world.users[call.caller.user_ref or ""]
    rows = [row for row in _chosen(call) if row.user_ref == user.ref]
    found = [row for row in rows if _search(call) in channels[row.client_ref].name.casefold()]
    return _listed(
        call,
        found,
        lambda row, number: shape.channel_connection(
            row, channels[row.client_ref], number, current=row.client_ref == user.client_ref
        ),
    )


def accept_in_channel(call: Call) -> Reply:
    """Answer "Create channel connection".

    Its page names no parameter: without `connref` the oldest that waits is accepted.
    """
    channel = _own_channel(call)
    rows = [row for row in call.world.connections.values() if row.client_ref == channel.ref]
    ref = call.optional("connref")
    waiting = [row for row in rows if (row.ref == ref if ref else not row.active)]
    if not waiting:
        raise not_found("Connection", ref) if ref else Refusal(404, "No connection is waiting")
    return _accept(call, waiting[0])


def delete_from_channel(call: Call) -> Reply:
    """Answer "Delete user connection"."""
    channel, row = _own_channel(call), _named(call)
    if row.client_ref != channel.ref:
        raise not_found("Connection", row.ref)
    return _delete(call, row)


def accept_as_user(call: Call) -> Reply:
    """Answer "Accept organization connection"."""
    return _accept(call, _of_caller(call))


def delete_as_user(call: Call) -> Reply:
    """Answer "Delete organization connection"."""
    return _delete(call, _of_caller(call))


def _own_channel(call: Call) -> Channel:
    """Return the channel of the path, if it is the one of the session's user."""
    channel = call.channel()
    if call.world.users[call.caller.user_ref or ""].client_ref != channel.ref:
        raise Refusal(403, "You are not authorized to access this client")
    return channel


def _listed(
    call: Call, rows: list[Connection], show: Callable[[Connection, int], dict[str, Json]]
) -> Reply:
    page = call.page()
    shown = [row for row in numbered(rows, "up") if row.row.id >= (page.start or 0)]
    return wrapped([show(row.row, row.row_num) for row in cut(shown, page)])


def _chosen(call: Call) -> list[Connection]:
    active = call.flag("active")
    return [row for row in call.world.connections.values() if row.active is active]


def _search(call: Call) -> str:
    return call.text("search").casefold()


def _user_text(call: Call, row: Connection) -> str:
    user = call.world.users[row.user_ref]
    return f"{user.first} {user.last}\n{user.email}"


def _named(call: Call) -> Connection:
    ref = call.text("connref")
    row = call.world.connections.get(ref)
    if row is None:
        raise not_found("Connection", ref)
    return row


def _of_caller(call: Call) -> Connection:
    row = _named(call)
    if row.user_ref != call.caller.user_ref:
        raise not_found("Connection", row.ref)
    return row


def _accept(call: Call, row: Connection) -> Reply:
    call.world.connections[row.ref] = replace(row, active=True)
    return done("Connection accepted!")


def _delete(call: Call, row: Connection) -> Reply:
    del call.world.connections[row.ref]
    return done("Connection deleted!")


HANDLERS: Mapping[str, Handler] = {
    "client.connections": of_channel,
    "client.accept_connection": accept_in_channel,
    "client.delete_connection": delete_from_channel,
    "user.connections": of_user,
    "user.accept_connection": accept_as_user,
    "user.delete_connection": delete_as_user,
}
