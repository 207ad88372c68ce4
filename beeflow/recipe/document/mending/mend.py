"""Guess by guess: which one lets the parser read on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from beeflow.recipe.document import mistakes
from beeflow.recipe.document.compose import Broke, Composer, Refused
from beeflow.recipe.document.mending import brackets, indentation, lookalikes, quoting, signs
from beeflow.recipe.document.mending.guess import Broken, Edit, Guess
from beeflow.recipe.document.mending.patch import Patch
from beeflow.recipe.document.source import Source
from beeflow.recipe.problem import Problem

_Guesser = Callable[[Broken], Iterator[Guess]]

_GUESSERS: Final[tuple[_Guesser, ...]] = (
    signs.conflicts,
    signs.strays,
    signs.ends,
    signs.dashes,
    indentation.odd_spaces,
    lookalikes.dashes,
    indentation.tabs,
    brackets.commas,
    signs.glued,
    signs.equals,
    signs.spaces,
    signs.keys,
    signs.extra_dashes,
    signs.first_dashes,
    brackets.openers,
    signs.mappings,
    lookalikes.wide,
    quoting.unquoted,
    signs.lists,
    signs.items,
    indentation.blocks,
    brackets.brackets,
    signs.colons,
    quoting.escapes,
    indentation.slips,
    quoting.unclosed,
)
"""The kinds of mistakes, those first that are told from others by the line itself."""

MOST: Final = 25
"""Mistakes that are mended in one file; behind more, nothing is read."""

WORK: Final = 800_000
"""Characters that are read in trying; it bounds the time that a hostile file takes."""

_WHOLE: Final = 3, 0
"""The rank of a guess that leaves nothing to mend or tell."""

_LONGEST_LINE: Final = 2_000
"""Lines longer than this were not written by hand, and are not searched for what was meant."""

_LONGEST_MEND: Final = 120
"""Characters of a mended line that are shown; of a longer one, the edited part is."""


class Mended(msgspec.Struct, frozen=True):
    """A text that was mended, and what was wrong with it, in the places of that text.

    `is_read` says that it can be read now, `is_whole` that nothing had to be left out.
    """

    source: Source
    problems: tuple[Problem, ...]
    is_read: bool
    is_whole: bool


def mended(source: Source, broke: Broke, told: Sequence[Problem] = ()) -> Mended:
    """Return a text that can be read, or as much of the way there as could be found.

    `told` is what is wrong with it besides.
    """
    repair = _Repair(source, told)
    stopped: Broke | None = broke
    while stopped is not None and len(repair.problems) < MOST:
        if not repair.step(stopped):
            return repair.result(stopped)
        stopped = _read(repair.path, repair.patch.text).broke
    return repair.result(None, is_read=stopped is None)


class _Repair:
    """The repair of one text. `problems` are placed as the file was written."""

    def __init__(self, source: Source, told: Sequence[Problem] = ()) -> None:
        self.path = source.path
        self.original = source.text if source.written is None else source.written
        self.patch = Patch(source.text)
        self.problems = list(told)
        self.is_whole = True
        self._work = 0

    def result(self, stopped: Broke | None, *, is_read: bool = False) -> Mended:
        """Return the text as it is now, with the problems in its own places.

        `stopped` is what could not be mended.
        """
        patch = self.patch
        source = Source(self.path, patch.text, self.original, patch.origins)
        problems = tuple(
            Problem(
                one.rule,
                one.message,
                source.span(patch.offset(one.span.start), patch.offset(one.span.end)),
                help=one.help,
            )
            for one in self.problems
        )
        if stopped is not None:
            last = mistakes.explain(Source(self.path, patch.text), stopped.said, stopped.at)
            problems = (*problems, last)
        return Mended(source, problems, is_read, is_read and self.is_whole)

    def step(self, broke: Broke) -> bool:
        """Mend what the parser stopped at; False where nothing helps."""
        broken = Broken(Source(self.path, self.patch.text), broke.said, broke.place, broke.begins)
        likely: tuple[Guess, Patch] | None = None
        best = 0, 0
        for guess in self._guesses(broken):
            if guess.drops and likely is not None:
                break
            self._work += len(self.patch.text)
            if self._work > WORK:
                break
            new = self.patch.edited(guess.edits)
            read = _read(self.path, new.text)
            further = self._further(guess, broken, new, read.broke)
            # What leaves nothing to mend is better than what only reads on; and of such mends
            # that which leaves less to tell, as keys that stand twice.
            rank = min(further, 2) + (read.broke is None), -read.problems if further else 0
            if further and rank > best:
                likely, best = (guess, new), rank
            if best == _WHOLE or (further and guess.drops):
                break
        if likely is None:
            return False
        self._keep(*likely)
        return True

    @staticmethod
    def _guesses(broken: Broken) -> Iterator[Guess]:
        if all(len(line.text) <= _LONGEST_LINE for line in broken.suspects()):
            for guesser in _GUESSERS:
                yield from guesser(broken)
        yield from _left_out(broken)

    def _further(self, guess: Guess, broken: Broken, new: Patch, broke: Broke | None) -> int:
        """Return by how many lines the mended text reads further; 0: not at all."""
        if broke is None:
            return len(self.original)
        written = Source(self.path, self.original)
        at = new.written(broke.at)
        if at <= self.patch.written(broken.at) and not guess.early:
            return 0
        last = max((self.patch.written(edit.end) for edit in guess.edits), default=0)
        if not guess.early:
            last = max(last, self.patch.written(broken.at))
        if at <= last:
            return 0
        lines = written.position(at).line - written.position(last).line
        if guess.early:
            return max(lines - 1, 0)
        return lines + (lines == 0 and not guess.drops and not guess.moves)

    def _keep(self, guess: Guess, new: Patch) -> None:
        start, end = self.patch.written(guess.start), self.patch.written(guess.end)
        span = Source(self.path, self.original).span(start, max(end, start + 1))
        help_ = f"{guess.help} {_shown(guess, new, self.patch)}" if guess.shown else guess.help
        self.problems.append(Problem("yaml-syntax", guess.message, span, help=help_ or None))
        self.patch = new
        self.is_whole = self.is_whole and not guess.drops


class _Read(NamedTuple):
    """How far a text can be read: where it breaks, if it does, and what is told of it till then."""

    broke: Broke | None
    problems: int


def _read(path: str, text: str) -> _Read:
    composer = Composer(Source(path, text))
    try:
        composer.compose()
    except Broke as broke:
        return _Read(broke, len(composer.problems))
    except Refused:
        return _Read(None, len(composer.problems))
    return _Read(None, len(composer.problems))


def _shown(guess: Guess, new: Patch, old: Patch) -> str:
    """Return the mended line; of several the first."""
    first = min(edit.start for edit in guess.edits)
    source = Source("", new.text)
    number = source.position(new.offset(old.written(first))).line
    line = source.line(number).strip().replace(" ,", ",")
    if len(line) <= _LONGEST_MEND:
        return line
    at = max(first - source.offset_of_line(number) - 20, 0)
    return f"… {source.line(number)[at : at + _LONGEST_MEND]} …"


def _left_out(broken: Broken) -> Iterator[Guess]:
    """Guess that what cannot be read can be done without, so that the rest is checked."""
    problem = mistakes.explain(broken.source, broken.said, broken.at)
    here, there = broken.line(broken.number), broken.source.position(broken.place).line
    below = []
    for number in range(here.number + 1, here.number + 200):
        one = broken.line(number)
        if not one.is_blank and one.indent <= here.indent:
            break
        below.append(number)
    ranges = (
        [here.number],
        [here.number, *below],
        range(here.number, there),
        range(here.number, there + 1),
        [there],
    )
    for numbers in ranges:
        lines = [broken.line(number) for number in numbers if not broken.line(number).is_blank]
        edits = tuple(Edit(line.begin, line.begin, "#") for line in lines)
        if edits:
            yield Guess(
                problem.message,
                problem.span.start,
                problem.span.end,
                edits,
                problem.help or "",
                drops=True,
                shown=False,
            )
