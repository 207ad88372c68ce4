"""What the log is told of webhooks."""

from __future__ import annotations

from typing import Any

from beeflow.engine.event import NewEvent
from beeflow.engine.journal.records import Receipt
from beeflow.server.answers import Refused
from beeflow.server.telling import MOST, Silent, Teller


class Told:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def tell(self, event: str, level: int = 20, /, **fields: Any) -> None:
        self.lines.append((event, {"level": level, **fields}))


def test_a_webhook_is_told_by_what_became_of_it() -> None:
    log = Told()
    event = NewEvent("k", "main", "poll.created", 1.0, b"{}", "p-1")
    Teller(log).taken(event, Receipt("e-7", "duplicate", ("r-1", "r-2")), 0.00123)
    assert log.lines == [
        (
            "webhook.duplicate",
            {
                "level": 20,
                "source": "main",
                "type": "poll.created",
                "id": "p-1",
                "event_id": "e-7",
                "runs": 2,
                "ms": 1.23,
            },
        )
    ]


def test_strangers_cannot_fill_the_log() -> None:
    log, now = Told(), [10.0]
    teller = Teller(log, lambda: now[0])
    bad = Refused(401, "invalid_signature")
    for _ in range(MOST + 5):
        teller.refused("main", bad, "192.0.2.1")
    stale = Refused(400, "stale")
    stale.aside = "it is old"
    teller.refused("main", stale, None)
    assert len(log.lines) == MOST + 1
    assert log.lines[-1][1] == {
        "level": 30,
        "source": "main",
        "reason": "stale",
        "detail": "it is old",
        "remote": None,
        "suppressed": None,
    }
    now[0] = 11.5
    teller.refused("main", bad, "192.0.2.1")
    teller.refused("main", bad, "192.0.2.1")
    assert [fields["suppressed"] for _, fields in log.lines[-2:]] == [5, None]


def test_nobody_may_listen() -> None:
    Silent().tell("x", 30, n=1)
