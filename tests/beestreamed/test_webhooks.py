from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.webhooks import (
    AHEAD,
    OLDEST,
    DedupeKey,
    Envelope,
    check_age,
    decode,
    dedupe_key,
    event_ref,
    mask,
)
from beeflow.errors import WebhookError

WEBHOOKS = load_catalog().webhooks
GOOD: dict[str, Any] = {
    "type": "event.deleted",
    "data": {"event_ref": "E"},
    "id": "i",
    "timestamp": 5,
}


def code(body: bytes) -> str:
    with pytest.raises(WebhookError) as caught:
        decode(body)
    assert str(caught.value)
    return caught.value.code


def body(**changes: Any) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def without(name: str, kind: str = "event.deleted") -> bytes:
    return json.dumps({k: v for k, v in {**GOOD, "type": kind}.items() if k != name}).encode()


@pytest.mark.parametrize("kind", list(WEBHOOKS))
def test_every_documented_webhook_is_read(kind: str) -> None:
    sample = WEBHOOKS[kind].sample
    envelope = decode(json.dumps(sample).encode())
    assert envelope.type == kind
    assert envelope.payload == sample
    assert envelope.data == sample["data"]
    assert envelope.id == sample.get("id")
    assert envelope.timestamp == sample.get("timestamp")


@pytest.mark.parametrize(
    "bad", [b"", b"nope", b'{"a": NaN}', b'{"a": 1, "a": 2}', b'"\xff"', b"[" * 101 + b"]" * 101]
)
def test_what_is_not_json_is_called_so(bad: bytes) -> None:
    assert code(bad) == "invalid_json"


@pytest.mark.parametrize("value", [b"1e400", b"100000000000000000000", b'"\\ud800"'])
def test_values_that_json_cannot_hold_are_invalid_json(value: bytes) -> None:
    assert code(body().replace(b'"E"', value)) == "invalid_json"


@pytest.mark.parametrize("bad", [b"null", b"[]", b'"text"', b"5"])
def test_json_that_is_no_object_is_an_invalid_envelope(bad: bytes) -> None:
    assert code(bad) == "invalid_envelope"


@pytest.mark.parametrize(
    "changes",
    [
        {"type": None},
        {"type": 5},
        {"type": ""},
        {"type": "Event.deleted"},
        {"type": "event deleted"},
        {"type": "event.deleted\n"},
        {"type": "é"},
        {"type": "a" * 101},
        {"data": None},
        {"data": []},
        {"data": "x"},
        {"id": None},
        {"id": 5},
        {"id": ""},
        {"id": "a" * 201},
        {"id": "a\nb"},
        {"id": "a\u0085b"},
        {"id": "\x7f"},
        {"id": "a\x00"},
        {"timestamp": None},
        {"timestamp": True},
        {"timestamp": 1.5},
        {"timestamp": 5.0},
        {"timestamp": -1},
        {"timestamp": 2**53},
        {"timestamp": 10**20},
        {"timestamp": "5"},
    ],
)
def test_a_wrong_envelope_is_called_so(changes: dict[str, Any]) -> None:
    assert code(body(**changes)) == "invalid_envelope"


@pytest.mark.parametrize("name", ["type", "data", "id", "timestamp"])
def test_nothing_may_be_missing(name: str) -> None:
    assert code(without(name)) == "invalid_envelope"


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "a" * 100},
        {"type": "made_up.2"},
        {"id": "a" * 200},
        {"id": "é 😀"},
        {"timestamp": 0},
        {"timestamp": 2**53 - 1},
        {"data": {}},
        {"more": [1]},
    ],
)
def test_what_is_at_the_edge_is_accepted(changes: dict[str, Any]) -> None:
    assert decode(body(**changes)).payload == {**GOOD, **changes}


def test_billing_needs_neither_id_nor_timestamp_but_right_ones_when_there() -> None:
    kind = "billing.invoice.created"
    assert decode(without("id", kind)).id is None
    assert decode(without("timestamp", kind)).timestamp is None
    assert decode(body(type=kind, id=None, timestamp=None)).id is None
    assert code(body(type=kind, id=7)) == "invalid_envelope"
    assert code(body(type=kind, timestamp=-1)) == "invalid_envelope"
    assert code(without("data", kind)) == "invalid_envelope"


