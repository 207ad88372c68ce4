from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sandbox.site import START

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.shape import mismatches
from beeflow.beestreamed.signatures import verify

if TYPE_CHECKING:
    from sandbox.site import Site

TYPES = list(load_catalog().webhooks)


@pytest.mark.parametrize("kind", TYPES)
async def test_each_type_can_be_sent_by_hand_and_is_the_documented_sample(
    kind: str, site: Site
) -> None:
    answer = await site.post("/_sandbox/emit", {"type": kind})
    assert (answer.status, answer.body["deliveries"]) == (200, 1)
    await site.settled()
    ((body, signature),) = site.inbox.received
    secret = site.running.sandbox.settings.account.webhook_secret
    assert verify([secret.encode()], body, [signature])
    payload, webhook = site.payloads[0], load_catalog().webhooks[kind]
    assert list(mismatches(webhook.schema, payload)) == []
    assert payload["data"] == webhook.sample["data"]
    assert payload.keys() == webhook.sample.keys()
    if "timestamp" in payload:
        assert payload["timestamp"] == int(START)
        assert payload["id"] != webhook.sample["id"]


async def test_what_is_given_is_laid_over_the_sample(site: Site) -> None:
    await site.post(
        "/_sandbox/emit",
        {
            "type": "video.delivery.updated",
            "data": {"video_title": "Mine", "video_mux_data": {"duration": 5}},
            "id": "my-id",
            "timestamp": 7,
            "delivery": {"total_views": 24},
        },
    )
    await site.settled()
    (payload,) = site.payloads
    assert (payload["id"], payload["timestamp"]) == ("my-id", 7)
    assert payload["data"]["video_title"] == "Mine"
    assert payload["data"]["video_mux_data"]["duration"] == 5
    assert payload["data"]["video_mux_data"]["details"]["frame_rate"] == 30
    assert payload["delivery"] == {
        "new_delivery": 1485,
        "added_delivery": 485,
        "next_update": 1745877045,
        "last_update": 1745790645,
        "total_views": 24,
    }


async def test_ids_are_not_given_twice_not_even_after_a_reset(site: Site) -> None:
    ids = set()
    for _ in range(3):
        answer = await site.post("/_sandbox/emit", {"type": "poll.deleted"})
        ids.add(answer.body["payload"]["id"])
        await site.post("/_sandbox/reset")
    assert len(ids) == 3


async def test_a_receiver_gets_the_groups_it_chose(site: Site) -> None:
    hooks = (await site.get("/_sandbox/webhooks")).body
    (own,) = hooks
    await site.delete(f"/_sandbox/webhooks/{own['id']}")
    made = await site.post(
        "/_sandbox/webhooks", {"url": own["url"], "secret": "s", "groups": ["poll"]}
    )
    assert made.status == 201
    assert "secret" not in made.body
    await site.post("/_sandbox/emit", {"type": "event.deleted"})
    await site.post("/_sandbox/emit", {"type": "poll.deleted"})
    await site.settled()
    assert site.kinds == ["poll.deleted"]
    (delivery,) = (await site.get("/_sandbox/deliveries")).body
    assert (delivery["status"], delivery["attempts"], delivery["answer"]) == (
        "delivered",
        1,
        "202",
    )
    gone = await site.delete(f"/_sandbox/webhooks/{own['id']}")
    assert (gone.status, "unknown webhook" in gone.body["error"]) == (404, True)


