"""The backtest: which recipes are played, both sides, and what differs."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.drivers.backtest.answers import Answers, Record
from beeflow.drivers.backtest.deeds import Deed, recorded_deed
from beeflow.drivers.backtest.differences import Difference, difference
from beeflow.drivers.backtest.playing import Setting, play
from beeflow.drivers.plan.steps import all_steps
from beeflow.recipe.model import Recipe, RunStep, RunTrigger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from beeflow.drivers.backtest.past import Past
    from beeflow.engine.ports import Actions, Secrets
    from beeflow.engine.scheduler.event_starts import StartOf
    from beeflow.recipe.parser import Defaults

NOT_PLAYED: Final = (
    "schedules, event starts and watches enter when they fired then: `beeflow plan` tells when "
    "others would"
)
"""What a backtest does not tell."""


class Backtest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be played: `before` None stands for what was recorded.

    `wanted` are the recipes to compare, empty for all. `show` is told how many of `steps` steps
    are done.
    """

    pasts: Sequence[Past]
    before: Mapping[str, Recipe] | None
    after: Mapping[str, Recipe]
    actions: Actions
    secrets: Secrets
    start_of: StartOf
    defaults: Defaults
    wanted: frozenset[str] = frozenset()
    show: Callable[[int], None] = msgspec.field(default=lambda _done: None)

    @property
    def steps(self) -> int:
        """How many steps `show` is told of at the end."""
        return len(self.pasts) * (1 if self.before is None else 2)


class Backtested(msgspec.Struct, frozen=True):
    """What came of it.

    `played` are the recipes that were compared, `same` those that are the same on both sides and
    so were not played. `recorded` and `sampled` count the reads answered from the record, and by
    action those that only the documented sample had an answer to. `unfinished` are decisions that
    were not compared, because a run had not ended when it was recorded, or does not end.
    """

    events: int
    played: tuple[str, ...]
    same: int
    differences: tuple[Difference, ...]
    compared: int = 0
    recorded: int = 0
    sampled: Mapping[str, int] = msgspec.field(default_factory=dict)
    unfinished: int = 0


async def backtest(test: Backtest) -> Backtested:
    """Play recorded events through both sides, and compare."""
    names = played(test)
    record = Record()
    record.add(test.pasts)
    answers = Answers(test.actions, record)
    if test.before is None:
        before = _recorded(test.pasts, names)
        offset = 0
    else:
        before = await _side(test, test.before, names, answers, 0)
        offset = len(test.pasts)
    after = await _side(test, test.after, names, answers, offset)
    told = names if not test.wanted else names & test.wanted
    found = _compare(test.pasts, before, after, told)
    either = {key for key in (*before, *after) if key[1] in told}
    open_ = sum(
        not all(deed.done for deed in (*before.get(key, ()), *after.get(key, ()))) for key in either
    )
    return Backtested(
        events=len(test.pasts),
        played=tuple(sorted(told)),
        same=len({*test.after, *(test.before or {})} - names),
        differences=tuple(found),
        compared=len(either) - open_,
        unfinished=open_,
        recorded=answers.recorded,
        sampled=dict(Counter(answers.sampled).most_common()),
    )


async def _side(
    test: Backtest,
    recipes: Mapping[str, Recipe],
    names: Iterable[str],
    answers: Answers,
    offset: int,
) -> dict[tuple[str, str], list[Deed]]:
    """Play one side; returns the deeds by event and recipe."""
    cast = [recipes[name] for name in sorted(names) if name in recipes]
    setting = Setting(
        answers=answers,
        secrets=test.secrets,
        start_of=test.start_of,
        defaults=test.defaults,
        show=lambda done: test.show(offset + done),
    )
    return (await play(cast, test.pasts, setting)).deeds


def _recorded(pasts: Sequence[Past], names: Iterable[str]) -> dict[tuple[str, str], list[Deed]]:
    """Return what the recipes did then, by event and recipe.

    What one run set off counts to the event that began it all, as it does where it is played.
    """
    wanted = frozenset(names)
    roots: dict[str, Past] = {}
    deeds: dict[tuple[str, str], list[Deed]] = {}
    for past in pasts:
        for run in past.runs:
            root = roots[run.id] = roots.get(run.cause or "", past)
            if run.recipe in wanted:
                deed = recorded_deed(run, root.event.received_at)
                deeds.setdefault((root.event.id, run.recipe), []).append(deed)
    return deeds


def _compare(
    pasts: Sequence[Past],
    before: Mapping[tuple[str, str], Sequence[Deed]],
    after: Mapping[tuple[str, str], Sequence[Deed]],
    names: Iterable[str],
) -> list[Difference]:
    found = []
    ordered = sorted(names)
    for past in pasts:
        for name in ordered:
            key = (past.event.id, name)
            was, now = before.get(key, ()), after.get(key, ())
            if was or now:
                one = difference(past.event, name, was, now)
                if one is not None:
                    found.append(one)
    return found


# --- which are played ------------------------------------------------------------------------


def played(test: Backtest) -> frozenset[str]:
    """Return the recipes to play: those that differ, and those that have to do with them.

    A recipe that is the same on both sides does the same, unless it runs one that is not, is run
    by one, or listens to its end.
    """
    before, after = test.before, test.after
    if before is None:
        changed = {*after}
    else:
        changed = {name for name in {*before, *after} if _hash(before, name) != _hash(after, name)}
    if test.wanted:
        changed &= test.wanted
    recipes = [*after.values(), *(before or {}).values()]
    found, more = frozenset[str](), frozenset(changed)
    while found != more:
        found, more = more, more | _related(recipes, more)
    return found


def _hash(recipes: Mapping[str, Recipe], name: str) -> str | None:
    return recipes[name].hash if name in recipes else None


def _related(recipes: Sequence[Recipe], names: frozenset[str]) -> frozenset[str]:
    """Return the recipes that some of these run, that run them, or that listen to their end."""
    found: set[str] = set()
    for recipe in recipes:
        runs = {
            placed.step.recipe
            for placed in all_steps((*recipe.actions, *recipe.on_error))
            if isinstance(placed.step, RunStep)
        }
        if recipe.id in names:
            found |= runs | {one.id for one in recipes if _listens(recipe, [one.id])}
        elif runs & names or _listens(recipe, names):
            found.add(recipe.id)
    return frozenset(found)


def _listens(recipe: Recipe, names: Iterable[str]) -> bool:
    return any(
        fnmatchcase(name, trigger.recipe)
        for trigger in recipe.triggers
        if isinstance(trigger, RunTrigger)
        for name in names
    )
