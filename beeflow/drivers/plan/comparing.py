"""Two versions of a recipe compared: every difference in what they mean, none in how they look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from beeflow.drivers.plan.alignment import align
from beeflow.drivers.plan.change import Change
from beeflow.drivers.plan.steps import all_steps, compare_steps
from beeflow.drivers.wording.facets import (
    cancel_facets,
    condition_text,
    fetch_facets,
    input_facets,
    policies,
    trigger_facets,
)
from beeflow.drivers.wording.steps import Facets, step_facets, step_kind
from beeflow.recipe.model import ScheduleTrigger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from beeflow.recipe.model import Condition, Recipe, Trigger

T = TypeVar("T")

_HEAD: Final = ("name", "description", "mode", "timezone")

_PLACES: Final = 3
"""Places at which an input is used that are named."""


def compare(before: Recipe, after: Recipe) -> tuple[Change, ...]:
    """Return what is different, in the order of the file: head, trigger, conditions, steps."""
    return tuple(_compare(before, after))


def _compare(before: Recipe, after: Recipe) -> Iterator[Change]:
    yield from _head(before, after)
    yield from _inputs(before, after)
    yield from _listed("trigger", _triggers(before), _triggers(after))
    yield from _fetches(before, after)
    yield from _conditions(before.conditions, after.conditions)
    yield from _policies(policies(before), policies(after))
    cancels = [cancel_facets(one) for one in before.cancel_on]
    yield from _listed("cancel_on", cancels, [cancel_facets(one) for one in after.cancel_on])
    yield from compare_steps(before.actions, after.actions)
    yield from compare_steps(before.on_error, after.on_error, "on_error > ")


def _head(before: Recipe, after: Recipe) -> Iterator[Change]:
    for key in _HEAD:
        was, is_ = getattr(before, key), getattr(after, key)
        if was != is_:
            yield Change("changed", f"`{key}`", before=was or None, after=is_ or None)
    if before.labels != after.labels:
        was, is_ = ", ".join(before.labels), ", ".join(after.labels)
        yield Change("changed", "`labels`", before=was or None, after=is_ or None)
    if before.enabled != after.enabled:
        note = "it runs from now on" if after.enabled else "nothing starts it any more"
        switched = ("false", "true") if after.enabled else ("true", "false")
        yield Change("changed", "`enabled`", before=switched[0], after=switched[1], note=note)


# --- inputs ----------------------------------------------------------------------------------


def _inputs(before: Recipe, after: Recipe) -> Iterator[Change]:
    was = {name: input_facets(one) for name, one in before.inputs.items()}
    now = {name: input_facets(one) for name, one in after.inputs.items()}
    for name in dict.fromkeys((*was, *now)):
        where = f"input `{name}`"
        if name not in now:
            yield Change("removed", where, before=_line(was[name]))
        elif name not in was:
            yield Change("added", where, after=_line(now[name]))
        else:
            yield from _input(where, was[name], now[name], _used(after, name))


def _input(where: str, was: Facets, now: Facets, used: str) -> Iterator[Change]:
    for change in _facets(where, "", was, now):
        if change.what != "value":
            yield change
        else:
            yield Change(
                change.kind, where, what="", before=change.before, after=change.after, note=used
            )


def _used(recipe: Recipe, name: str) -> str:
    """Return where an input is used, for a reader who changes it."""
    wanted = f"inputs.{name}"
    places = [f"the trigger {key}" for key, text in _triggers_text(recipe) if wanted in text]
    places += [
        f"{one.place} `{step_kind(one.step)}`"
        for one in all_steps(recipe.actions)
        if any(wanted in text for text in step_facets(one.step).values())
    ]
    more = ", …" if len(places) > _PLACES else ""
    return f"used in {', '.join(places[:_PLACES])}{more}" if places else ""


def _triggers_text(recipe: Recipe) -> Iterator[tuple[str, str]]:
    for trigger in recipe.triggers:
        yield from trigger_facets(trigger).items()


# --- lists -----------------------------------------------------------------------------------


def _triggers(recipe: Recipe) -> list[Facets]:
    return [_trigger(recipe, one) for one in recipe.triggers]


def _trigger(recipe: Recipe, trigger: Trigger) -> Facets:
    """Return what a trigger says; the recipe's own time zone is told of with the recipe."""
    facets = trigger_facets(trigger)
    if isinstance(trigger, ScheduleTrigger) and trigger.timezone == recipe.timezone:
        del facets["timezone"]
    return facets


def _fetches(before: Recipe, after: Recipe) -> Iterator[Change]:
    was = [{"fetch": one.name} | fetch_facets(one) for one in before.fetch]
    now = [{"fetch": one.name} | fetch_facets(one) for one in after.fetch]
    yield from _listed("fetch", was, now, lambda facets: f"fetch `{facets['fetch']}`")


def _listed(
    what: str,
    before: Sequence[Facets],
    after: Sequence[Facets],
    named: Callable[[Facets], str] | None = None,
) -> Iterator[Change]:
    """Yield what is different between two lists of things that each say something."""
    many = max(len(before), len(after)) > 1

    def place(facets: Facets, at: int) -> str:
        return named(facets) if named else f"{what} {at + 1}" if many else what

    for pair in align(before, after, lambda one: tuple(sorted(one.items())), _alike):
        was = None if pair.before is None else before[pair.before]
        now = None if pair.after is None else after[pair.after]
        if was is None and now is not None:
            yield Change("added", place(now, pair.after or 0), after=_line(now))
        elif now is None and was is not None:
            yield Change("removed", place(was, pair.before or 0), before=_line(was))
        elif was is not None and now is not None:
            yield from _facets(place(now, pair.after or 0), "", was, now)


def _alike(one: Facets, other: Facets) -> float:
    same = sum(other.get(key) == text for key, text in one.items())
    return (same + 0.1 * (one.keys() == other.keys())) / max(len(one), len(other))


def _conditions(before: Sequence[Condition], after: Sequence[Condition]) -> Iterator[Change]:
    was, now = list(map(condition_text, before)), list(map(condition_text, after))
    for pair in align(was, now, str, _words_alike):
        if pair.before is None and pair.after is not None:
            yield Change("added", f"condition {pair.after + 1}", after=now[pair.after])
        elif pair.after is None and pair.before is not None:
            yield Change("removed", f"condition {pair.before + 1}", before=was[pair.before])
        elif pair.before is not None and pair.after is not None:
            place = f"condition {pair.after + 1}"
            if was[pair.before] != now[pair.after]:
                yield Change("changed", place, before=was[pair.before], after=now[pair.after])


def _words_alike(one: str, other: str) -> float:
    mine, others = set(one.split()), set(other.split())
    return len(mine & others) / max(len(mine | others), 1) + 0.01


# --- policy ----------------------------------------------------------------------------------


def _policies(before: Mapping[str, Facets], after: Mapping[str, Facets]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield Change("removed", f"`{name}`", before=_line(before[name]))
        elif name not in before:
            yield Change("added", f"`{name}`", after=_line(after[name]))
        else:
            yield from _facets(f"`{name}`", name, before[name], after[name])


def _facets(where: str, title: str, before: Facets, after: Facets) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        was, is_ = before.get(key), after.get(key)
        if was != is_:
            what = "" if key == title else key
            yield Change("changed", where, "", what, was, is_)


def _line(facets: Facets) -> str:
    return ", ".join(f"{key}: {text}" for key, text in facets.items())
