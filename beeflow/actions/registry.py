"""All actions there are, by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

import msgspec

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


class More(msgspec.Struct, frozen=True):
    """Actions from elsewhere, and what, in words, was wrong with those that are left out."""

    makers: Makers = msgspec.field(default_factory=dict)
    problems: tuple[str, ...] = ()


class Registry:
    """Actions by name, each made when it is first asked for.

    `more` looks for further actions: it is asked once, when an action is wanted that is not among
    `makers`, or all of them are.
    """

    def __init__(
        self,
        makers: Makers,
        problems: Collection[str] = (),
        more: Callable[[], More] = More,
    ) -> None:
        self._makers = makers
        self._made: dict[str, Action] = {}
        self._problems = tuple(problems)
        self._look = more
        self._more: More | None = None

    @property
    def problems(self) -> tuple[str, ...]:
        """What, in words, was wrong with plug-ins that could not be loaded."""
        return (*self._problems, *self._others().problems)

    def get(self, name: str) -> Action | None:
        """Return an action by its name."""
        made = self._made.get(name)
        if made is None:
            maker = self._makers.get(name) or self._others().makers.get(name)
            if maker is not None:
                made = self._made[name] = maker()
        return made

    def __contains__(self, name: object) -> bool:
        """Say whether there is such an action, making none."""
        return name in self._makers or name in self._others().makers

    def names(self) -> Sequence[str]:
        """All names, sorted."""
        return sorted({*self._makers, *self._others().makers})

    def definition(self, name: str) -> Definition | None:
        """Return an action as data, by its name."""
        action = self.get(name)
        return None if action is None else action.definition

    def _others(self) -> More:
        if self._more is None:
            self._more = self._look()
        return self._more


class Definitions(Mapping[str, "Definition"]):
    """The actions of a registry as data, each made when it is first asked for."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __getitem__(self, name: str) -> Definition:
        """Return an action as data; raises `KeyError` where there is none."""
        found = self._registry.definition(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        """Say whether there is such an action, making none."""
        return name in self._registry

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, making nothing."""
        return iter(self._registry.names())

    def __len__(self) -> int:
        """Count the names, making nothing."""
        return len(self._registry.names())
