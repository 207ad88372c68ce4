"""The sandbox itself: its state and what acts on it. It does no I/O."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import TYPE_CHECKING

from beeflow.sandbox.agenda import Agenda
from beeflow.sandbox.calls import Calls
from beeflow.sandbox.clock import Clock
from beeflow.sandbox.faults import Faults
from beeflow.sandbox.files import Files
from beeflow.sandbox.inbox import Inbox
from beeflow.sandbox.limits import RateLimit
from beeflow.sandbox.mailbox import Mailbox
from beeflow.sandbox.names import Names
from beeflow.sandbox.outbox import Outbox
from beeflow.sandbox.seed import Refs, seeded
from beeflow.sandbox.slack import Slack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.sandbox.outbox import Delivery
    from beeflow.sandbox.world import World
    from beeflow.types import Json


@dataclass(frozen=True, slots=True)
class Account:
    """What a developer is given to call the sandbox with."""

    token_id: str = "sandbox-token"  # noqa: S105 - it opens nothing but the sandbox
    secret_key: str = "sandbox-secret-key"  # noqa: S105 - it opens nothing but the sandbox
    session_key: str = "sandbox-session-key"
    webhook_secret: str = "sandbox-webhook-secret"  # noqa: S105 - it signs nothing else


@dataclass(frozen=True, slots=True)
class Settings:
    """How a sandbox behaves.

    The rate limits are calls in any 60 seconds, with a token and without one (introduction and
    pages of the resources: 3,500 and 100 are the lower figures of each). `seed` makes the
    references that are given out later repeatable; the seeded ones always are. `processing` is how
    many seconds recordings, uploads and downloads take to become ready.
    """

    account: Account = field(default_factory=Account)
    rate_limit: int = 3500
    public_rate_limit: int = 100
    seed: int | None = None
    processing: float = 5.0


class Sandbox:
    """State, clock and faults of one BeeStreamed."""

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        self.settings = settings or Settings()
        self.clock = clock or Clock()
        self.outbox = Outbox()
        self.faults = Faults()
        self.calls = Calls()
        self.slack = Slack()
        self.mailbox = Mailbox()
        self.inbox = Inbox()
        self.limit = RateLimit(self.settings.rate_limit)
        self.public_limit = RateLimit(self.settings.public_rate_limit)
        self.names = Names(_random(self.settings.seed))
        self._moment: float | None = None
        self.world: World
        self.refs: Refs
        self.agenda: Agenda
        self.files: Files
        self._fill()

    def reset(self) -> None:
        """Return to the seeded state; receivers stay registered, and ids are not given twice."""
        self.clock.reset()
        self.faults.rules.clear()
        self.calls.recorded.clear()
        self.slack.messages.clear()
        self.mailbox.clear()
        self.inbox.parcels.clear()
        self.outbox.deliveries.clear()
        self.limit.forget()
        self.public_limit.forget()
        self._fill()

    def now(self) -> float:
        """Return the sandbox's time in Unix seconds."""
        return self.clock.now() if self._moment is None else self._moment

    @contextmanager
    def as_of(self, moment: float) -> Iterator[None]:
        """Let what happens within happen at a moment of the sandbox's time that has passed."""
        self._moment = moment
        try:
            yield
        finally:
            self._moment = None

    def announce(self, kind: str, data: dict[str, Json], **beside: Json) -> list[Delivery]:
        """Send a webhook of `kind` to whoever listens; `beside` is what stands beside `data`."""
        wall = self.clock.wall()
        payload: dict[str, Json] = {"type": kind, "data": data, **beside}
        payload |= {"id": self.names.webhook_id(), "timestamp": int(wall)}
        return self.outbox.post(payload, wall)

    def _fill(self) -> None:
        self.world, self.refs = seeded(self.now())
        self.agenda = Agenda()
        for video in self.world.videos.values():
            self.agenda.add(video.next_delivery, "delivery", video.ref)
        self.files = Files(hashlib.sha256(self.settings.account.secret_key.encode()).digest())


def _random(seed: int | None) -> Random:
    return SystemRandom() if seed is None else Random(seed)  # noqa: S311 - repeatable on purpose
