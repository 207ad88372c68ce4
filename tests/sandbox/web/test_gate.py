from __future__ import annotations

import asyncio
import io
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest
from sandbox.site import START

from beeflow.sandbox import Settings

if TYPE_CHECKING:
    from sandbox.site import Open, Site


async def faulty(site: Site, **fault: object) -> None:
    assert (await site.post("/_sandbox/faults", fault)).status == 201


async def requests(site: Site) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = (await site.get("/_sandbox/requests")).body
    return rows


async def test_every_call_is_recorded_in_order_with_its_body(site: Site) -> None:
    await site.post("/_sandbox/life", {"do": "chat"})
    await site.get("/events", params={"search": "x"})
    await site.post(f"/polls/{site.refs.event}", {"question": "Which?"})
    await site.post("/nowhere", data=b"not json")
    await site.post(f"/chat/{site.refs.event}", data={"name": "Ida"})
    first, second, third, fourth = await requests(site)
    assert first == {
        "time": START,
        "method": "GET",
        "path": "/events",
        "query": {"search": "x"},
        "body": None,
        "status": 200,
        "fault": None,
    }
    assert (second["body"], second["status"]) == ({"question": "Which?"}, 400)
    assert (third["body"], third["status"]) == ("not json", 404)
    assert fourth["body"] == {"name": "Ida"}
    assert (await site.delete("/_sandbox/requests")).body == {"forgotten": 4}
    assert await requests(site) == []


@pytest.mark.parametrize(("method", "allowed"), [("PUT", "GET,POST"), ("HEAD", "GET,POST")])
async def test_a_wrong_method_is_answered_with_405(method: str, allowed: str, site: Site) -> None:
    answer = await site.call(method, "/events")
    assert answer.status == 405
    assert answer.headers["Allow"] == allowed
    if method != "HEAD":
        assert answer.body == {"message": "Method not allowed", "status": 405}


async def test_an_unknown_path_is_answered_with_404(site: Site) -> None:
    assert (await site.get("/webinars")).body == {"message": "Not found", "status": 404}
    assert (await site.get("/_sandbox/nothing")).status == 404


async def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    path = f"/polls/{site.refs.event}"
    answer = await site.post(path, data=io.BytesIO(b'{"question": "' + b"x" * 2**20 + b'"}'))
    assert answer.status == 413
    assert (await requests(site))[-1]["body"] is None


async def test_a_body_that_cannot_be_read_is_refused(site: Site) -> None:
    for body in (b"{", b'{"a": NaN}', b"\xff", b"[" * 100_000):
        answer = await site.patch(f"/events/{site.refs.event}", data=body)
        assert (answer.status, answer.body["status"]) == (400, 400)
    assert (await site.post("/events", data=b"{")).status == 201, "it takes no parameters"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic bm90OnJpZ2h0"},
        {"Authorization": "Basic !!"},
        {"Authorization": "Basic /w=="},
        {"Authorization": "Bearer sandbox-token"},
    ],
)
async def test_without_a_right_token_there_is_the_public_answer_or_401(
    headers: dict[str, str], site: Site
) -> None:
    answer = await site.get("/events", headers=headers, token=False)
    assert (answer.status, answer.body["status"]) == (401, 401)
    public = await site.get(f"/events/{site.refs.event}", headers=headers, token=False)
    assert (public.status, "event_id" in public.body) == (200, False)


async def test_the_rate_limit_holds_in_any_sixty_seconds(open_site: Open) -> None:
    async with open_site(Settings(rate_limit=3, public_rate_limit=1)) as site:
        for _ in range(3):
            assert (await site.get("/events")).status == 200
            site.wall.now += 10
        refused = await site.get("/events")
        assert (refused.status, refused.headers["Retry-After"]) == (429, "30")
        assert refused.body == {"message": "Too many requests", "status": 429}
        assert (await site.get(f"/events/{site.refs.event}", token=False)).status == 200
        assert (await site.get(f"/events/{site.refs.event}", token=False)).status == 429
        site.wall.now += 30
        assert (await site.get("/events")).status == 200
        assert (await site.get("/events")).status == 429


async def test_a_status_on_demand_takes_no_effect(site: Site) -> None:
    await faulty(
        site,
        match={"method": "post", "path": "/polls"},
        status=429,
        headers={"Retry-After": "7"},
        times=2,
    )
    path, poll = f"/polls/{site.refs.event}", {"question": "Which?", "options": ["a"]}
    assert (await site.get(path)).status == 200
    first = await site.post(path, poll)
    assert (first.status, first.headers["Retry-After"]) == (429, "7")
    assert first.body == {"message": "Too Many Requests", "status": 429}
    assert (await site.post(path, poll)).status == 429
    assert len((await site.get(path)).body["data"]) == 1
    assert (await site.post(path, poll)).status == 201
    assert [row["fault"] for row in await requests(site)] == [
        None,
        "status",
        "status",
        None,
        None,
    ]


async def test_a_status_without_a_name_can_be_asked_for(site: Site) -> None:
    await faulty(site, status=599)
    assert (await site.get("/events")).body["message"] == "Fault on demand"


async def test_a_reset_cuts_the_connection_before_the_effect(site: Site) -> None:
    await faulty(site, match={"path": "/polls/*"}, reset=True)
    path, poll = f"/polls/{site.refs.event}", {"question": "Which?", "options": ["a"]}
    with pytest.raises(aiohttp.ClientConnectionError):
        await site.post(path, poll)
    assert len((await site.get(path)).body["data"]) == 1
    cut = (await requests(site))[0]
    assert (cut["status"], cut["fault"]) == (None, "reset")


async def test_a_reset_after_cuts_the_connection_after_the_effect(site: Site) -> None:
    await faulty(site, match={"method": "POST"}, reset_after=True)
    path, poll = f"/polls/{site.refs.event}", {"question": "Which?", "options": ["a"]}
    with pytest.raises(aiohttp.ClientConnectionError):
        await site.post(path, poll)
    assert len((await site.get(path)).body["data"]) == 2
    await site.settled()
    assert site.kinds == ["poll.created"]


async def test_a_cut_is_a_reset_on_the_wire(site: Site) -> None:
    await faulty(site, reset=True)
    host, port = site.running.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_delay_holds_a_call_and_lets_it_go_on(site: Site) -> None:
    await faulty(site, delay="50ms")
    begun = time.monotonic()
    assert (await site.get("/events")).status == 200
    assert time.monotonic() - begun >= 0.05


async def test_a_call_that_hangs_does_not_hold_up_the_others_or_the_end(site: Site) -> None:
    await faulty(site, match={"path": "/events"}, delay="1h")
    hanging = asyncio.create_task(site.get("/events"))
    for _ in range(1000):
        if await requests(site):
            break
    assert (await site.get(f"/events/{site.refs.event}")).status == 200
    hanging.cancel()


async def test_foreign_pages_may_not_use_the_controls(site: Site) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        answer = await site.post("/_sandbox/reset", headers={"Origin": origin})
        assert answer.status == 403
    own = await site.post("/_sandbox/reset", headers={"Origin": site.running.url})
    assert own.status == 200