def test_of_two_numbers_without_measure_the_timestamp_decides() -> None:
    assert code(body(timestamp=10**20, data={"n": 1})) == "invalid_envelope"
    assert code(body(data={"timestamp": 10**20})) == "invalid_json"
    twice = b'{"timestamp": 100000000000000000000, "a": 1, "a": 2}'
    assert code(twice) == "invalid_json"


@given(st.binary(max_size=200))
def test_no_body_raises_anything_else(rubbish: bytes) -> None:
    with pytest.raises(WebhookError):
        decode(rubbish)


def envelope(**changes: Any) -> Envelope:
    return decode(body(**changes))


NOW = 1_745_786_551.0


@pytest.mark.parametrize("age", [0.0, OLDEST, -AHEAD])
def test_the_age_may_reach_its_bounds(age: float) -> None:
    check_age(envelope(timestamp=int(NOW - age)), NOW)


@pytest.mark.parametrize(
    ("age", "message"), [(OLDEST + 1, "more than 7 days old"), (-AHEAD - 1, "5 minutes ahead")]
)
def test_the_age_may_not_pass_them(age: float, message: str) -> None:
    with pytest.raises(WebhookError, match=message) as caught:
        check_age(envelope(timestamp=int(NOW - age)), NOW)
    assert caught.value.code == "stale"


def test_without_a_timestamp_there_is_no_age() -> None:
    check_age(decode(without("timestamp", "billing.invoice.updated")), NOW)


def test_source_type_and_id_make_a_webhook_unique() -> None:
    one = dedupe_key("main", envelope(), b"x")
    assert one == DedupeKey("webhook/main/event.deleted/i", None)
    others = [
        dedupe_key("other", envelope(), b"x"),
        dedupe_key("main", envelope(type="event.created"), b"x"),
        dedupe_key("main", envelope(id="j"), b"x"),
    ]
    assert len({one, *others}) == 4
    assert dedupe_key("main", envelope(timestamp=9), b"y") == one


@pytest.mark.parametrize(
    ("kind", "window"),
    [
        ("billing.invoice.created", None),
        ("billing.invoice.payment.succeeded", None),
        ("billing.invoice.payment.failed", 86400.0),
        ("billing.invoice.updated", 86400.0),
        ("billing.invoice.something_new", 86400.0),
    ],
)
def test_the_body_makes_billing_unique(kind: str, window: float | None) -> None:
    raw = without("id", kind)
    digest = hashlib.sha256(raw).hexdigest()
    expected = DedupeKey(f"webhook/main/{kind}/sha256:{digest}", window)
    assert dedupe_key("main", decode(raw), raw) == expected
    assert dedupe_key("main", decode(raw), raw + b" ") != expected
    named = dedupe_key("main", envelope(type=kind, id="i"), raw)
    assert named == expected


@pytest.mark.parametrize(
    ("kind", "data", "ref"),
    [
        ("event.deleted", {"event_ref": "E"}, "E"),
        ("poll.created", {"poll_ref": "P", "poll_event_ref": "E"}, "E"),
        ("poll.deleted", {"poll_ref": "P"}, None),
        ("video.updated", {"video_event_ref": "E"}, "E"),
        ("video.updated", {"video_event_ref": None}, None),
        ("video.updated", {"video_event_ref": "", "event_ref": "F"}, "F"),
        ("video.updated", {"video_event_ref": "E", "event_ref": "F"}, "E"),
        ("signup.created", {"signup_ref": "S"}, None),
        ("signup.created", {"event_ref": "E"}, "E"),
        ("made.up", {"poll_event_ref": "E"}, "E"),
        ("made.up", {"event_ref": 5}, None),
    ],
)
def test_the_event_is_found_where_the_payload_has_it(
    kind: str, data: dict[str, Any], ref: str | None
) -> None:
    assert event_ref(kind, data) == ref


def test_secrets_are_masked_also_in_types_that_are_new() -> None:
    reset: Any = mask(
        "event.updated.streamkey.reset", WEBHOOKS["event.updated.streamkey.reset"].sample
    )
    assert reset["data"]["key"] == "***"
    assert reset["data"]["server"].startswith("rtmps://")
    new: Any = mask(
        "event.renewed", {"data": {"key": "k", "event_password": "p", "event_ref": "E"}}
    )
    assert new == {"data": {"key": "***", "event_password": "***", "event_ref": "E"}}
    plain: Any = {"data": {"key": "k"}}
    assert mask("made.up", plain) == plain
