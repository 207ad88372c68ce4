"""Which names an expression or template may see, and what is known of them at that point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec.structs import replace

from beeflow.check.typing.env import Env, Facts, in_common, on_top
from beeflow.recipe.model import Expr, Template
from beeflow.recipe.templates import Reference, salvage
from beeflow.recipe.typing import ANYTHING, Type, union

if TYPE_CHECKING:
    from beeflow.recipe.problem import Span
    from beeflow.recipe.templates.tokens import Grammar


class Name(msgspec.Struct, frozen=True):
    """A name in scope. `by` says what gave it a value, `at` where.

    `unless` holds the conditions under which it has a value; empty: it always has one.
    """

    by: str = ""
    at: Span | None = None
    unless: frozenset[str] = frozenset()
    type: Type = ANYTHING


Names: TypeAlias = Mapping[str, Name]


class Use(msgspec.Struct, frozen=True):
    """A text and the names it may see. `given` are the conditions known to hold there.

    `facts` are what conditions before it have proved of paths, as far as types tell.
    """

    text: Expr | Template
    names: Names
    given: frozenset[str] = frozenset()
    facts: Facts = msgspec.field(default_factory=dict)

    def references(self) -> tuple[Reference, ...]:
        """Return the paths that it reads."""
        grammar: Grammar = "expression" if isinstance(self.text, Expr) else "template"
        return salvage(self.text.text, grammar).references


class Scope(msgspec.Struct):
    """Names at a point of the walk, and what holds there. `ended`: the run never gets so far.

    Names and facts are never changed in place: the texts that see them keep them.
    """

    names: Names
    given: frozenset[str] = frozenset()
    facts: Facts = msgspec.field(default_factory=dict)
    ended: bool = False
    typed: tuple[Names, Mapping[str, Type]] = ({}, {})
    """Names, and their types: made once for all texts that see the same."""

    @property
    def env(self) -> Env:
        """What is known of the types here."""
        if self.typed[0] is not self.names:
            self.typed = self.names, {name: one.type for name, one in self.names.items()}
        return Env(self.typed[1], self.facts)

    def know(self, facts: Facts) -> None:
        """Take over what a condition has proved."""
        self.facts = on_top(self.facts, facts)

    def name(self, name: str, one: Name) -> None:
        """Give a name a value; what was known of it before is forgotten."""
        self.names = {**self.names, name: one}
        if any(path[0] == name for path in self.facts):
            self.facts = {path: one for path, one in self.facts.items() if path[0] != name}

    def branch(self, held: frozenset[str] = frozenset(), facts: Facts | None = None) -> Scope:
        """Return a scope for steps that run when something holds, with names of its own."""
        known = on_top(self.facts, facts) if facts else self.facts
        return Scope(self.names, self.given | held, known, typed=self.typed)

    def merge(self, branches: Sequence[Scope]) -> None:
        """Go on behind branches, one of which is surely taken: those that do not end the run."""
        live = [branch for branch in branches if not branch.ended]
        if not live:
            self.ended = True
            return
        new = dict.fromkeys(
            name for branch in live for name in branch.names if name not in self.names
        )
        if new:
            self.names = {**self.names, **{name: self._merged(name, live) for name in new}}
        self.facts = in_common([branch.facts for branch in live])
        self.given = frozenset.intersection(*(branch.given for branch in live))

    def _merged(self, name: str, live: Sequence[Scope]) -> Name:
        having = [branch for branch in live if name in branch.names]
        one = having[0].names[name]
        if len(live) == 1:
            return one
        type_ = union(*(branch.names[name].type for branch in having))
        if len(having) == len(live):
            unless = frozenset[str]().union(*(branch.names[name].unless for branch in having))
        else:
            doubt = having[0].given - self.given or frozenset({"a branch"})
            unless = one.unless | doubt
        return replace(one, type=type_, unless=unless)
