"""Faults on demand: the next matching calls fail in the way that was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

FaultKind = Literal["status", "reset", "reset_after", "delay"]


@dataclass(frozen=True, slots=True)
class Fault:
    """How a call fails.

    `status`: it is answered with `status` and `headers` and takes no effect. `reset`: the
    connection is cut without an answer and without an effect. `reset_after`: it takes effect, then
    the connection is cut. `delay`: it is held for `delay` seconds and then goes on, unless its
    caller has gone meanwhile.
    """

    kind: FaultKind
    status: int = 0
    delay: float = 0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Rule:
    """The next `left` calls that match fail; None is all of them.

    `method` is any when None. `path` is a glob where it holds `*`, `?` or `[`, else the path or its
    beginning up to a slash. In mail, the method is the command and the path its address.
    """

    fault: Fault
    method: str | None = None
    path: str | None = None
    left: int | None = 1

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a call is meant."""
        if self.left == 0 or (self.method is not None and self.method != method.upper()):
            return False
        if self.path is None or self.path == path:
            return True
        if any(sign in self.path for sign in "*?["):
            return fnmatchcase(path, self.path)
        return path.startswith(self.path.rstrip("/") + "/")


@dataclass(slots=True)
class Faults:
    """The rules, the oldest first."""

    rules: list[Rule] = field(default_factory=list)

    def take(self, method: str, path: str) -> Fault | None:
        """Return how this call fails, if it does, and count it."""
        for rule in self.rules:
            if rule.matches(method, path):
                if rule.left is not None:
                    rule.left -= 1
                    self.rules = [kept for kept in self.rules if kept.left != 0]
                return rule.fault
        return None
