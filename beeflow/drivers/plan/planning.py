"""The plan: recipe by recipe what a deployment adds, changes and takes away, and what follows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from beeflow.drivers.plan.change import Change
from beeflow.drivers.plan.comparing import compare
from beeflow.drivers.wording.facets import trigger_facets
from beeflow.drivers.wording.steps import Facets, step_facets, step_kind
from beeflow.recipe.model import ScheduleTrigger
from beeflow.recipe.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beeflow.check import Finding
    from beeflow.engine.journal.records import Run
    from beeflow.recipe.model import Recipe, Step

Fate: TypeAlias = Literal["added", "changed", "renamed", "removed", "broken"]

_TIMES: Final = 3
"""Next times of a schedule that are told."""


class Deck(msgspec.Struct, frozen=True):
    """A set of recipes. `recipes` are those a daemon would load, by id; `files` where each is.

    `broken` are the ids of those that are there and would not be loaded; `findings` what the
    checks found.
    """

    recipes: Mapping[str, Recipe]
    files: Mapping[str, str]
    broken: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


class Times(msgspec.Struct, frozen=True):
    """The next times of one schedule, in Unix seconds; `timezone` is the one it is kept in."""

    schedule: str
    timezone: str
    next: tuple[float, ...]


class Planned(msgspec.Struct, frozen=True):
    """What becomes of one recipe.

    `about` says what starts it and what it does, where that is not known from before. `was` is
    its id before, where it is another one. `times` are those of its schedules, as they are then;
    `runs` are under way and end on the text they began with.
    """

    recipe: str
    file: str
    fate: Fate
    changes: tuple[Change, ...] = ()
    about: str = ""
    was: str | None = None
    times: tuple[Times, ...] = ()
    runs: tuple[Run, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """A whole plan, against `base`.

    `unchanged` recipes do the same; `reworded` are those among them whose text differs all the
    same. `broken` were so before, too. `findings` are new, `mended` are gone.
    """

    recipes: tuple[Planned, ...]
    unchanged: int = 0
    reworded: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    mended: tuple[Finding, ...] = ()
    base: str = ""

    @property
    def changes(self) -> bool:
        """Whether a deployment would change anything that the recipes do."""
        return bool(self.recipes)

    @property
    def errors(self) -> bool:
        """Whether something in it is broken that was not before."""
        return any(one.severity == "error" for one in self.findings)


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be planned: the recipes `before` and `after`, at the instant `now`.

    `runs` are those under way, where there is a journal.
    """

    before: Deck
    after: Deck
    now: float
    runs: Sequence[Run] = msgspec.field(default=())


def plan(deployment: Deployment, base: str = "") -> Plan:
    """Return what a deployment changes."""
    before, after = deployment.before, deployment.after
    renamed = _renamed(before, after)
    planned = tuple(_planned(deployment, renamed))
    same = [name for name in after.recipes if not any(one.recipe == name for one in planned)]
    return Plan(
        recipes=planned,
        unchanged=len(same),
        reworded=tuple(name for name in same if _hash(before, name) != _hash(after, name)),
        broken=tuple(sorted(after.broken & before.broken)),
        findings=_news(before, after),
        mended=_news(after, before),
        base=base,
    )


def _hash(deck: Deck, name: str) -> str | None:
    return deck.recipes[name].hash if name in deck.recipes else None


def _planned(deployment: Deployment, renamed: Mapping[str, str]) -> Iterator[Planned]:
    before, after = deployment.before, deployment.after
    for name in sorted({*before.files, *after.files}):
        if name in renamed.values():
            continue
        if name in after.broken:
            if name not in before.broken:
                yield Planned(name, after.files[name], "broken", runs=_runs(deployment, name))
        elif name not in after.recipes:
            if name in before.recipes:
                told = about(before.recipes[name])
                runs = _runs(deployment, name)
                yield Planned(name, before.files[name], "removed", about=told, runs=runs)
        elif name in renamed:
            yield _one(deployment, name, "renamed", was=renamed[name])
        elif name not in before.recipes:
            yield _one(deployment, name, "added")
        elif changes := _changes(before, after, name):
            yield _one(deployment, name, "changed", changes)


def _one(
    deployment: Deployment,
    name: str,
    fate: Fate,
    changes: tuple[Change, ...] = (),
    was: str | None = None,
) -> Planned:
    recipe = deployment.after.recipes[name]
    times = tuple(_times(recipe, deployment.now)) if recipe.enabled else ()
    runs = _runs(deployment, was or name, recipe.hash)
    told = about(recipe) if fate == "added" else ""
    return Planned(name, deployment.after.files[name], fate, changes, told, was, times, runs)


def about(recipe: Recipe) -> str:
    """Return what starts a recipe and what it does, on one line."""
    started = " or ".join(_line(trigger_facets(one)) for one in recipe.triggers)
    steps = ", ".join(_step(one) for one in recipe.actions)
    return f"{started or 'started by hand or by others'} → {steps}"


def _line(facets: Facets) -> str:
    return ", ".join(f"{key} {text}" for key, text in facets.items())


def _step(step: Step) -> str:
    kind = step_kind(step)
    return " ".join((kind, step_facets(step).get(kind, ""))).strip() if kind == "wait" else kind


def _changes(before: Deck, after: Deck, name: str) -> tuple[Change, ...]:
    changes = compare(before.recipes[name], after.recipes[name])
    if before.files[name] != after.files[name]:
        moved = Change("changed", "its file", before=before.files[name], after=after.files[name])
        return (moved, *changes)
    return changes


def _renamed(before: Deck, after: Deck) -> dict[str, str]:
    """Return which recipes are others under a new id: the new ids, with the old ones."""
    gone = [name for name in before.recipes if name not in after.files]
    found: dict[str, str] = {}
    for name in after.recipes:
        if name in before.files:
            continue
        same = (old for old in gone if not compare(before.recipes[old], after.recipes[name]))
        was = next(same, None)
        if was is not None:
            gone.remove(was)
            found[name] = was
    return found


def _times(recipe: Recipe, now: float) -> Iterator[Times]:
    for trigger in recipe.triggers:
        if not isinstance(trigger, ScheduleTrigger):
            continue
        schedule = Schedule.from_trigger(trigger, now)
        times = schedule.between(now, now + 100 * 366 * 86400.0, _TIMES)
        every = f"every {trigger.every:g} s" if trigger.every else ""
        told = trigger.cron or trigger.at or every
        yield Times(told, trigger.timezone, times)


def _runs(deployment: Deployment, recipe: str, text: str | None = None) -> tuple[Run, ...]:
    """Return the runs under way that end on another text than `text`."""
    return tuple(run for run in deployment.runs if run.recipe == recipe and run.recipe_hash != text)


def _news(before: Deck, after: Deck) -> tuple[Finding, ...]:
    """Return the findings of `after` that `before` did not have, wherever they stood in a file."""
    known = Counter(map(_key, before.findings))
    news = []
    for finding in after.findings:
        known[_key(finding)] -= 1
        if known[_key(finding)] < 0:
            news.append(finding)
    return tuple(news)


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.file, finding.rule, finding.message
