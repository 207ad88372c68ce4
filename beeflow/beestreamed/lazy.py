"""A mapping whose values are made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

Value = TypeVar("Value")


class LazyMapping(Mapping[str, Value]):
    """Fixed names; each value is built once, on first access, so that a start costs little."""

    __slots__ = ("_build", "_names", "_values")

    def __init__(self, names: Iterable[str], build: Callable[[str], Value]) -> None:
        self._names = dict.fromkeys(names)
        self._build = build
        self._values: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        """Return the value called `name`; raises `KeyError` where there is none."""
        if name in self._values:
            return self._values[name]
        if name not in self._names:
            raise KeyError(name)
        value = self._values[name] = self._build(name)
        return value

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, building nothing."""
        return iter(self._names)

    def __len__(self) -> int:
        """Count the names, building nothing."""
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        """Say whether there is such a name, building nothing."""
        return name in self._names
