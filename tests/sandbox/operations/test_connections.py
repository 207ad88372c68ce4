from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from beeflow.sandbox import Account

if TYPE_CHECKING:
    from sandbox.site import Site

KEY = Account().session_key
USER = f"/user/{KEY}/connections"


async def rows(site: Site, path: str, **query: str) -> list[dict[str, Any]]:
    answer = await site.get(path, params=query, token=path.startswith("/client"))
    assert answer.status == 200
    found: list[dict[str, Any]] = answer.body["data"]
    return found


@pytest.fixture
def channel(site: Site) -> str:
    return f"/client/{site.refs.client}/connections"


async def test_a_channels_connections_are_numbered_upwards(site: Site, channel: str) -> None:
    found = await rows(site, channel)
    assert [row["row_num"] for row in found] == [1, 2]
    assert found[0]["data"]["user_email"] == "bee@example.com"
    assert [row["row_num"] for row in await rows(site, channel, maxResults="1", page="2")] == [2]
    assert [row["row_num"] for row in await rows(site, channel, indexStart="2")] == [2]
    assert len(await rows(site, channel, active="false")) == 1
    assert [row["data"]["user_first"] for row in await rows(site, channel, search="DOE")] == [
        "Jane"
    ]


async def test_a_users_connections_mark_the_current_channel(site: Site) -> None:
    (own,) = await rows(site, USER)
    assert own["current"] is True
    (other,) = await rows(site, USER, active="0")
    assert "current" not in other
    assert await rows(site, USER, search="bright") == [own]
    assert await rows(site, USER, search="northwind") == []


async def test_a_user_accepts_and_leaves(site: Site) -> None:
    (waiting,) = await rows(site, USER, active="false")
    accepted = await site.post(USER, {"connref": waiting["conn_ref"]}, token=False)
    assert accepted.body == {"message": "Connection accepted!", "status": 200}
    assert len(await rows(site, USER)) == 2
    gone = await site.delete(USER, params={"connref": waiting["conn_ref"]}, token=False)
    assert gone.body == {"message": "Connection deleted!", "status": 200}
    assert len(await rows(site, USER)) == 1


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"X-Session-Key": KEY}, {}),
        ({}, {"session_key": KEY}),
        ({"Authorization": "Basic " + base64.b64encode(KEY.encode()).decode()}, {}),
        ({"Authorization": "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()}, {}),
        ({"Authorization": "Basic " + base64.b64encode(f"x:{KEY}".encode()).decode()}, {}),
    ],
)
async def test_a_channel_accepts_who_waits_with_a_session_key_in_any_place(
    headers: dict[str, str], query: dict[str, str], site: Site, channel: str
) -> None:
    answer = await site.post(channel, headers=headers, params=query, token=False)
    assert answer.status == 200
    assert len(await rows(site, channel)) == 3
    again = await site.post(channel, headers=headers, params=query, token=False)
    assert again.body["message"] == "No connection is waiting"


async def test_a_channel_deletes_one_named_in_query_or_body(site: Site, channel: str) -> None:
    headers = {"X-Session-Key": KEY}
    first, second = await rows(site, channel)
    by_query = await site.delete(channel, params={"connref": first["conn_ref"]}, headers=headers)
    by_body = await site.delete(channel, {"connref": second["conn_ref"]}, headers=headers)
    assert (by_query.status, by_body.status) == (200, 200)
    assert await rows(site, channel) == []


async def test_deleting_needs_a_reference_that_is_the_channels(site: Site, channel: str) -> None:
    headers = {"X-Session-Key": KEY}
    missing = await site.delete(channel, headers=headers)
    assert (missing.status, missing.body["message"]) == (400, "Connref is required")
    (other,) = await rows(site, USER, active="false")
    for ref in ("nope", other["conn_ref"]):
        answer = await site.delete(channel, params={"connref": ref}, headers=headers)
        assert answer.body["message"] == f"Connection with REF {ref} not found"


async def test_another_users_connection_is_not_found(site: Site, channel: str) -> None:
    jane = (await rows(site, channel))[1]["conn_ref"]
    answer = await site.delete(USER, params={"connref": jane}, token=False)
    assert answer.status == 404


async def test_a_token_is_no_session_key(site: Site, channel: str) -> None:
    assert (await site.post(channel)).status == 401
    wrong = await site.get("/user/wrong/connections", headers={"X-Session-Key": KEY})
    assert wrong.status == 401


async def test_another_channel_is_not_the_users_to_manage(site: Site) -> None:
    answer = await site.post(
        "/client/northwind/connections", headers={"X-Session-Key": KEY}, token=False
    )
    assert answer.status == 403
