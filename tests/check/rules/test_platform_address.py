from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from check.rules.telling import Tell

STEP = "- action: http.request\n  with:\n    url: %s\n    method: %s"


def test_a_request_that_an_action_makes(tell: Tell) -> None:
    url = "https://api.beestreamed.com/events/{{ run.id }}/polls"
    assert tell(STEP % (f'"{url}"', "POST")) == [
        (
            f"platform-address warning <{url}> this is a request to BeeStreamed itself: "
            "`polls.create` makes it | write action: polls.create, which signs in, keeps to the "
            "rate limit, and is checked and mocked like all others"
        )
    ]


def test_a_request_that_several_make(tell: Tell) -> None:
    (line,) = tell(STEP % ("https://api.beestreamed.com/polls/a/b", "PATCH"))
    assert "`polls.set_state` makes it (or `polls.vote`)" in line


def test_other_requests(tell: Tell) -> None:
    assert tell(STEP % ("https://api.beestreamed.com/new/thing", "POST")) == []
    assert tell(STEP % ("https://example.com/events", "GET")) == []