MISTAKES: list[tuple[str, Any, str]] = [
    ("emit", {"type": "pol.created"}, "did you mean `poll.created`?"),
    ("emit", {"type": "zzz"}, "known: billing.invoice.created"),
    ("emit", {"type": "poll.created", "dta": {}}, "did you mean `data`?"),
    ("emit", {}, "type"),
    ("emit", {"type": "poll.created", "timestamp": "now"}, "timestamp"),
    ("webhooks", {"url": "ftp://x", "secret": "s"}, "url"),
    ("webhooks", {"url": "http://[::1", "secret": "s"}, "http://host/path"),
    ("webhooks", {"url": "http://x\0y/", "secret": "s"}, "http://host/path"),
    ("webhooks", {"url": "http://:80", "secret": "s"}, "http://host/path"),
    ("webhooks", {"url": "http://x", "secret": ""}, "secret"),
    ("webhooks", {"url": "http://x", "secret": "s", "groups": []}, "groups"),
    ("webhooks", {"url": "http://x", "secret": "s", "groups": ["polls"]}, "poll"),
    ("faults", {}, "exactly one of"),
    ("faults", {"status": 500, "reset": True}, "exactly one of"),
    ("faults", {"status": 99}, "status"),
    ("faults", {"delay": "soon"}, "delay"),
    ("faults", {"delay": "2h"}, "3600"),
    ("faults", {"reset": True, "times": 0}, "times"),
    ("faults", {"status": 503, "headers": {"A": "b\r\nC: d"}}, "headers"),
    ("faults", {"status": 503, "headers": {"A b": "c"}}, "headers"),
    ("clock", {"advance": "-5m"}, "from 0"),
    ("clock", {"advance": "2000d"}, "from 0"),
    ("clock", {"speed": 0}, "speed"),
    ("life", {"do": "go_life"}, "did you mean `go_live`?"),
    ("life", {"do": "join", "count": 0}, "count"),
    ("life", [], "JSON object"),
    ("life", None, "not JSON"),
]


@pytest.mark.parametrize(("control", "order", "said"), MISTAKES)
async def test_a_mistake_is_answered_with_what_to_do(
    control: str, order: Any, said: str, site: Site
) -> None:
    answer = await site.post(f"/_sandbox/{control}", order)
    assert answer.status == 400
    assert said in answer.body["error"]


async def test_faults_are_shown_and_cleared(site: Site) -> None:
    await site.post("/_sandbox/faults", {"match": {"path": "/events"}, "delay": 0.5, "times": None})
    await site.post("/_sandbox/faults", {"status": 503, "headers": {"Retry-After": "2"}})
    await site.post("/_sandbox/faults", {"reset_after": True, "times": 3})
    assert (await site.get("/_sandbox/faults")).body == [
        {"match": {"method": None, "path": "/events"}, "delay": 0.5, "times": None},
        {
            "match": {"method": None, "path": None},
            "status": 503,
            "headers": {"Retry-After": "2"},
            "times": 1,
        },
        {"match": {"method": None, "path": None}, "reset_after": True, "times": 3},
    ]
    assert (await site.delete("/_sandbox/faults")).body == {"forgotten": 3}
    assert (await site.get("/events")).status == 200


async def test_time_passes_at_once_or_faster(site: Site) -> None:
    answer = await site.post("/_sandbox/clock", {"advance": "1h30m", "speed": 60})
    assert answer.body == {"now": START + 5400, "speed": 60}
    site.wall.now += 2
    assert (await site.post("/_sandbox/clock", {})).body["now"] == START + 5400 + 120


async def test_webhooks_are_dated_by_the_world_outside(site: Site) -> None:
    await site.pass_time("10d")
    await site.life("chat")
    await site.life("sign_up")
    await site.settled()
    assert site.payloads[-1]["timestamp"] == int(START)


async def test_a_reset_brings_the_seeded_state_back_and_keeps_receivers(site: Site) -> None:
    await site.pass_time("1h")
    await site.delete(f"/events/{site.refs.event}")
    await site.post("/_sandbox/faults", {"status": 503, "times": None})
    assert (await site.post("/_sandbox/reset")).body == {"status": "reset"}
    assert (await site.get(f"/events/{site.refs.event}")).status == 200
    assert len((await site.get("/_sandbox/webhooks")).body) == 1
    assert len((await site.get("/_sandbox/requests")).body) == 1
    assert (await site.post("/_sandbox/clock", {})).body["now"] == START
