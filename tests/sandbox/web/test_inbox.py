from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from beeflow.sandbox import ready

if TYPE_CHECKING:
    from sandbox.site import Site


async def test_whatever_is_sent_is_kept_and_can_be_looked_at(site: Site) -> None:
    base = str(ready(site.running)["inbox_url"])
    async with aiohttp.ClientSession() as session:
        for method, body in (("POST", '{"name": "Ada"}'), ("PUT", "plain <b>"), ("DELETE", "")):
            async with session.request(method, f"{base}crm", data=body) as answer:
                assert (answer.status, await answer.json()) == (200, {"ok": True})
    rows = (await site.get("/_sandbox/inbox")).body
    assert [(row["name"], row["method"], row["body"]) for row in rows] == [
        ("crm", "POST", {"name": "Ada"}), ("crm", "PUT", "plain <b>"), ("crm", "DELETE", ""),
    ]  # fmt: skip
    state = (await site.get("/_sandbox/state")).body
    assert state["inbox"][-1]["text"] == '{"name": "Ada"}'
    site.running.sandbox.reset()
    assert (await site.get("/_sandbox/inbox")).body == []


async def test_what_came_in_can_be_forgotten(site: Site) -> None:
    base = str(ready(site.running)["inbox_url"])
    async with aiohttp.ClientSession() as session:
        await (await session.post(f"{base}pager", json=[1])).read()
        async with session.delete(base.rstrip("/")) as answer:
            assert await answer.json() == {"forgotten": 1}
        assert (await session.post(f"{base}no/such")).status == 404
    assert (await site.get("/_sandbox/inbox")).body == []
