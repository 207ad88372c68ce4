"""Chat messages and questions (resource "Chat")."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beeflow.sandbox import engagement, shape
from beeflow.sandbox.paging import cut, numbered
from beeflow.sandbox.reply import Refusal, Reply, affected
from beeflow.sandbox.world import not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.sandbox.call import Call, Handler
    from beeflow.sandbox.records import Message

_PUBLIC = {False: "public", True: "approved"}
"""The status in which anyone sees a message, or a question."""
_SETTABLE = {False: ("public", "hidden"), True: ("approved", "archived")}


def list_(call: Call) -> Reply:
    """Answer "Get chat messages", the latest first; anyone sees what is public, and less of it."""
    event, qa, page = call.any_event(), call.flag("qa"), call.page()
    owned = call.owns(event)
    chosen = [
        row
        for row in call.world.messages.values()
        if row.event_ref == event.ref and row.qa is qa and (owned or row.status == _PUBLIC[qa])
    ]
    rows = numbered(chosen[::-1], "down")
    if page.start is not None:
        rows = [row for row in rows if row.row.id <= page.start]
    show = shape.message if owned else shape.message_public
    return Reply([show(row.row, row.row_num) for row in cut(rows, page)])


def create(call: Call) -> Reply:
    """Answer "Create new message"; a question begins as new."""
    row = engagement.say(
        call.sandbox,
        call.any_event(),
        engagement.Person(call.text("name"), call.text("email")),
        call.text("message"),
        qa=call.flag("qa"),
    )
    return Reply({"chat_ref": row.ref, "message": "Message created"}, 201)


def update(call: Call) -> Reply:
    """Answer "Update message"."""
    row, status = _message(call), call.text("status")
    allowed = _SETTABLE[row.qa]
    if status not in allowed:
        kind = "question" if row.qa else "message"
        raise Refusal(422, f"The status of a {kind} must be one of {', '.join(allowed)}")
    call.world.messages[row.ref] = replace(row, status=status)
    return affected("Updated message", int(status != row.status))


def _message(call: Call) -> Message:
    event, ref = call.event(), call.path["chat_ref"]
    row = call.world.messages.get(ref)
    if row is None or row.event_ref != event.ref:
        raise not_found("Message", ref)
    return row


HANDLERS: Mapping[str, Handler] = {
    "chat.list": list_,
    "chat.create": create,
    "chat.update": update,
}
