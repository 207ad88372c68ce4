from __future__ import annotations

import pytest

from beeflow.engine.journal.records import Receipt
from beeflow.server import wire
from beeflow.server.answers import Refused, unavailable


@pytest.fixture(autouse=True)
def nine_o_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beeflow.server.wire.time.time", lambda: 1_796_115_600.5)


def test_an_acknowledgement_is_a_whole_answer() -> None:
    assert wire.acknowledgement(Receipt("ev-1", "accepted")) == (
        b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nServer: beeflow\r\n"
        b"Date: Tue, 01 Dec 2026 09:00:00 GMT\r\nContent-Length: 36\r\n\r\n"
        b'{"status": "accepted", "id": "ev-1"}'
    )


def test_a_conflict_is_told() -> None:
    answer = wire.acknowledgement(Receipt("ev-1", "conflict"))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b'\r\n\r\n{"status": "duplicate", "conflict": true}')


def test_a_refusal_is_a_whole_answer() -> None:
    assert wire.refusal(unavailable("overloaded")) == (
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
        b"Server: beeflow\r\nRetry-After: 5\r\nContent-Length: 23\r\n"
        b"Date: Tue, 01 Dec 2026 09:00:00 GMT\r\n\r\n"
        b'{"error": "overloaded"}'
    )


def test_a_refusal_that_ends_the_connection_says_so() -> None:
    answer = wire.refusal(Refused(500, "internal", "what it is", close=True))
    assert b"\r\nConnection: close\r\n\r\n" in answer
    assert answer.endswith(b'{"error": "internal", "detail": "what it is"}')
