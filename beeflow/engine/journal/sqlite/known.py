"""What the writer knows of its journal without asking it.

Most events meet no wait, most runs queue behind no other, and most recipes have few runs under way;
to look each time cost as much as all that was written. So the writing connection, which is the only
one, remembers what there may be. It never remembers too little: what it learned of a transaction
that was rolled back is at worst asked for in vain.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import Final

from beeflow.engine.journal import policy
from beeflow.engine.journal.sqlite.queries import load

_SQL = load("known")


class Known:
    """What there may be: waits by their topic, recipes with queued runs, unfinished runs."""

    __slots__ = ("_begun", "_patterns", "_queued", "_topics", "ends_awaited", "sure")

    def __init__(self, *, sure: bool = True) -> None:
        self.sure = sure
        self.ends_awaited = not sure
        """Whether a run may wait for the end of another."""
        self._topics: set[str] = set()
        self._patterns = not sure
        self._queued: set[str] = set()
        self._begun: dict[str, int] = {}

    @property
    def waits(self) -> bool:
        """Whether any run may wait for anything."""
        return self._patterns or self.ends_awaited or bool(self._topics)

    def waits_on(self, kind: str) -> bool:
        """Whether a run may wait for webhooks of a type."""
        return self._patterns or kind in self._topics

    def wait(self, topic: str) -> None:
        """Take down that a run waits."""
        if policy.awaited_run(topic) is not None:
            self.ends_awaited = True
        elif policy.is_pattern(topic):
            self._patterns = True
        else:
            self._topics.add(topic)

    def may_queue(self, recipe: str) -> bool:
        """Whether runs of a recipe may stand in a queue."""
        return not self.sure or recipe in self._queued

    def queue(self, recipe: str) -> None:
        """Take down that a run of a recipe queues."""
        self._queued.add(recipe)

    def begin(self, recipe: str) -> bool:
        """Count a run that begins; False where the journal must be asked how many there are."""
        begun = self._begun.get(recipe)
        if begun is None or begun >= policy.UNFINISHED:
            return False
        self._begun[recipe] = begun + 1
        return True

    def count(self, recipe: str, runs: int) -> None:
        """Take down how many runs of a recipe have not ended; later ends are not counted off."""
        if self.sure:
            self._begun[recipe] = runs


UNSURE: Final = Known(sure=False)
"""Of a connection that is not the only one which writes: there may be anything."""


class Writing(Connection):
    """The one connection that writes, and what is known by it."""

    known: Known = UNSURE


def known_by(db: Connection) -> Known:
    """Return what a connection knows."""
    return db.known if isinstance(db, Writing) else UNSURE


def learn(db: Connection) -> Known:
    """Ask a journal, when it is opened, what there is."""
    known = Known()
    for (topic,) in db.execute(_SQL["topics"]):
        known.wait(topic)
    for (recipe,) in db.execute(_SQL["queues"]):
        known.queue(recipe)
    return known
