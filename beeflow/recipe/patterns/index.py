"""An index of patterns: it finds the few of ten thousand subscribers that want a webhook.

Subscribers of one type of webhook are kept in a tree. A node that holds more than a few sends each
pattern on by one of its lines, the one that tells it best from those already there: a value that
must be equal, a beginning or end of a text, an item of a list. A payload follows only the branches
that fit it, and what it finds there is matched in full. Patterns with no such line (`not`, `regex`,
`gt`, …) stay in their node and are tried one by one. Adding and removing walk one way down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar

import msgspec

from beeflow.recipe.patterns.operators import (
    All,
    AnyOf,
    Contains,
    Equals,
    Prefix,
    Scalar,
    Suffix,
    Test,
)
from beeflow.recipe.patterns.paths import Path, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from beeflow.recipe.patterns.pattern import Pattern

Id = TypeVar("Id")

Probe: TypeAlias = tuple[Path, Literal["is", "prefix", "suffix", "item"], int]
"""Where a node looks: a path, in what way, and how many characters of a text."""

Route: TypeAlias = tuple[Probe, tuple[Scalar, ...]]
"""A line of a pattern as an index uses it: where to look, and for which keys."""

FEW = 4
"""Patterns that a node tries one by one before it looks for a way to tell them apart."""


def type_matches(glob: str, type_: str) -> bool:
    """Return whether a webhook's type fits `glob`, in which `*` stands for anything."""
    first, *rest = glob.split("*")
    if not rest:
        return glob == type_
    *middle, last = rest
    if not type_.startswith(first) or len(type_) < len(first) + len(last):
        return False
    position, end = len(first), len(type_) - len(last)
    for part in middle:
        found = type_.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return type_.endswith(last)


class _Entry(msgspec.Struct, Generic[Id]):
    """A subscriber: its number in the order of arrival, and what it wants."""

    id: Id
    order: int
    pattern: Pattern
    types: tuple[str, ...]


class _Node(msgspec.Struct, Generic[Id]):
    """A part of the tree: patterns that stay here, and branches by what a payload holds."""

    here: dict[int, _Entry[Id]] = msgspec.field(default_factory=dict)
    branches: dict[Probe, dict[Scalar, _Node[Id]]] = msgspec.field(default_factory=dict)
    routes: dict[int, Route] = msgspec.field(default_factory=dict)
    size: int = 0

    def add(self, entry: _Entry[Id], used: frozenset[Probe] = frozenset()) -> None:
        self.size += 1
        if self.size <= FEW:
            self.here[entry.order] = entry
            return
        if not self.routes and self.size == FEW + 1:
            settled, self.here = self.here, {}
            for other in settled.values():
                self._send(other, used)
        self._send(entry, used)

    def _send(self, entry: _Entry[Id], used: frozenset[Probe]) -> None:
        """Send an entry down the branch where the fewest are, or keep it here."""
        routes = [route for route in _routes(entry.pattern) if route[0] not in used]
        if not routes:
            self.here[entry.order] = entry
            return
        probe, keys = min(routes, key=self._crowd)
        self.routes[entry.order] = (probe, keys)
        branch = self.branches.setdefault(probe, {})
        for key in keys:
            branch.setdefault(key, _Node()).add(entry, used | {probe})

    def _crowd(self, route: Route) -> int:
        branch = self.branches.get(route[0], {})
        return sum(branch[key].size + 1 if key in branch else 1 for key in route[1])

    def remove(self, entry: _Entry[Id]) -> None:
        self.size -= 1
        if self.here.pop(entry.order, None) is not None:
            return
        probe, keys = self.routes.pop(entry.order)
        branch = self.branches[probe]
        for key in keys:
            branch[key].remove(entry)
            if not branch[key].size:
                del branch[key]
        if not branch:
            del self.branches[probe]

    def find(self, look: Callable[[Path], object], found: dict[int, _Entry[Id]]) -> None:
        """Put into `found` all whose indexed lines hold."""
        found.update(self.here)
        for probe, branch in self.branches.items():
            for key in _keys(look(probe[0]), probe, branch):
                child = branch.get(key)
                if child is not None:
                    child.find(look, found)


