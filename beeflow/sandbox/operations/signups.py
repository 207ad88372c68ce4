"""Registrations (resource "Signup")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.sandbox import engagement, shape
from beeflow.sandbox.paging import cut, numbered
from beeflow.sandbox.reply import Refusal, Reply
from beeflow.sandbox.world import not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.sandbox.call import Call, Handler


def get(call: Call) -> Reply:
    """Answer "Get signup details"."""
    event, ref = call.event(), call.path["signup_ref"]
    row = call.world.signups.get(ref)
    if row is None or row.event_ref != event.ref:
        raise not_found("Signup", ref)
    return Reply(shape.signup(row))


def list_(call: Call) -> Reply:
    """Answer "Get all signups" of an event, the latest first."""
    event, page = call.event(), call.page()
    chosen = [row for row in call.world.signups.values() if row.event_ref == event.ref]
    rows = numbered(chosen[::-1], "down")
    if page.start is not None:
        rows = [row for row in rows if row.row.id <= page.start]
    return Reply([shape.signup_listed(row.row, row.row_num) for row in cut(rows, page)])


def create(call: Call) -> Reply:
    """Answer "Create new signup": name, email, and what else the event's form asks for."""
    event = call.any_event()
    for name, value in call.arguments.items():
        if isinstance(value, list | dict):
            raise Refusal(422, f"{name[:200]} must be a text, a number or a flag")
    data = {_key(name): value for name, value in call.arguments.items()}
    for field in event.signup or ():
        if data.get(field.key) in {None, ""}:
            raise Refusal(400, f"{field.title} is required")
    row = engagement.sign_up(call.sandbox, event, data)
    return Reply({"signup_ref": row.ref, "message": "Signup created"}, 201)


def _key(name: str) -> str:
    """Return the key of an input, however it is written: `Company Name` is `company_name`."""
    return "_".join(name.lower().split())


HANDLERS: Mapping[str, Handler] = {
    "signups.get": get,
    "signups.list": list_,
    "signups.create": create,
}
