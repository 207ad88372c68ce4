"""What the writer knows of its journal without asking it.

Most events meet no wait, most runs queue behind no other, most recipes have few runs under way, and
most runs that go on began a moment ago; to look each time cost as much as all that was written. So
the writing connection, which is the only one, remembers what there may be. Of waits and queues it
never remembers too little: what it learned of a transaction that was rolled back is at worst asked
for in vain. What would be wrong then, the counts and the runs under way, is forgotten.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from beeflow.engine.journal import policy
from beeflow.engine.journal.sqlite.crowd import Crowd
from beeflow.engine.journal.sqlite.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST: Final = 8192
"""Runs under way of which all is known; of further ones the journal is asked."""

_SQL = load("known")

Group: TypeAlias = tuple[str, str | None]
"""A recipe, and the value of the group."""


class Underway(msgspec.Struct, gc=False):
    """A run that began as this process had the journal open, and has neither slept nor ended.

    `part` is the id of its last part of records; `waits` is whether it ever waited for anything.
    """

    part: int
    recipe: str
    group: str | None
    event: int
    created_at: float
    waits: bool = False


class Known:
    """What there may be: waits by their topic, recipes with queued runs; and what there is."""

    __slots__ = (
        "_crowd",
        "_patterns",
        "_queued",
        "_topics",
        "_underway",
        "_unfinished",
        "ends_awaited",
        "sure",
    )

    def __init__(self, *, sure: bool = True) -> None:
        self.sure = sure
        self.ends_awaited = not sure
        """Whether a run may wait for the end of another."""
        self._topics: set[str] = set()
        self._patterns = not sure
        self._queued: set[str] = set()
        self._unfinished: dict[str, int] = {}
        self._crowd: Crowd | None = None
        self._underway: dict[int, Underway] = {}

    @property
    def waits(self) -> bool:
        """Whether any run may wait for anything."""
        return self._patterns or self.ends_awaited or bool(self._topics)

    def waits_on(self, kind: str) -> bool:
        """Whether a run may wait for webhooks of a type."""
        return self._patterns or kind in self._topics

    def wait(self, run: int, topic: str) -> None:
        """Take down that a run waits."""
        underway = self._underway.get(run)
        if underway is not None:
            underway.waits = True
        self.learn_topic(topic)

    def learn_topic(self, topic: str) -> None:
        """Take down what is waited for."""
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

    # --- what is exact, and forgotten when a transaction is rolled back -------------------------

    def unfinished(self, recipe: str) -> int | None:
        """Return how many runs of a recipe have not ended, None where the journal must be asked."""
        return self._unfinished.get(recipe)

    def learn_unfinished(self, recipe: str, runs: int) -> None:
        """Take down how many runs of a recipe have not ended."""
        if self.sure:
            self._unfinished[recipe] = runs

    @property
    def wants_groups(self) -> bool:
        """Whether the journal is to be asked once which groups there are."""
        return self._crowd is None and self.sure

    def learn_groups(self, groups: Iterable[Group]) -> None:
        """Take down the group of each unfinished run that has one."""
        self._crowd = Crowd(groups)

    def is_empty(self, recipe: str, group: str | None) -> bool:
        """Whether no run of a group can be unfinished."""
        return self._crowd is not None and not self._crowd.may_hold(recipe, group)

    def count_in(self, recipe: str, group: str | None) -> None:
        """Count a run that is unfinished now."""
        if recipe in self._unfinished:
            self._unfinished[recipe] += 1
        if group is not None and self._crowd is not None:
            self._crowd.join(recipe, group)

    def count_off(self, recipe: str, group: str | None) -> None:
        """Count a run off that has ended."""
        if recipe in self._unfinished:
            self._unfinished[recipe] -= 1
        if group is not None and self._crowd is not None:
            self._crowd.leave(recipe, group)

    def begin(self, run: int, underway: Underway) -> None:
        """Take down a run that may run now."""
        if self.sure and len(self._underway) < MOST:
            self._underway[run] = underway

    def underway(self, run: int) -> Underway | None:
        """Return what is known of a run; None where the journal must be asked."""
        return self._underway.get(run)

    def leave(self, run: int) -> Underway | None:
        """Forget a run that sleeps or ends; returns what was known of it."""
        return self._underway.pop(run, None)

    def doubt(self) -> None:
        """Forget what may not have come about: a transaction was rolled back."""
        self._unfinished.clear()
        self._crowd = None
        self._underway.clear()


UNSURE: Final = Known(sure=False)
"""Of a connection that is not the only one which writes: there may be anything."""


class Writing(Connection):
    """The one connection that writes, and what is known by it."""

    known: Known = UNSURE


def known_by(db: Connection) -> Known:
    """Return what a connection knows."""
    return db.known if isinstance(db, Writing) else UNSURE


def may_have_company(db: Connection, recipe: str, group: str | None) -> bool:
    """Whether an unfinished run of a group may be there."""
    known = known_by(db)
    if known.wants_groups:
        known.learn_groups(db.execute(_SQL["groups"]))
    return not known.is_empty(recipe, group)


def learn(db: Connection) -> Known:
    """Ask a journal, when it is opened, what there is."""
    known = Known()
    for (topic,) in db.execute(_SQL["topics"]):
        known.learn_topic(topic)
    for (recipe,) in db.execute(_SQL["queues"]):
        known.queue(recipe)
    return known
