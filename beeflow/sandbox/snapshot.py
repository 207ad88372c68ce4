"""The whole state as the page shows it: bounded, and in words."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from beeflow.beestreamed.catalog import load_catalog
from beeflow.sandbox import stage
from beeflow.sandbox.records import STREAMING
from beeflow.sandbox.times import local_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Reversible

    from beeflow.sandbox.calls import RecordedCall
    from beeflow.sandbox.faults import Rule
    from beeflow.sandbox.inbox import Parcel
    from beeflow.sandbox.mailbox import Mail
    from beeflow.sandbox.outbox import Delivery, Receiver
    from beeflow.sandbox.records import Event, Poll
    from beeflow.sandbox.sandbox import Sandbox
    from beeflow.sandbox.slack import SlackMessage
    from beeflow.types import Json

Row = TypeVar("Row")
_ROWS = 40
_TEXT = 300


def snapshot(sandbox: Sandbox) -> dict[str, Json]:
    """Show the state: the latest of everything, the newest first, long texts cut."""
    world, outbox = sandbox.world, sandbox.outbox
    events = sorted(world.events.values(), key=lambda row: row.created, reverse=True)
    polls = _latest(list(world.polls.values()))
    return {
        "now": sandbox.now(),
        "speed": sandbox.clock.speed,
        "events": [_event(sandbox, row) for row in events[:_ROWS]],
        "polls": [_poll(sandbox, row) for row in polls],
        "messages": [
            {
                "title": _cut(world.events[row.event_ref].title),
                "kind": "question" if row.qa else "chat",
                "status": row.status,
                "name": _cut(row.name),
                "text": _cut(row.text),
            }
            for row in _latest(list(world.messages.values()))
        ],
        "videos": [
            {"title": _cut(row.title), "ready": not row.temp, "event": row.event_ref}
            for row in _latest(list(world.videos.values()))
            if row.deleted_at is None
        ],
        "slack": [_slack(row) for row in _latest(sandbox.slack.messages)],
        "mails": [_mail(row) for row in _latest(sandbox.mailbox.mails)],
        "inbox": [_parcel(row) for row in _latest(sandbox.inbox.parcels)],
        "calls": [_call(row) for row in _latest(sandbox.calls.recorded)],
        "deliveries": [shown_delivery(row) for row in _latest(outbox.deliveries)],
        "types": list(load_catalog().webhooks),
        "webhooks": [shown_receiver(row) for row in outbox.receivers.values()],
        "faults": [shown_rule(row) for row in sandbox.faults.rules],
    }


def shown_receiver(row: Receiver) -> dict[str, Json]:
    """Show a receiver, without its secret."""
    return {"id": row.id, "url": row.url, "groups": list(row.groups)}


def shown_delivery(row: Delivery) -> dict[str, Json]:
    """Show a delivery. `time` is Unix seconds."""
    return {
        "number": row.number,
        "time": row.created,
        "type": row.type,
        "id": row.id,
        "url": row.receiver.url,
        "status": row.status,
        "attempts": row.attempts,
        "answer": row.answer,
    }


def shown_rule(rule: Rule) -> dict[str, Json]:
    """Show a fault that is still to come; `times` is how often, null for always."""
    fault = rule.fault
    shown: dict[str, Json] = {"match": {"method": rule.method, "path": rule.path}}
    if fault.kind == "status":
        shown |= {"status": fault.status, "headers": dict(fault.headers)}
    elif fault.kind == "delay":
        shown["delay"] = fault.delay
    else:
        shown[fault.kind] = True
    return {**shown, "times": rule.left}


def _event(sandbox: Sandbox, row: Event) -> dict[str, Json]:
    world = sandbox.world
    live = row.status in STREAMING
    return {
        "ref": row.ref,
        "title": _cut(row.title),
        "status": row.status,
        "date": local_date(row),
        "own": row.client_ref == sandbox.refs.client,
        "viewers": stage.watched(sandbox, row).present if live else 0,
        "signups": sum(found.event_ref == row.ref for found in world.signups.values()),
        "messages": sum(found.event_ref == row.ref for found in world.messages.values()),
    }


def _poll(sandbox: Sandbox, row: Poll) -> dict[str, Json]:
    entries = sandbox.world.entries[row.ref]
    return {
        "ref": row.ref,
        "event": row.event_ref,
        "title": _cut(sandbox.world.events[row.event_ref].title),
        "question": _cut(row.question),
        "active": row.active,
        "options": [
            {
                "text": _cut(option),
                "votes": sum(entry.option_index == index for entry in entries),
            }
            for index, option in enumerate(row.options[:_ROWS])
        ],
    }


def _slack(row: SlackMessage) -> dict[str, Json]:
    text = row.text or json.dumps(row.blocks)
    return {"time": row.time, "channel": _cut(row.channel), "via": row.via, "text": _cut(text)}


def _mail(row: Mail) -> dict[str, Json]:
    shown = row.as_json()
    text = shown["text"] or shown["html"] or ""
    return {
        "time": row.time,
        "to": _cut(", ".join(row.recipients)),
        "subject": _cut(str(shown["subject"] or "")),
        "text": _cut(str(text)),
    }


def _parcel(row: Parcel) -> dict[str, Json]:
    text = row.body if isinstance(row.body, str) else json.dumps(row.body, ensure_ascii=False)
    return {"time": row.time, "name": row.name, "method": row.method, "text": _cut(text)}


def _call(row: RecordedCall) -> dict[str, Json]:
    said = {**row.query, **row.body} if isinstance(row.body, dict) else row.query or row.body
    return {
        "time": row.time,
        "method": row.method,
        "path": _cut(row.path),
        "said": _cut(json.dumps(said, ensure_ascii=False)) if said else "",
        "status": row.status,
        "fault": row.fault,
    }


def _latest(rows: Reversible[Row]) -> Iterable[Row]:
    return islice(reversed(rows), _ROWS)


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}…"