def _keys(
    value: object, probe: Probe, branch: Mapping[Scalar, object]
) -> Iterator[Scalar] | Sequence[Scalar]:
    """Return the keys of a branch that a value of the payload leads to."""
    _, way, length = probe
    if way == "is":
        return (value,) if value is None or isinstance(value, str | int | float) else ()
    if isinstance(value, str):
        if way == "prefix":
            return (value[:length],)
        if way == "suffix":
            return (value[max(len(value) - length, 0) :],)
        return (key for key in branch if isinstance(key, str) and key in value)
    if way == "item" and isinstance(value, list | tuple):
        return {item for item in value if item is None or isinstance(item, str | int | float)}  # type: ignore[return-value]  # a set goes through like any other
    return ()


def _routes(pattern: Pattern) -> Iterator[Route]:
    for line in pattern.lines:
        for test in line.test.tests if isinstance(line.test, All) else (line.test,):
            route = _route(line.path, test)
            if route is not None:
                yield route


def _route(path: Path, test: Test) -> Route | None:
    if isinstance(test, Equals):
        return (path, "is", 0), (test.expected,)
    if isinstance(test, AnyOf):
        return (path, "is", 0), tuple(test.expected)
    if isinstance(test, Prefix):
        return (path, "prefix", len(test.expected)), (test.expected,)
    if isinstance(test, Suffix):
        return (path, "suffix", len(test.expected)), (test.expected,)
    if isinstance(test, Contains):
        return (path, "item", 0), (test.expected,)
    return None


class PatternIndex(Generic[Id]):
    """Subscribers by the types and patterns of the webhooks that they want."""

    def __init__(self) -> None:
        self._entries: dict[Id, _Entry[Id]] = {}
        self._trees: dict[str, _Node[Id]] = {}
        self._known: dict[str, tuple[str, ...]] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, subscriber_id: Id, types: Sequence[str], pattern: Pattern) -> None:
        """Add a subscriber; an id that is there already is replaced, and is then the last."""
        self.remove(subscriber_id)
        self._count += 1
        entry = _Entry(subscriber_id, self._count, pattern, tuple(dict.fromkeys(types)))
        self._entries[subscriber_id] = entry
        for type_ in entry.types:
            if type_ not in self._trees:
                self._trees[type_] = _Node()
                self._known.clear()
            self._trees[type_].add(entry)

    def remove(self, subscriber_id: Id) -> None:
        """Remove a subscriber; one that is not there is no error."""
        entry = self._entries.pop(subscriber_id, None)
        if entry is None:
            return
        for type_ in entry.types:
            tree = self._trees[type_]
            tree.remove(entry)
            if not tree.size:
                del self._trees[type_]
                self._known.clear()

    def match(self, type_: str, payload: Mapping[str, object]) -> list[Id]:
        """Return the ids whose types and pattern match, in the order in which they were added."""
        found: dict[int, _Entry[Id]] = {}
        seen: dict[Path, object] = {}

        def look(path: Path) -> object:
            if path not in seen:
                seen[path] = resolve(payload, path)
            return seen[path]

        for glob in self._globs(type_):
            self._trees[glob].find(look, found)
        return [found[order].id for order in sorted(found) if found[order].pattern.matches(payload)]

    def _globs(self, type_: str) -> tuple[str, ...]:
        """Return the globs there are that fit a type."""
        known = self._known.get(type_)
        if known is None:
            known = tuple(glob for glob in self._trees if type_matches(glob, type_))
            if len(self._known) >= _TYPES:
                self._known.clear()  # types come from outside: their number is not ours to trust
            self._known[type_] = known
        return known


_TYPES = 256
