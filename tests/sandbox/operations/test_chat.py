from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.site import Site

QUESTIONABLE = [("chat", "approved"), ("qa", "hidden"), ("qa", "new")]
REQUIRED = [("name", "Name"), ("email", "Email"), ("message", "Message")]
MESSAGE = {"name": "Ida", "email": "ida@example.com", "message": "Hello"}


async def listed(site: Site, *, token: bool = True, **query: str) -> list[dict[str, Any]]:
    answer = await site.get(f"/chat/{site.refs.event}", params=query, token=token)
    assert answer.status == 200
    rows: list[dict[str, Any]] = answer.body
    return rows


async def test_a_message_is_public_and_a_question_is_new(site: Site) -> None:
    path = f"/chat/{site.refs.event}"
    message = await site.post(path, MESSAGE, token=False)
    question = await site.post(path, {**MESSAGE, "qa": True}, token=False)
    assert (message.status, message.body["message"]) == (201, "Message created")
    first, asked = (await listed(site))[0], (await listed(site, qa="true"))[0]
    assert (first["chat_ref"], first["chat_status"]) == (message.body["chat_ref"], "public")
    assert (asked["chat_ref"], asked["chat_status"]) == (question.body["chat_ref"], "new")
    assert (first["chat_message"], first["chat_email"]) == ("Hello", "ida@example.com")


async def test_the_list_is_numbered_down_from_the_total(site: Site) -> None:
    for number in range(11):
        await site.post(f"/chat/{site.refs.event}", {**MESSAGE, "message": str(number)})
    rows = await listed(site)
    assert [row["row_num"] for row in rows] == list(range(12, 2, -1))
    assert rows[0]["chat_message"] == "10"
    assert [row["row_num"] for row in await listed(site, page="2")] == [2, 1]
    start = str(rows[4]["chat_id"])
    assert (await listed(site, indexStart=start, maxResults="1"))[0] == rows[4]


async def test_anyone_sees_what_is_public_and_less_of_it(site: Site) -> None:
    await site.patch(f"/chat/{site.refs.event}/{site.refs.chat}", {"status": "hidden"})
    assert await listed(site, token=False) == []
    assert await listed(site, token=False, qa="1") == []
    await site.patch(f"/chat/{site.refs.event}/{site.refs.qa}", {"status": "approved"})
    (question,) = await listed(site, token=False, qa="1")
    assert "chat_email" not in question


async def test_moderation_tells_how_many_rows_changed(site: Site) -> None:
    path = f"/chat/{site.refs.event}/{site.refs.chat}"
    assert (await site.patch(path, {"status": "hidden"})).body == {
        "message": "Updated message",
        "rows": 1,
    }
    assert (await site.patch(path, {"status": "hidden"})).body["rows"] == 0


@pytest.mark.parametrize(("kind", "status"), QUESTIONABLE)
async def test_each_kind_has_its_own_statuses(kind: str, status: str, site: Site) -> None:
    ref = getattr(site.refs, kind)
    answer = await site.patch(f"/chat/{site.refs.event}/{ref}", {"status": status})
    assert answer.status == 422


async def test_a_message_of_another_event_is_not_found(site: Site) -> None:
    other = (await site.post("/events")).body["event_ref"]
    answer = await site.patch(f"/chat/{other}/{site.refs.chat}", {"status": "hidden"})
    assert answer.body["message"] == f"Message with REF {site.refs.chat} not found"


@pytest.mark.parametrize(("field", "words"), REQUIRED)
async def test_what_is_required_is_named(field: str, words: str, site: Site) -> None:
    body = {name: value for name, value in MESSAGE.items() if name != field}
    answer = await site.post(f"/chat/{site.refs.event}", body)
    assert (answer.status, answer.body["message"]) == (400, f"{words} is required")


async def test_moderating_needs_a_token(site: Site) -> None:
    path = f"/chat/{site.refs.event}/{site.refs.chat}"
    assert (await site.patch(path, {"status": "hidden"}, token=False)).status == 401
