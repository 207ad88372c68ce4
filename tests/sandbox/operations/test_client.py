from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.site import Site


async def test_a_channel_is_found_by_reference_and_by_subdomain(site: Site) -> None:
    by_ref = (await site.get(f"/client/{site.refs.client}")).body
    assert by_ref == (await site.get(f"/client/{site.refs.subdomain}")).body
    assert by_ref["client_id"] == 1
    assert (await site.get("/client/nope")).status == 404


async def test_anyone_sees_a_channel_without_its_number(site: Site) -> None:
    answer = await site.get(f"/client/{site.refs.client}", token=False)
    assert "client_id" not in answer.body
    other = await site.get("/client/northwind")
    assert (other.status, "client_id" in other.body) == (200, False)


async def test_another_channels_usage_is_refused(site: Site) -> None:
    answer = await site.get("/client/northwind/usage")
    assert (answer.status, answer.body["status"]) == (403, 403)


async def test_a_logo_is_put_and_served(site: Site) -> None:
    path = f"/client/{site.refs.client}/image"
    standard = (await site.get(path)).body["data"]["signed_url"]
    assert "standard" in standard
    created = await site.post(path, {"filename": "logo.png"}, token=False)
    assert created.status == 201
    await site.call("PUT", created.body["upload_url"], data=b"logo")
    url = (await site.get(path)).body["data"]["signed_url"]
    assert (await site.get(url)).body == b"logo"
    light = (await site.get(path, params={"light": "true"})).body["data"]["signed_url"]
    assert "standard" in light
    nonsense = await site.get(path, params={"light": "perhaps"})
    assert nonsense.status == 200, "the page knows no 400"


async def test_usage_follows_what_is_used(site: Site) -> None:
    path = f"/client/{site.refs.client}/usage"
    before = (await site.get(path)).body["data"]
    await site.post(f"/events/{site.refs.event}/sendemails")
    await site.life("go_live")
    await site.pass_time("10m")
    after = (await site.get(path)).body["data"]
    used = {
        name: after["types"][name]["usage"] - before["types"][name]["usage"]
        for name in after["types"]
    }
    assert used["emails_total"] == 1
    assert used["delivery_total"] > 10
    # Two events are live now.
    assert round(used["encoding_total"], 6) == 20
    assert used["ondemand_total"] == 0
    assert after["total"] == sum(kind["cost"] for kind in after["types"].values())
