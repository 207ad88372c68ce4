from __future__ import annotations

import json

from beeflow.sandbox.outbox import Outbox, encode


def test_a_payload_is_ascii_with_escaped_slashes() -> None:
    body = encode({"a": "é/\U0001f41d"})
    assert body == rb'{"a":"\u00e9\/\ud83d\udc1d"}'
    assert json.loads(body) == {"a": "é/\U0001f41d"}


def test_each_receiver_of_the_group_gets_one() -> None:
    outbox = Outbox()
    outbox.register("http://a", "s", ("event",))
    outbox.register("http://b", "s")
    outbox.register("http://c", "s", ("poll", "billing"))
    posted = outbox.post({"type": "event.deleted", "id": "i"}, 1.0)
    assert [row.receiver.url for row in posted] == ["http://a", "http://b"]
    billed = outbox.post({"type": "billing.invoice.created"}, 1.0)
    assert [(row.receiver.url, row.id) for row in billed] == [
        ("http://b", None),
        ("http://c", None),
    ]
    assert [row.number for row in outbox.deliveries] == [1, 2, 3, 4]


def test_the_same_receiver_again_replaces_itself() -> None:
    outbox = Outbox()
    outbox.register("http://a", "s", ("event",))
    outbox.register("http://a", "other")
    again = outbox.register("http://a", "s", ("poll",))
    assert [row.groups for row in outbox.receivers.values() if row.secret == "s"] == [("poll",)]
    assert again.id == 3
