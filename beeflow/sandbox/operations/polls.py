"""Polls and votes (resource "Polls")."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beeflow.sandbox import engagement, shape
from beeflow.sandbox.paging import cut, numbered
from beeflow.sandbox.reply import Refusal, Reply, done, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.sandbox.call import Call, Handler
    from beeflow.sandbox.records import Poll


def list_(call: Call) -> Reply:
    """Answer "Get polls", the latest first."""
    event, page = call.event(), call.page()
    rows = [row for row in call.world.polls.values() if row.event_ref == event.ref][::-1]
    if page.start is not None:
        rows = [row for row in rows if row.id <= page.start]
    return wrapped([shape.poll(row) for row in cut(rows, page)])


def get(call: Call) -> Reply:
    """Answer "Get polls" for one of them."""
    return wrapped(shape.poll(_poll(call)))


def create(call: Call) -> Reply:
    """Answer "Create new poll"; it begins inactive."""
    options = call.arguments["options"]
    texts = tuple(str(option) for option in options) if isinstance(options, list) else ()
    poll = engagement.open_poll(call.sandbox, call.event(), call.text("question"), texts)
    return Reply({"poll_ref": poll.ref, "message": "Poll created", "status": 201}, 201)


def update(call: Call) -> Reply:
    """Answer "Update poll": sets its state, or casts a vote."""
    poll = _poll(call)
    if call.has("state"):
        call.world.polls[poll.ref] = replace(poll, active=call.flag("state"))
        return done("Poll state updated")
    option = call.number("option_index")
    if not poll.active:
        raise Refusal(400, "Poll is not active")
    if option >= len(poll.options):
        raise Refusal(422, f"option_index must be below {len(poll.options)}, it counts from 0")
    voter = engagement.Voter(call.optional("name"), call.optional("email"))
    rows = engagement.vote(call.sandbox, poll, option, voter)
    return Reply({"message": "Vote updated", "updated_rows": rows, "status": 200})


def delete(call: Call) -> Reply:
    """Answer "Delete poll"; its entries go with it."""
    poll = _poll(call)
    call.world.forget_poll(poll)
    call.sandbox.announce("poll.deleted", {"poll_ref": poll.ref})
    return done("Poll deleted")


def entries(call: Call) -> Reply:
    """Answer "Get poll entries", the latest first."""
    poll, page, text = _poll(call), call.page(), call.text("search").casefold()
    chosen = [
        row
        for row in call.world.entries[poll.ref]
        if text in f"{row.email or ''}\n{row.name or ''}".casefold()
    ]
    rows = numbered(chosen[::-1], "down")
    if page.start is not None:
        rows = [row for row in rows if row.row.id <= page.start]
    return wrapped([shape.poll_entry(row.row, row.row_num) for row in cut(rows, page)])


def _poll(call: Call) -> Poll:
    return call.world.poll(call.event(), call.path["poll_ref"])


HANDLERS: Mapping[str, Handler] = {
    "polls.list": list_,
    "polls.get": get,
    "polls.create": create,
    "polls.update": update,
    "polls.delete": delete,
    "polls.entries": entries,
}
