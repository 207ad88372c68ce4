"""The two journals, asked the same at random, give the same answers and end up the same."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from engine.journal.sample import event, record
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from beeflow.engine.commands import Claim, Ending, Pass, WriteState
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.records import (
    Admission,
    Cancel,
    Delay,
    Filter,
    PlanChange,
    PlannedEvent,
    Start,
    StoredWait,
)
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.errors import BeeflowError
from beeflow.types import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from beeflow.engine.journal.protocol import Journal

REFS = st.sampled_from([None, "E1", "E2"])
TYPES = st.sampled_from(["poll.created", "poll.entry.created", "video.new"])
TOPICS = st.sampled_from(["poll.created", "poll.*", "*", "video.new", "run:r-1", "run:r-3"])
PATHS = st.sampled_from(["actions/0", "actions/1#1", "on_error/0"])
OUTCOMES = st.sampled_from(get_args(Outcome))
ADVANCES = st.sampled_from([0.0, 1.0, 10.0, 45.0])

DELAYS = st.none() | st.builds(
    Delay,
    st.sampled_from(["debounce", "batch"]),
    st.sampled_from(["k", "l"]),
    st.sampled_from([10.0, 30.0]),
    st.sampled_from([None, 2.0, 40.0]),
)
STARTS = st.tuples(
    st.sampled_from(["one", "two"]),
    st.just("hash"),
    st.integers(-1, 2),
    st.sampled_from([None, "g", "h"]),
    st.sampled_from(["queue", "drop", "restart", "parallel"]),
    st.sampled_from([None, 1, 2]),
    DELAYS,
    st.sampled_from([{}, {"n": 1}]),
    REFS,
    st.integers(1, 3),
    st.none(),
    st.none() | OUTCOMES.map(lambda outcome: Ending(outcome, "denied")),
).map(lambda given: Start(*given))
RECORDS = st.lists(
    st.builds(record, PATHS, st.sampled_from(["open", "done", "failed"]), output=st.integers()),
    max_size=3,
)
WAITS = st.lists(st.tuples(PATHS, TOPICS, REFS), max_size=2)
PLANS = st.lists(
    st.tuples(
        st.sampled_from(["E1", "E2"]),
        st.none() | st.tuples(st.sampled_from([500.0, 600.0]), st.integers(1, 3)),
    ),
    max_size=2,
)
MARKS = st.lists(st.tuples(st.sampled_from(["a/1", "a/2", "b"]), st.none() | st.integers()))


class Agreement(RuleBasedStateMachine):
    """Carries each operation out on both."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        shared = Path("/dev/shm")
        self.folder = tempfile.mkdtemp(dir=shared if shared.is_dir() else None)
        self.memory = MemoryJournal()
        self.sqlite = self.runner.run(SqliteJournal.open(Path(self.folder) / "beeflow.db"))
        self.now = 100.0
        self.runs = 0

    def teardown(self) -> None:
        self.runner.run(self.sqlite.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def both(self, ask: Callable[[Journal], Awaitable[Any]]) -> Any:
        """Ask both, and return what both answered."""
        answers = [self.runner.run(_outcome(ask, one)) for one in (self.memory, self.sqlite)]
        assert answers[0] == answers[1]
        return answers[0]

    def admission(
        self, key: int, kind: str, ref: str | None, starts: list[Start], **more: Any
    ) -> Admission:
        new = event(f"k{key}", self.now, type=kind, event_ref=ref, window=more.pop("window", None))
        return Admission(new, tuple(starts), wakes=lambda wait: len(wait.match) == 0, **more)

    def run_id(self, number: int) -> str:
        return f"r-{number % (self.runs + 1) + 1}"

    def waits(self, run: str, waits: list[tuple[str, str, str | None]]) -> list[StoredWait]:
        return [StoredWait(run, path, topic, ref, {}) for path, topic, ref in waits]

    # --- the door

    @rule(
        key=st.integers(0, 60),
        kind=TYPES,
        ref=REFS,
        starts=st.lists(STARTS, max_size=3),
        cancel=st.none() | st.builds(Cancel, st.sampled_from(["one", "two"]), REFS),
        window=st.sampled_from([None, None, 20.0]),
        plans=PLANS,
        marks=MARKS,
        advance=ADVANCES,
    )
    def admit(self, **drawn: Any) -> None:
        self.now += drawn["advance"]
        plan = tuple(
            PlanChange(ref, planned and PlannedEvent(ref, planned[0], self.now, {"n": planned[1]}))
            for ref, planned in drawn["plans"]
        )
        admission = self.admission(
            drawn["key"],
            drawn["kind"],
            drawn["ref"],
            drawn["starts"],
            window=drawn["window"],
            cancels=() if drawn["cancel"] is None else (drawn["cancel"],),
            plan=plan,
            marks=tuple(drawn["marks"]),
        )
        receipt = self.both(lambda journal: journal.admit(admission))
        self.runs += len(receipt.runs)

    # --- carrying out

    @precondition(lambda self: self.runs)
    @rule(number=st.integers(0, 50), records=RECORDS, waits=WAITS)
    def save(self, number: int, records: list[Any], waits: list[Any]) -> None:
        run = self.run_id(number)
        self.both(lambda journal: journal.save(run, records, self.waits(run, waits)))

    @precondition(lambda self: self.runs)
    @rule(
        number=st.integers(0, 50),
        records=RECORDS,
        waits=WAITS,
        sleep=st.none() | st.sampled_from([5.0, 20.0]),
    )
    def park(self, number: int, records: list[Any], waits: list[Any], sleep: float | None) -> None:
        run = self.run_id(number)
        opened = self.runner.run(self.memory.run(run))
        if opened is None or opened.run.status not in {"ready", "waiting", "done"}:
            return  # only what runs is ever parked
        until = None if sleep is None else self.now + sleep
        self.both(lambda journal: journal.park(run, records, until, self.waits(run, waits)))

    @precondition(lambda self: self.runs)
    @rule(
        number=st.integers(0, 50),
        records=RECORDS,
        outcome=OUTCOMES,
        follow=st.none() | st.tuples(st.integers(100, 120), st.lists(STARTS, max_size=2)),
    )
    def finish(
        self,
        number: int,
        records: list[Any],
        outcome: Outcome,
        follow: tuple[int, list[Start]] | None,
    ) -> None:
        run = self.run_id(number)
        admission = follow and self.admission(follow[0], "run", None, follow[1])
        ending = Ending(outcome, "over", result={"n": number})
        before = self.runner.run(self.memory.counts())
        self.both(lambda journal: journal.finish(run, records, ending, self.now, admission))
        after = self.runner.run(self.memory.counts())
        self.runs += sum(after.runs.values()) - sum(before.runs.values())

    @precondition(lambda self: self.runs)
    @rule(number=st.integers(0, 50), key=st.sampled_from("xy"), path=PATHS, take=st.booleans())
    def claim(self, number: int, key: str, path: str, take: bool) -> None:
        run, claim = self.run_id(number), Claim(path, "o", key)
        if take:
            self.both(lambda journal: journal.claim(run, "one", record(path), claim))
        else:
            self.both(lambda journal: journal.release(run, "one", record(path), claim))

    @precondition(lambda self: self.runs)
    @rule(number=st.integers(0, 50), at=st.sampled_from([100.0, 120.0, 130.0, 160.0, 161.0]))
    def passes(self, number: int, at: float) -> None:
        run = self.run_id(number)
        throttle = Pass("t", "k", 30.0)
        self.both(lambda journal: journal.passes(run, "one", record("t"), throttle, at))

    @precondition(lambda self: self.runs)
    @rule(number=st.integers(0, 50), value=st.integers() | st.text(max_size=3))
    def change_state(self, number: int, value: Any) -> None:
        run = self.run_id(number)
        change = WriteState("s", {"a": value}, {"a": 1, "n": 1}, ())
        self.both(lambda journal: journal.change_state(run, "one", record("s"), change))

    # --- waking, and a person's hand

    @rule(advance=ADVANCES, limit=st.sampled_from([1, 256]))
    def due(self, advance: float, limit: int) -> None:
        self.now += advance
        self.both(lambda journal: journal.due(self.now, limit))

    @precondition(lambda self: self.runs)
    @rule(number=st.integers(0, 50), how=st.sampled_from(["retry", "resolve", "cancel"]))
    def intervene(self, number: int, how: str) -> None:
        run, now = self.run_id(number), self.now
        if how == "retry":
            self.both(lambda journal: journal.retry(run, now))
        elif how == "resolve":
            answer = record("actions/0", output="answered")
            self.both(lambda journal: journal.resolve(run, "actions/0", answer, now))
        else:
            self.both(lambda journal: journal.cancel(run, now))

    @rule(back=st.sampled_from([0.0, 30.0]))
    def prune(self, back: float) -> None:
        self.both(lambda journal: journal.prune(self.now - back))

    @rule(changes=PLANS, back=st.sampled_from([0.0, 20.0]))
    def plan(self, changes: list[Any], back: float) -> None:
        listed = [
            ref if planned is None else PlannedEvent(ref, planned[0], self.now, {"n": planned[1]})
            for ref, planned in changes
        ]
        self.both(lambda journal: journal.plan(listed, self.now - back))

    # --- what both know

    @invariant()
    def they_know_the_same(self) -> None:
        everything = Filter(limit=0)
        runs = self.both(lambda journal: journal.runs(everything))
        self.both(lambda journal: journal.events(everything))
        self.both(lambda journal: journal.counts())
        self.both(lambda journal: journal.ready())
        for run in runs:
            opened = self.both(partial(_in_order, run_id=run.id))
            assert opened is not None

    @rule()
    def they_remember_the_same(self) -> None:
        self.both(lambda journal: journal.marks("a/"))
        self.both(lambda journal: journal.planned(0.0, 1e9))
        self.both(lambda journal: journal.state("one"))
        self.both(lambda journal: journal.events(Filter(recipe="one", outcome="skipped")))
        self.both(lambda journal: journal.runs(Filter(event="e-1", limit=3)))


async def _in_order(journal: Journal, run_id: str) -> Any:
    opened = await journal.run(run_id)
    return opened and (opened, list(opened.records))


async def _outcome(ask: Callable[[Journal], Awaitable[Any]], journal: Journal) -> Any:
    try:
        return await ask(journal)
    except (BeeflowError, ValueError) as error:
        return type(error), str(error)


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
