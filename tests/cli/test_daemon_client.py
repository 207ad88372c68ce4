from __future__ import annotations

import pytest

from beeflow.cli import daemon_client
from beeflow.cli.daemon_client import DaemonClient
from beeflow.cli.orders import unanswered
from beeflow.cli.request import Answer, Request
from beeflow.errors import (
    ActionError,
    BeeflowError,
    Failure,
    JournalLocked,
    NothingFound,
    UsageError,
)


def answering(monkeypatch: pytest.MonkeyPatch, status: int, body: bytes) -> list[Request]:
    asked: list[Request] = []

    def send(request: Request, timeout: float) -> Answer:
        assert timeout > 0
        asked.append(request)
        return Answer(status, body)

    monkeypatch.setattr(daemon_client, "send", send)
    return asked


def test_the_password_goes_along_and_ids_are_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, 202, b'{"event": "e-1"}')
    told = DaemonClient("http://d", "pass").post("events", "a/../b", "replay", body={"x": 1})
    assert told == {"event": "e-1"}
    assert asked[0].url == "http://d/api/events/a%2F..%2Fb/replay"
    assert asked[0].headers["Authorization"] == "Bearer pass"
    assert asked[0].body == b'{"x": 1}'


def test_without_a_password_none_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, 200, b"{}")
    DaemonClient("http://d", None).post("reload", body={})
    assert "Authorization" not in asked[0].headers


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        (404, b'{"error": "not_found", "detail": "there is no run"}', NothingFound, "no run"),
        (401, b'{"error": "unauthorized"}', UsageError, "server.password"),
        (409, b'{"error": "conflict"}', UsageError, "conflict"),
        (400, b"not json", UsageError, "400"),
        (503, b'{"error": "journal"}', ActionError, "journal"),
        (200, b"[]", ActionError, "200"),
    ],
)
def test_refusals_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: bytes,
    error: type[BeeflowError],
    said: str,
) -> None:
    answering(monkeypatch, status, body)
    with pytest.raises(error, match=said):
        DaemonClient("http://d", None).post("reload", body={})


def test_only_silence_is_blamed_on_who_holds_the_journal() -> None:
    locked = JournalLocked("in use by process 7")
    silent = ActionError(Failure("connection", "refused"))
    assert "process 7" in str(unanswered(silent, locked))
    other = ActionError(Failure("http", "503"))
    assert unanswered(other, locked) is other
