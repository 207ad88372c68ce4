from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.site import Site

PERSON = {"name": "Ida", "email": "ida@example.com"}


async def test_a_signup_is_listed_shown_and_announced(site: Site) -> None:
    path = f"/signup/{site.refs.event}"
    created = await site.post(path, {**PERSON, "company": "Acme", "Seats Wanted": 2}, token=False)
    assert (created.status, created.body["message"]) == (201, "Signup created")
    first = (await site.get(path)).body[0]
    assert (first["signup_ref"], first["row_num"]) == (created.body["signup_ref"], 2)
    assert first["signup_data"] == {**PERSON, "company": "Acme", "seats_wanted": 2}
    one = (await site.get(f"{path}/{first['signup_ref']}")).body
    assert one["signup_data"] == first["signup_data"]
    assert "signup_event_ref" not in one
    await site.settled()
    (payload,) = site.payloads
    assert payload["data"] == {**one, "signup_mux_viewer_id": None}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "Ida"}, "Email is required"),
        ({"email": "ida@example.com"}, "Name is required"),
        (PERSON, "Company is required"),
        ({**PERSON, "company": ""}, "Company is required"),
    ],
)
async def test_the_events_form_says_what_is_required(
    body: dict[str, Any], said: str, site: Site
) -> None:
    await site.patch(f"/events/{site.refs.event}", {"signup_form": "Name, Email, Company"})
    answer = await site.post(f"/signup/{site.refs.event}", body)
    assert (answer.status, answer.body["message"]) == (400, said)


async def test_an_event_without_a_form_takes_name_and_email(site: Site) -> None:
    await site.patch(f"/events/{site.refs.event}", {"signup_form": ""})
    assert (await site.post(f"/signup/{site.refs.event}", PERSON)).status == 201


async def test_the_list_is_paged_and_numbered_down(site: Site) -> None:
    path = f"/signup/{site.refs.event}"
    for number in range(10):
        await site.post(path, {**PERSON, "email": f"{number}@example.com"})
    rows = (await site.get(path)).body
    assert [row["row_num"] for row in rows] == list(range(11, 1, -1))
    assert [row["row_num"] for row in (await site.get(path, params={"page": 2})).body] == [1]
    start = {"indexStart": rows[-1]["signup_id"]}
    assert (await site.get(path, params=start)).body[0] == rows[-1]


async def test_a_signup_of_another_event_is_not_found(site: Site) -> None:
    other = (await site.post("/events")).body["event_ref"]
    answer = await site.get(f"/signup/{other}/{site.refs.signup}")
    assert answer.body["message"] == f"Signup with REF {site.refs.signup} not found"


async def test_reading_needs_a_token(site: Site) -> None:
    answer = await site.get(f"/signup/{site.refs.event}", token=False)
    assert (answer.status, set(answer.body)) == (401, {"message", "status"})


async def test_values_within_values_are_refused(site: Site) -> None:
    answer = await site.post(f"/signup/{site.refs.event}", {**PERSON, "x": {"y": 1}})
    assert (answer.status, answer.body["message"][:2]) == (422, "x ")
