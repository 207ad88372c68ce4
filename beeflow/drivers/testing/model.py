"""A test file as values: what happens, what actions answer, what must come of it.

Everything that a failing test points at keeps its place (`span`, or the node itself).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.errors import Failure
    from beeflow.recipe.document import Document, Node
    from beeflow.recipe.problem import Problem, Span
    from beeflow.types import Json


# --- what happens ----------------------------------------------------------------------------


class Webhook(msgspec.Struct, frozen=True):
    """A webhook arrives: the documented sample of its type with `over` on top."""

    type: str
    over: Mapping[str, Json]


class Manual(msgspec.Struct, frozen=True):
    """A person starts the recipe under test."""

    inputs: Mapping[str, Json]


class Down(msgspec.Struct, frozen=True):
    """Nothing runs for so many seconds."""

    seconds: float


class Reload(msgspec.Struct, frozen=True):
    """The recipes of a folder, named relative to the test file, take the place of the live ones."""

    folder: str


class Passing(msgspec.Struct, frozen=True):
    """Time passes, and nothing else happens."""


Happening: TypeAlias = Webhook | Manual | Down | Reload | Passing


class Entry(msgspec.Struct, frozen=True):
    """One thing that happens, `after` so many seconds since the one before."""

    what: Happening
    after: float
    span: Span


# --- what actions answer ---------------------------------------------------------------------

Answer: TypeAlias = "Json | Failure"
"""What a call is answered, as a recipe sees it, or how it fails."""


class Conditional(msgspec.Struct, frozen=True):
    """Answers for calls whose arguments hold all of `wanted`, in turn, the last repeating."""

    wanted: Node
    answers: Sequence[Answer]


class Mock(msgspec.Struct, frozen=True):
    """What an action answers: the first of `cases` that fits, else the `answers` in turn."""

    action: str
    answers: Sequence[Answer] = ()
    cases: Sequence[Conditional] = ()


# --- what must come of it --------------------------------------------------------------------


class WantedCall(msgspec.Struct, frozen=True):
    """A write that is expected. `args` None: whatever its arguments; `node` is the whole item."""

    action: str
    node: Node
    span: Span
    args: Node | None = None
    at: float | None = None
    at_span: Span | None = None


class Wanted(msgspec.Struct, frozen=True):
    """What a test expects; None is not compared. `places` are the spans of the keys' values."""

    runs: int | None = None
    outcome: str | tuple[str, ...] | None = None
    error: Mapping[str, str] | None = None
    because: str | None = None
    calls: tuple[WantedCall, ...] | None = None
    places: Mapping[str, Span] = msgspec.field(default_factory=dict)


class Case(msgspec.Struct, frozen=True):
    """One test. `now` None: the clock starts at the first entry's timestamp."""

    name: str
    span: Span
    entries: tuple[Entry, ...]
    wanted: Wanted
    now: float | None = None
    mocks: Mapping[str, Mock] = msgspec.field(default_factory=dict)
    state: Mapping[str, Json] = msgspec.field(default_factory=dict)
    secrets: Mapping[str, str] = msgspec.field(default_factory=dict)
    inputs: Mapping[str, Json] = msgspec.field(default_factory=dict)
    inputs_span: Span | None = None
    expect_node: Node | None = None


class Suite(msgspec.Struct, frozen=True):
    """A test file. With an error among its `problems`, its `cases` are not to be run."""

    document: Document
    recipe: str = ""
    also: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    problems: tuple[Problem, ...] = ()
    recipe_span: Span | None = None
    also_spans: tuple[Span, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether anything in the file is wrong."""
        return any(problem.severity == "error" for problem in self.problems)
