"""The webhooks that changes of state send have the shape of the documented samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.likeness import differences

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.shape import mismatches

if TYPE_CHECKING:
    from sandbox.site import Site

BY_HAND_ONLY = {
    "billing.invoice.created",
    "billing.invoice.payment.failed",
    "billing.invoice.payment.succeeded",
    "billing.invoice.updated",
}
"""There is nothing in the API that makes an invoice."""


async def everything_happens(site: Site) -> None:
    event = (await site.life("create_event")).body["ref"]
    await site.patch(f"/events/{event}", {"title": "Launch", "desc": "Now"})
    await site.life("sign_up", event_ref=event)
    poll = (await site.life("poll", event_ref=event)).body["ref"]
    await site.delete(f"/polls/{event}/{poll}")
    await site.life("reset_key", event_ref=event)
    await site.life("disable_key", event_ref=event)
    await site.life("go_live", event_ref=event)
    await site.pass_time("10m")
    await site.life("end", event_ref=event)
    upload = (await site.post("/videos/upload", {"duration": 60})).body["data"]["data"]
    await site.call("PUT", upload["url"], data=b"film")
    await site.pass_time("2d")
    await site.delete(f"/events/{event}")
    await site.settled()


async def test_every_type_that_follows_a_change_is_sent_as_documented(site: Site) -> None:
    await everything_happens(site)
    webhooks = load_catalog().webhooks
    assert set(site.kinds) == set(webhooks) - BY_HAND_ONLY
    for payload in site.payloads:
        webhook = webhooks[payload["type"]]
        assert list(mismatches(webhook.schema, payload)) == [], payload["type"]
        sample = dict(webhook.sample)
        if payload["type"] == "video.updated":
            # Its sample is of a video that is processed; a recording is not when it is linked.
            payload["data"]["video_mux_data"] = sample["data"]["video_mux_data"]  # type: ignore[index, call-overload] # JSON of the sample
        assert differences(sample, payload) == [], payload["type"]
    assert len({payload["id"] for payload in site.payloads}) == len(site.payloads)


async def test_minutes_watched_are_told_with_the_event(site: Site) -> None:
    await site.life("go_live")
    await site.pass_time("30m")
    await site.patch(f"/events/{site.refs.event}", {"title": "Still live"})
    await site.settled()
    data = site.payloads[-1]["data"]
    assert data["event_delivered_minutes"] > 30
    assert data["event_mux_is_live"] == 1
