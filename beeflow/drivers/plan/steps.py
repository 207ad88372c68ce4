"""Steps compared, also those inside other steps: by what they say, not by where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from beeflow.drivers.plan.alignment import align
from beeflow.drivers.plan.change import Change, shift
from beeflow.drivers.wording.steps import arms, step_facets, step_kind
from beeflow.recipe.model import ActionStep, Step

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

_INSIDE: Final = " > "


class Placed(msgspec.Struct, frozen=True):
    """A step, and its place as a reader counts: `step 3 > then > step 1`."""

    place: str
    step: Step


class _Gone(Placed, frozen=True):
    """A step that is not where it was."""


class _New(Placed, frozen=True):
    """A step that is where none was."""


_Found: TypeAlias = "Change | _Gone | _New"


def compare_steps(
    before: Sequence[Step], after: Sequence[Step], within: str = ""
) -> Iterator[Change]:
    """Yield what is different between two sequences of steps."""
    found = list(_compare(before, after, within))
    moves = _moves(found)
    left = {was.place: change for was, _, change in moves if isinstance(was, _Gone)}
    arrived = {now.place: (was, change) for was, now, change in moves}
    for one in found:
        if isinstance(one, Change):
            yield one
        elif isinstance(one, _Gone):
            told = Change("removed", one.place, step_kind(one.step), before=summary(one.step))
            yield left.get(one.place, told)
        elif one.place not in arrived:
            yield Change("added", one.place, step_kind(one.step), after=summary(one.step))
        elif not isinstance(arrived[one.place][0], _Gone):
            yield arrived[one.place][1]


def _compare(before: Sequence[Step], after: Sequence[Step], within: str) -> Iterator[_Found]:
    """Yield the changes, and in their place the steps that are gone or new."""
    for pair in align(before, after, content, likeness):
        if pair.before is None and pair.after is not None:
            yield _New(_place(within, pair.after), after[pair.after])
        elif pair.after is None and pair.before is not None:
            yield _Gone(_place(within, pair.before), before[pair.before])
        elif pair.before is not None and pair.after is not None:
            was = Placed(_place(within, pair.before), before[pair.before])
            now = Placed(_place(within, pair.after), after[pair.after])
            if pair.moved:
                yield Change("moved", was.place, step_kind(was.step), after=now.place)
            yield from _pair(was, now)


def _pair(was: Placed, now: Placed) -> Iterator[_Found]:
    """Yield how a step differs from what it was."""
    yield from compare_facets(now, step_facets(was.step), step_facets(now.step))
    inner, others = arms(was.step), arms(now.step)
    for arm in dict.fromkeys((*inner, *others)):
        inside = f"{now.place}{_INSIDE}{arm}{_INSIDE}"
        yield from _compare(inner.get(arm, ()), others.get(arm, ()), inside)


def _place(within: str, at: int) -> str:
    return f"{within}step {at + 1}"


def compare_facets(
    now: Placed, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Change]:
    """Yield what a step says otherwise than before."""
    title = step_kind(now.step)
    for key in dict.fromkeys((*before, *after)):
        was, is_ = before.get(key), after.get(key)
        if was != is_:
            note = shift(was, is_) if key == "wait" and was and is_ else ""
            yield Change("changed", now.place, title, key, was, is_, note)


def content(step: Step) -> Hashable:
    """Return all that a step says, without where it stands."""
    inside = tuple((arm, tuple(map(content, steps))) for arm, steps in arms(step).items())
    return step_kind(step), tuple(sorted(step_facets(step).items())), inside


def likeness(one: Step, other: Step) -> float:
    """Return how much two steps are alike: 0 for those of different kinds."""
    if type(one) is not type(other):
        return 0.0
    mine, others = step_facets(one), step_facets(other)
    same = sum(others.get(key) == text for key, text in mine.items())
    alike = same / max(len(mine), len(others), 1)
    if isinstance(one, ActionStep) and step_kind(one) != step_kind(other):
        return alike / 2 if _is_named_alike(mine, others) else 0.0
    inner = _inner_likeness(one, other)
    return 0.1 + (alike if inner is None else (alike + inner) / 2)


def _is_named_alike(one: dict[str, str], other: dict[str, str]) -> bool:
    return any(one.get(key) and one.get(key) == other.get(key) for key in ("name", "as"))


def _inner_likeness(one: Step, other: Step) -> float | None:
    mine = [content(step) for steps in arms(one).values() for step in steps]
    others = [content(step) for steps in arms(other).values() for step in steps]
    if not mine and not others:
        return None
    return sum(step in others for step in mine) / max(len(mine), len(others))


# --- moved to another level ------------------------------------------------------------------


def _moves(found: Sequence[_Found]) -> list[tuple[Placed, Placed, Change]]:
    """Find the steps that moved into another step, or out of one: from where, to where."""
    gone = [inner for one in found if isinstance(one, _Gone) for inner in _all_within(one)]
    new = [inner for one in found if isinstance(one, _New) for inner in _all_within(one)]
    moves = []
    for was in gone:
        now = next((one for one in new if content(one.step) == content(was.step)), None)
        if now is not None and (isinstance(was, _Gone) or isinstance(now, _New)):
            new.remove(now)
            change = Change("moved", was.place, step_kind(was.step), after=now.place)
            moves.append((was, now, change))
    return moves


def _all_within(placed: Placed) -> Iterator[Placed]:
    """Yield a step and all steps inside it, with their places."""
    yield placed
    for arm, steps in arms(placed.step).items():
        for at, step in enumerate(steps, 1):
            yield from _all_within(Placed(f"{placed.place}{_INSIDE}{arm}{_INSIDE}step {at}", step))


def all_steps(steps: Sequence[Step]) -> Iterator[Placed]:
    """Yield all steps of a recipe with their places, those inside others among them."""
    for at, step in enumerate(steps):
        yield from _all_within(Placed(_place("", at), step))


def summary(step: Step) -> str:
    """Return a step on one line: what it says, without its kind."""
    facets = step_facets(step)
    facets.pop("action", None)
    kind = step_kind(step)
    told = [
        text if key == kind else f"{key.removeprefix('with.')}: {text}"
        for key, text in facets.items()
    ]
    inside = [f"{arm}: {_counted(len(steps))}" for arm, steps in arms(step).items() if steps]
    return ", ".join((*told, *inside))


def _counted(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"
