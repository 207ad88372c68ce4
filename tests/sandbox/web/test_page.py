from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox.site import Site

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("path", ["/_sandbox", "/_sandbox/style.css", "/_sandbox/script.js"])
async def test_the_page_lets_nothing_in_from_elsewhere(path: str, site: Site) -> None:
    answer = await site.get(path, token=False)
    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    text = answer.body.decode()
    assert "http://" not in text
    assert "https://" not in text


async def test_the_page_puts_texts_into_the_page_as_text(site: Site) -> None:
    script = (await site.get("/_sandbox/script.js")).body.decode()
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in script
    page = (await site.get("/_sandbox")).body.decode()
    assert "style=" not in page
    assert not re.search(r"\son\w+=", page)


async def test_what_the_page_shows_is_the_state(site: Site) -> None:
    await site.patch(f"/events/{site.refs.event}", {"title": HOSTILE + "x" * 1000})
    await site.life("go_live")
    await site.life("chat", text=HOSTILE, name="Ida")
    await site.post("/_sandbox/slack/api/chat.postMessage", {"channel": "c"})
    await site.post("/_sandbox/slack/services/T0SANDBOX/B0SANDBOX/sandbox", {"text": "Hi"})
    await site.settled()
    state = (await site.get("/_sandbox/state")).body
    event = next(row for row in state["events"] if row["ref"] == site.refs.event)
    assert event["title"].startswith(HOSTILE)
    assert len(event["title"]) == 301
    assert (event["status"], event["own"]) == ("live", True)
    assert state["messages"][0]["text"] == HOSTILE
    assert state["slack"][0]["text"] == "Hi"
    assert state["calls"][0]["method"] == "PATCH"
    assert {row["status"] for row in state["deliveries"]} == {"delivered"}
    assert len(state["types"]) == 20
    poll = next(row for row in state["polls"] if row["ref"] == site.refs.poll)
    assert [option["votes"] for option in poll["options"]] == [0, 1, 0]
