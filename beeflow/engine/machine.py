"""The machine: a run as a state table. It advances the interpreter's generators, also sans-IO.

A run is a tree of strands: the recipe itself, and one for each branch that is being gathered.
Every strand is in one of three states:

========= ================================================== ==============================
state     means                                              leaves it by
========= ================================================== ==============================
advancing its generator is being sent a result               the next command, or its end
pending   it yielded a command; `pending` holds it by path   `resolve(path, result)`
joining   it yielded a `Gather`; its branches are strands    the end of the last branch
========= ================================================== ==============================

A branch that raises keeps further branches of its gathering from starting; those that run go
on to their end. The machine has `ended` when the root strand has.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import msgspec

from beeflow.engine.commands import BranchEnd, Command, Ending, Gather, Gathered, Result, Steps
from beeflow.engine.interpreter.interrupts import Interrupt
from beeflow.errors import BeeflowError


class Diverged(BeeflowError):  # noqa: N818 - it reads as what it says
    """A run asked for the same path twice, or was answered what it did not ask."""


class _Join(msgspec.Struct):
    """A strand that waits for its branches: the next to start, how many run, their ends."""

    gather: Gather
    next: int = 0
    running: int = 0
    raised: bool = False
    ends: dict[int, BranchEnd] = msgspec.field(default_factory=dict)

    @property
    def over(self) -> bool:
        return self.running == 0 and (self.raised or self.next == len(self.gather.branches))

    @property
    def may_start(self) -> bool:
        left = self.next < len(self.gather.branches)
        return left and not self.raised and self.running < self.gather.limit

    def result(self) -> Gathered:
        """Return the ends of the branches that ran, in order."""
        return Gathered(tuple(self.ends[index] for index in sorted(self.ends)))


class _Strand(msgspec.Struct):
    steps: Steps
    parent: _Strand | None = None
    index: int = 0
    join: _Join | None = None


_NOTHING: Final[deque[tuple[_Strand, Result | None]]] = deque(maxlen=0)
"""What is to be done in a run that gathers nothing: most runs do not."""


class Machine:
    """Carries one run from command to command.

    `pending` are the commands that wait for an answer, by path; answer them in any order. `asked`
    are those of them that nobody has taken yet.
    """

    __slots__ = ("_strands", "_work", "asked", "ended", "pending")

    def __init__(self, steps: Steps) -> None:
        """Advance to the first command."""
        self.pending: dict[str, Command] = {}
        self.ended: Ending | None = None
        self._strands: dict[str, _Strand] = {}
        self.asked: list[Command] = []
        self._work: deque[tuple[_Strand, Result | None]] = _NOTHING
        self._advance(_Strand(steps), None)
        if self._work:
            self._catch_up()

    def resolve(self, path: str, result: Result) -> None:
        """Answer the command at `path`, and advance as far as that leads."""
        strand = self._strands.pop(path, None)
        if strand is None:
            raise Diverged(f"nothing waits for an answer at {path}")
        del self.pending[path]
        self._advance(strand, result)
        if self._work:
            self._catch_up()

    def close(self) -> None:
        """Let go of all generators without running them on."""
        for strand in self._strands.values():
            strand.steps.close()
        self._strands.clear()
        self.pending.clear()

    def _catch_up(self) -> None:
        """Advance the strands that another one has set going, and those that they do."""
        while self._work:
            self._advance(*self._work.popleft())

    def _advance(self, strand: _Strand, result: Result | None) -> None:
        try:
            command = strand.steps.send(result)  # type: ignore[arg-type]  # None begins it
        except StopIteration as stop:
            self._end(strand, BranchEnd(stop.value))
            return
        except Interrupt as interrupt:
            self._end(strand, BranchEnd(raised=interrupt))
            return
        if type(command) is Gather:
            strand.join = _Join(command)
            self._drive(strand, strand.join)
            return
        path = command.path
        if path in self.pending:
            raise Diverged(f"two commands at {path}")
        self.pending[path] = command
        self.asked.append(command)
        self._strands[path] = strand

    def _drive(self, strand: _Strand, join: _Join) -> None:
        """Start as many branches as may run; go on when all are over."""
        if self._work is _NOTHING:
            self._work = deque()
        while join.may_start:
            branch = _Strand(join.gather.branches[join.next](), strand, join.next)
            join.next += 1
            join.running += 1
            self._work.append((branch, None))
        if join.over:
            strand.join = None
            self._work.append((strand, join.result()))

    def _end(self, strand: _Strand, end: BranchEnd) -> None:
        parent = strand.parent
        if parent is None:
            self._finish(end)
            return
        join = parent.join
        if join is None:
            raise Diverged("a branch outlived its gathering")
        join.running -= 1
        join.raised = join.raised or end.raised is not None
        join.ends[strand.index] = end
        self._drive(parent, join)

    def _finish(self, end: BranchEnd) -> None:
        if end.raised is not None or not isinstance(end.value, Ending):
            raise Diverged(f"a run ended without an ending: {end.raised or end.value!r}")
        self.ended = end.value
