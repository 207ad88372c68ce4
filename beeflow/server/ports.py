"""What the server needs of the rest of the daemon, as protocols; the composition root plugs in.

The server knows HTTP and nothing of signatures, recipes' texts or configuration. Everything it
is handed is data: frozen structs here, the journal's own values elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from beeflow.engine.event import NewEvent
    from beeflow.engine.journal.records import Pruned, Receipt
    from beeflow.recipe.model import Recipe
    from beeflow.types import Json

# --- webhooks in -----------------------------------------------------------------------------


class Decoded(msgspec.Struct, frozen=True, gc=False):
    """A webhook that is as it should be: the event to journal, and its payload for matching."""

    event: NewEvent
    payload: Mapping[str, Json]


class Refusal(msgspec.Struct, frozen=True):
    """Why a signed webhook is not taken; `detail` is for our log, not for the sender."""

    code: Literal["invalid_json", "invalid_envelope", "stale"]
    detail: str


class Webhooks(Protocol):
    """The sources of webhooks, and what is known of them."""

    def sources(self) -> Collection[str]:
        """Return the names under `/hooks/`. Asked for each request: a set or a mapping."""
        ...

    def verify(self, source: str, signatures: Sequence[str], body: bytes) -> bool:
        """Whether `body` is signed with a secret of `source`.

        `signatures` holds the value of each `X-Beestreamed-Signature` header, unchecked text
        (also none, or with lone surrogates); anything but exactly one right value is refused.
        """
        ...

    def decode(self, source: str, body: bytes, now: float) -> Decoded | Refusal:
        """Read a signed body received at `now`: JSON, then envelope, then age."""
        ...


class Door(Protocol):
    """The one way in for events."""

    async def enter(self, event: NewEvent, payload: Mapping[str, Json]) -> Receipt:
        """Journal an event with the runs it starts; returns once that is on disk.

        Raises `JournalFull`, `JournalBroken`, or `Overloaded` when it will be taken later.
        """
        ...


# --- what people may see and do --------------------------------------------------------------


class Finding(msgspec.Struct, frozen=True):
    """One problem of a recipe's file, ready for a reader. Line and column count from 1."""

    file: str
    line: int
    column: int
    rule: str
    message: str
    severity: Literal["error", "warning"] = "error"
    help: str | None = None


class Deployed(msgspec.Struct, frozen=True):
    """A recipe as it is deployed.

    `recipe` is what runs: with errors among `findings` it is the last good version, or None where
    there never was one. `id` is then the file's stem.
    """

    id: str
    file: str
    recipe: Recipe | None
    findings: tuple[Finding, ...] = ()


class Reloaded(msgspec.Struct, frozen=True):
    """What a reload changed: ids of recipes, and files that are broken."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


class Resolution(msgspec.Struct, frozen=True):
    """A person's answer to an unknown outcome.

    `path` is the record that is open, None where there is only one. `output` is what the action
    answered, had it been known; with "failed", `message` says why.
    """

    outcome: Literal["succeeded", "failed"]
    path: str | None = None
    output: Json = None
    message: str = ""


class Load(msgspec.Struct, frozen=True):
    """How much is in hand: runs being carried out, runs that are ready but not begun."""

    running: int
    queued: int


class Status(msgspec.Struct, frozen=True):
    """The daemon at a glance. `started_at` is an instant.

    `missing_events` were gone from the journal at the start, though nothing pruned them.
    """

    version: str
    started_at: float
    journal: str
    load: Load
    missing_events: int = 0


class Operator(Protocol):
    """What a person, or a script of theirs, may ask of the daemon.

    The actions raise `NothingFound` for what does not exist and `UsageError`, with the mend, for
    what cannot be done; both messages are shown.
    """

    def hindrances(self) -> Sequence[str]:
        """Say why webhooks cannot be accepted now; empty when they can. Asked for each one."""
        ...

    def troubles(self) -> Sequence[str]:
        """Say all that keeps webhooks out now: the hindrances, and what only a try can tell of."""
        ...

    def status(self) -> Status:
        """Tell how things stand, without asking the journal."""
        ...

    def recipes(self) -> Sequence[Deployed]:
        """List all recipes, the broken ones too, by id."""
        ...

    async def reload(self) -> Reloaded:
        """Read the recipes again, at once."""
        ...

    async def run(
        self, recipe: str, inputs: Mapping[str, Json], event: Mapping[str, Json] | None
    ) -> Receipt:
        """Start a recipe by hand; `event` is a payload to stand for its trigger."""
        ...

    async def replay(self, event_id: str) -> Receipt:
        """Let an event enter again, as a new one."""
        ...

    async def retry(self, run_id: str) -> None:
        """Let a run that ended badly go on from where it ended."""
        ...

    async def cancel(self, run_id: str) -> None:
        """Cancel a run, after the action that it is in."""
        ...

    async def prune(self, before: float, *, shrink: bool = False) -> Pruned:
        """Delete what is old, and with `shrink` give the room that became free back."""
        ...

    async def resolve(self, run_id: str, answer: Resolution) -> None:
        """Answer an unknown outcome, and let the run go on."""
        ...
