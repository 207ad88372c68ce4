"""What the checker knows of the world, given to it by who calls: actions, webhooks, secrets.

Actions come as a mapping so that the checker need not know where they are from; the registry's
`definitions()` fits, and plug-ins are in it like all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from beeflow.addresses import Network
    from beeflow.beestreamed.announced import Announced
    from beeflow.recipe.typing import Type
    from beeflow.types import Effect, Json


class Parameter(Protocol):
    """A parameter of an action: its name, JSON Schema, meaning."""

    @property
    def name(self) -> str:
        """The name."""
        ...

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema of its values."""
        ...

    @property
    def description(self) -> str:
        """What it means."""
        ...

    @property
    def required(self) -> bool:
        """Whether a call needs it."""
        ...


class Action(Protocol):
    """An action as data."""

    @property
    def summary(self) -> str:
        """What it does, in a line."""
        ...

    @property
    def effect(self) -> Effect:
        """What a repeated call does to the world."""
        ...

    @property
    def parameters(self) -> Sequence[Parameter]:
        """What it is called with."""
        ...

    @property
    def answer(self) -> Mapping[str, Any]:
        """The JSON Schema of its answer as a recipe sees it; empty: not known."""
        ...

    @property
    def paginates(self) -> bool:
        """Whether it reads a list whose pages can be followed."""
        ...

    @property
    def open_ended(self) -> bool:
        """Whether it takes parameters beyond those listed."""
        ...

    @property
    def announces(self) -> Sequence[Announced]:
        """The webhooks that the platform sends because of it."""
        ...

    def check(self, args: Mapping[str, Json], opaque: Collection[str] = ()) -> Sequence[str]:
        """Say what is wrong with arguments; those in `opaque` are given, but not known."""
        ...


class Webhook(Protocol):
    """A type of webhook as data."""

    @property
    def description(self) -> str:
        """When it is sent."""
        ...

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema of the whole payload."""
        ...


class Facts(msgspec.Struct, frozen=True):
    """What recipes are held against. What is None is not looked at."""

    actions: Mapping[str, Action] = msgspec.field(default_factory=dict)
    webhooks: Mapping[str, Webhook] = msgspec.field(default_factory=dict)
    secrets: frozenset[str] | None = None
    recipes: frozenset[str] | None = None
    """The ids of all recipes, where the whole folder is looked at."""
    called: frozenset[str] | None = None
    """The ids of recipes that others run, where all of those are looked at."""
    results: Mapping[str, Type] = msgspec.field(default_factory=dict)
    """What recipes of the folder come to for whoever runs them, by their ids."""
    networks: tuple[Network, ...] | None = None
    """The private networks that `http.request` may reach (`http.allow_private`)."""
    now: float | None = None
    """The time, in Unix seconds; None where what is past is not looked for."""
