"""All actions there are, by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from beeflow.actions.definition import Args, Context, Definition
    from beeflow.types import Effect, Json


class Action(Protocol):
    """What the registry holds; `beeflow.actions.definition.DefinedAction` is most of it."""

    @property
    def definition(self) -> Definition:
        """The action as data."""
        ...

    @property
    def name(self) -> str:
        """The name recipes use."""
        ...

    @property
    def sample(self) -> Json:
        """The documented answer, as a recipe sees it."""
        ...

    @property
    def secret_fields(self) -> tuple[str, ...]:
        """Dotted paths (`*` for each item) in arguments and answers that are masked."""
        ...

    @property
    def escapes(self) -> Mapping[str, Callable[[str], str]]:
        """Parameters in which what a template puts in is escaped so (unless `raw` is true)."""
        ...

    def effect(self, args: Args) -> Effect:
        """Return what a repetition does."""
        ...

    def check(self, args: Args) -> Sequence[str]:
        """Say what is wrong with the arguments."""
        ...

    async def call(self, args: Args, context: Context) -> Json:
        """Perform it once."""
        ...

    async def look(self, args: Args, context: Context) -> dict[str, Json]:
        """Return what matches the arguments already, by reference."""
        ...


Makers: TypeAlias = Mapping[str, Callable[[], Action]]
"""How each action is made, by name."""


class Registry:
    """Actions by name, each made when it is first asked for.

    `problems` tells, in words, which plug-ins could not be loaded.
    """

    def __init__(self, makers: Makers, problems: Collection[str] = ()) -> None:
        self._makers = makers
        self._made: dict[str, Action] = {}
        self.problems = tuple(problems)

    def get(self, name: str) -> Action | None:
        """Return an action by its name."""
        made = self._made.get(name)
        if made is None and name in self._makers:
            made = self._made[name] = self._makers[name]()
        return made

    def names(self) -> Sequence[str]:
        """All names, sorted."""
        return sorted(self._makers)

    def definition(self, name: str) -> Definition | None:
        """Return an action as data, by its name."""
        action = self.get(name)
        return None if action is None else action.definition
