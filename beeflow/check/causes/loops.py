"""Recipes that start one another in a circle, and whether they ever stop."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from beeflow.check.causes.knowledge import OWN
from beeflow.recipe.model import RunStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beeflow.check.causes.graph import Follows, Graph, Link
    from beeflow.check.causes.knowledge import Path
    from beeflow.check.causes.walking import Doubt
    from beeflow.types import Json

Course: TypeAlias = Literal["endless", "open", "settles"]

_THINGS: Final = frozenset({"event", "poll", "signup", "video", "upload", "chat", "client"})
"""What the platform's fields begin with: whose they are."""

_STEADY: Final = frozenset({"secrets"})
"""Names whose values are the same in every run; so are inputs that no step gives."""


class Loop(msgspec.Struct, frozen=True):
    """Links in a circle: the target of each is the source of the next, the last leads to the first.

    `course` is "endless" where nothing ever ends it; "settles" where the same change is made
    again, which sends no further webhook once it is made; "open" where that is not known.
    """

    links: tuple[Link, ...]
    course: Course

    @property
    def recipes(self) -> tuple[str, ...]:
        """The ids of the recipes in it, in order."""
        return tuple(link.source for link in self.links)

    @property
    def sure(self) -> bool:
        """Whether nothing on the way is in doubt."""
        return not any(link.doubts for link in self.links)


def find_loops(graph: Graph) -> tuple[Loop, ...]:
    """Return all loops that nothing in the recipes keeps from going round, each once.

    A condition ends a loop where it reads what the loop changes. So does whatever happens only so
    often (`once`, `throttle`), only when something fails, or only when a webhook comes in time.
    """
    follows = _circular(graph.follows)
    found: dict[frozenset[tuple[str, str, str]], Loop] = {}
    for start in follows:
        links = _circle(follows, start)
        if links is None or not _goes_round(links):
            continue
        loop = Loop(_turned(links), _course(links))
        key = frozenset(link.key for link in links)
        if key not in found or loop.course == "endless":
            found[key] = loop
    return tuple(sorted(found.values(), key=lambda loop: [link.key for link in loop.links]))


def _circular(follows: Follows) -> Follows:
    """Return what may lie on a circle, the links that are least in doubt first."""
    going = {
        start: [way for way in ways if all(_may_repeat(way[0], one) for one in way[0].doubts)]
        for start, ways in follows.items()
    }
    while True:
        kept = {start: [way for way in ways if way[1] in going] for start, ways in going.items()}
        kept = {start: ways for start, ways in kept.items() if ways}
        if len(kept) == len(going):
            break
        going = kept
    return {start: tuple(sorted(ways, key=_in_doubt)) for start, ways in going.items()}


def _may_repeat(link: Link, doubt: Doubt) -> bool:
    """Whether what is in doubt may hold again. A list that a change makes shorter runs out."""
    return doubt.kind in {"condition", "match"} or (doubt.kind == "list" and link.anew)


def _in_doubt(way: tuple[Link, str]) -> int:
    return len(way[0].doubts)


def _circle(follows: Follows, start: str) -> tuple[Link, ...] | None:
    """Return the shortest way from a start back to it."""
    came: dict[str, tuple[str, Link]] = {}
    waiting = deque([start])
    while waiting:
        at = waiting.popleft()
        for link, other in follows.get(at, ()):
            if other == start:
                return (*_way(came, start, at), link)
            if other not in came:
                came[other] = at, link
                waiting.append(other)
    return None


def _way(came: Mapping[str, tuple[str, Link]], start: str, end: str) -> list[Link]:
    """Return the links from a start to where a search came by them."""
    links = []
    while end != start:
        end, link = came[end]
        links.append(link)
    return links[::-1]


def _goes_round(links: Iterable[Link]) -> bool:
    """Whether what holds in one round holds in the next, as far as it is in doubt at all."""
    links = tuple(links)
    changed = {name for link in links for name in link.changes}
    made = {thing for link in links if link.anew for thing in re.findall(r"\w+", link.by)}
    given = any(isinstance(link.step, RunStep) and link.step.args for link in links)
    steady = _STEADY if given else _STEADY | {"inputs"}

    def holds(path: Path) -> bool:
        return path[0] in steady or _steady(path, changed, made)

    return all(
        _is_read(doubt) or (bool(doubt.reads) and all(map(holds, doubt.reads)))
        for link in links
        for doubt in link.doubts
    )


def _is_read(doubt: Doubt) -> bool:
    """Whether it is about a list that is read anew in each round, all of it."""
    fetched = all(path[0] not in OWN for path in doubt.reads)
    return doubt.kind == "list" and fetched and _PLAIN.fullmatch(doubt.text.strip()) is not None


_PLAIN: Final = re.compile(r"[\w.]+")


def _steady(path: Path, changed: set[str], made: set[str]) -> bool:
    """Whether a path has the same value in each round: a field that the loop does not touch."""
    name = "event_status" if path == ("trigger", "data", "status") else path[-1]
    thing = name.partition("_")[0]
    touched = {name, name.removeprefix("event_")} & changed
    return len(path) > 1 and thing in _THINGS and thing not in made and not touched


def _course(links: tuple[Link, ...]) -> Course:
    """Return how a loop goes on once it has gone round."""
    values: dict[str, list[Json]] = {}
    for link in links:
        for name, value in link.changes.items():
            if value is not None and value[0] not in values.setdefault(name, []):
                values[name].append(value[0])
    courses = {_goes_on(link, values) for link in links}
    return next(course for course in ("settles", "open", "endless") if course in courses)


def _goes_on(link: Link, values: Mapping[str, list[Json]]) -> Course:
    """Return whether a link happens in each round: a change that is made already sends nothing."""
    if link.anew:
        return "endless"
    if any(len(values.get(name, ())) > 1 for name in link.changes):
        return "endless"
    return "open" if None in link.changes.values() else "settles"


def _turned(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Return a circle from its first recipe by name on."""
    first = min(range(len(links)), key=lambda at: links[at].key)
    return (*links[first:], *links[:first])
