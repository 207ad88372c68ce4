"""What is known of a run before it happens, and what expressions come to under it.

Paths are those that expressions follow: `("trigger", "data", "status")`. Where a path is not known
it stands for any value, and what is made of it is not known either: verdicts are true, false, or
None for "it depends".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from beeflow.errors import ExpressionError
from beeflow.recipe.model import AllOf, AnyOf, Expr, Not, Template
from beeflow.recipe.patterns.paths import MISSING, resolve
from beeflow.recipe.templates import Unknown, parse_expression, render_value, templates_in
from beeflow.recipe.templates.template import parse_template

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.recipe.model import Condition, Value
    from beeflow.recipe.templates import Reference
    from beeflow.types import Json

Path: TypeAlias = tuple[str, ...]

OWN: Final = frozenset(
    {"trigger", "inputs", "secrets", "run", "now", "state", "error", "loop", "item"}
)
"""Names that are no answer of an action."""


class Knowledge(msgspec.Struct, frozen=True):
    """Values by path, and of what is fetched by the name of the field alone."""

    paths: Mapping[Path, Json] = msgspec.field(default_factory=dict)
    fields: Mapping[str, Json] = msgspec.field(default_factory=dict)

    def find(self, path: Path) -> object:
        """Return the value at a path, or `Unknown`."""
        known, value = self.known(path)
        found = value if isinstance(value, Unknown) else resolve(value, path[len(known) :])
        return Unknown(".".join(path)) if found is MISSING else found

    def known(self, path: Path) -> tuple[Path, object]:
        """Return the beginning of a path whose value is known, with the value; else `Unknown`."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.paths:
                return path[:end], self.paths[path[:end]]
        if path[0] not in OWN and len(path) > 1 and path[-1] in self.fields:
            return path, self.fields[path[-1]]
        # An item of what is not known is read from a list, which a scope cannot hold in parts.
        end = next((at for at, step in enumerate(path) if step.isdecimal()), len(path))
        return path[:end], Unknown(".".join(path[:end]))

    def with_paths(self, paths: Mapping[Path, Json]) -> Knowledge:
        """Return it with more paths, which win over those there are."""
        return Knowledge({**self.paths, **paths}, self.fields)

    def without(self, name: str) -> Knowledge:
        """Return it without what begins with a name."""
        kept = {path: value for path, value in self.paths.items() if path[0] != name}
        return Knowledge(kept, self.fields)

    def verdict(self, condition: Condition) -> bool | None:
        """Return whether a condition holds."""
        if isinstance(condition, Expr):
            return self._expression(condition.text)
        if isinstance(condition, Not):
            inner = self.verdict(condition.clause)
            return None if inner is None else not inner
        verdicts = [self.verdict(clause) for clause in condition.clauses]
        decides = isinstance(condition, AnyOf)
        if decides in verdicts:
            return decides
        return None if None in verdicts else not decides

    def value(self, value: Value) -> tuple[Json] | None:
        """Return what a value renders to, as the only item of a tuple; None: not known."""
        references = [one for part in templates_in(value) for one in _read(part)]
        try:
            rendered = render_value(value, self._scope(references))
        except ExpressionError:
            return None
        return None if _has_unknown(rendered) else (rendered,)

    def _expression(self, text: str) -> bool | None:
        """Return a verdict; a field of what is fetched may only speak against."""
        sure = _truth(text, self._scope(_references(text), fields=False))
        if sure is not None or not self.fields:
            return sure
        return False if _truth(text, self._scope(_references(text))) is False else None

    def _scope(self, references: Iterable[Reference], *, fields: bool = True) -> dict[str, object]:
        known = self if fields else Knowledge(self.paths)
        parts = dict(known.known(one.path) for one in references)
        scope: dict[str, object] = {}
        for path in sorted(parts):
            if not any(path[:end] in parts for end in range(len(path))):
                _put(scope, path, parts[path])
        return scope


def _put(scope: dict[str, object], path: Path, value: object) -> None:
    """Put a value where a path leads; no path is the beginning of another."""
    for step in path[:-1]:
        scope = scope.setdefault(step, {})  # type: ignore[assignment]  # as said
    scope[path[-1]] = value


def reads(condition: Condition) -> frozenset[Path]:
    """Return the paths that a condition reads."""
    if isinstance(condition, Expr):
        return frozenset(one.path for one in _references(condition.text))
    clauses = condition.clauses if isinstance(condition, AllOf | AnyOf) else (condition.clause,)
    return frozenset(path for clause in clauses for path in reads(clause))


def _references(text: str) -> tuple[Reference, ...]:
    try:
        return parse_expression(text).references
    except ExpressionError:
        return ()


def _read(template: Template) -> tuple[Reference, ...]:
    try:
        return parse_template(template.text).references
    except ExpressionError:
        return ()


def _truth(text: str, scope: Mapping[str, object]) -> bool | None:
    try:
        value = parse_expression(text).evaluate(scope)
    except ExpressionError:
        return None
    return None if isinstance(value, Unknown) else bool(value)


def _has_unknown(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_has_unknown(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(_has_unknown(part) for part in value)
    return isinstance(value, Unknown)
