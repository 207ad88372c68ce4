from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.site import Site

POLL = {"question": "Which?", "options": ["Red", "Blue"]}


@pytest.fixture
async def poll(site: Site) -> str:
    """The path of a new poll."""
    created = await site.post(f"/polls/{site.refs.event}", POLL)
    return f"/polls/{site.refs.event}/{created.body['poll_ref']}"


async def entries(site: Site, poll: str, **query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await site.get(f"{poll}/entries", params=query)).body["data"]
    return rows


async def test_a_created_poll_is_listed_inactive_and_announced(site: Site) -> None:
    created = await site.post(f"/polls/{site.refs.event}", POLL)
    assert created.status == 201
    first = (await site.get(f"/polls/{site.refs.event}")).body["data"][0]
    assert first["poll_ref"] == created.body["poll_ref"]
    assert (first["poll_active"], first["poll_options"]) == (False, ["Red", "Blue"])
    await site.settled()
    (payload,) = site.payloads
    assert payload["data"]["poll_data"] == {
        "options": [{"option": "Red", "entries": 0}, {"option": "Blue", "entries": 0}],
        "question": "Which?",
    }


async def test_votes_count_once_it_is_active(site: Site, poll: str) -> None:
    vote = {"vote": True, "option_index": 1, "name": "Ida", "email": "ida@example.com"}
    assert (await site.patch(poll, vote)).status == 400
    assert (await site.patch(poll, {"state": True})).body["message"] == "Poll state updated"
    assert (await site.patch(poll, vote)).body == {
        "message": "Vote updated",
        "updated_rows": 1,
        "status": 200,
    }
    (entry,) = await entries(site, poll)
    assert (entry["poll_entry_option_index"], entry["poll_entry_email"]) == (1, "ida@example.com")


async def test_voting_again_by_the_same_email_changes_the_vote(site: Site, poll: str) -> None:
    await site.patch(poll, {"state": True})
    vote = {"vote": True, "option_index": 1, "email": "ida@example.com"}
    await site.patch(poll, vote)
    assert (await site.patch(poll, vote)).body["updated_rows"] == 0
    assert (await site.patch(poll, {**vote, "option_index": 0})).body["updated_rows"] == 1
    assert [row["poll_entry_option_index"] for row in await entries(site, poll)] == [0]


async def test_votes_without_an_email_all_count(site: Site, poll: str) -> None:
    await site.patch(poll, {"state": True})
    for _ in range(12):
        await site.patch(poll, {"vote": True, "option_index": 0})
    rows = await entries(site, poll)
    assert [row["poll_entry_row_number"] for row in rows] == list(range(12, 2, -1))
    start = str(rows[3]["poll_entry_id"])
    assert (await entries(site, poll, indexStart=start))[0] == rows[3]


async def test_entries_are_searched_by_name_and_email(site: Site) -> None:
    poll = f"/polls/{site.refs.event}/{site.refs.poll}"
    await site.patch(poll, {"vote": True, "option_index": 0, "name": "Ida"})
    assert len(await entries(site, poll)) == 2
    assert len(await entries(site, poll, search="ADA.HOLM")) == 1
    assert len(await entries(site, poll, search="ida")) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"vote": True, "option_index": 2}, 422),
        ({"vote": True, "option_index": -1}, 422),
        ({"vote": True}, 422),
        ({"vote": False, "option_index": 0}, 422),
        ({"state": True, "vote": True, "option_index": 0}, 422),
        ({}, 422),
    ],
)
async def test_a_wrong_update_is_refused(
    change: dict[str, Any], status: int, site: Site, poll: str
) -> None:
    await site.patch(poll, {"state": True})
    assert (await site.patch(poll, change)).status == status


async def test_a_deleted_poll_takes_its_entries_along(site: Site) -> None:
    poll = f"/polls/{site.refs.event}/{site.refs.poll}"
    assert (await site.delete(poll)).body["message"] == "Poll deleted"
    assert (await site.get(f"{poll}/entries")).status == 404
    assert (await site.delete(poll)).status == 404
    assert site.refs.poll not in site.running.sandbox.world.entries
    await site.settled()
    assert site.payloads[0]["data"] == {"poll_ref": site.refs.poll}


async def test_a_poll_of_another_event_is_not_found(site: Site) -> None:
    other = (await site.post("/events")).body["event_ref"]
    answer = await site.get(f"/polls/{other}/{site.refs.poll}")
    assert answer.body["message"] == f"Poll with REF {site.refs.poll} not found"


async def test_the_list_begins_where_index_start_says(site: Site) -> None:
    rows = (await site.get(f"/polls/{site.refs.event}", params={"indexStart": "0"})).body["data"]
    assert rows == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": "Which?"}, 400),
        ({"options": ["a"]}, 400),
        ({"question": "Which?", "options": []}, 422),
        ({"question": "Which?", "options": [1]}, 422),
        ({"question": "Which?", "options": "a"}, 422),
    ],
)
async def test_a_wrong_poll_is_refused(body: dict[str, Any], status: int, site: Site) -> None:
    assert (await site.post(f"/polls/{site.refs.event}", body)).status == status


@pytest.mark.parametrize(
    "form",
    [
        [("question", "Which?"), ("options[]", "Red"), ("options[]", "Blue")],
        [("question", "Which?"), ("options", '["Red", "Blue"]')],
    ],
)
async def test_a_poll_can_be_sent_as_a_form(form: list[tuple[str, str]], site: Site) -> None:
    created = await site.post(f"/polls/{site.refs.event}", data=form)
    assert created.status == 201
    first = (await site.get(f"/polls/{site.refs.event}")).body["data"][0]
    assert first["poll_options"] == ["Red", "Blue"]
