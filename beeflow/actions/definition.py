"""What an action is, as data: its parameters, its effect, its answer.

The same definition serves the call, the checker, the editor's schema and `beeflow actions NAME`,
so that none of them can drift from another.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

from beeflow.actions.arguments import check_arguments
from beeflow.actions.escaping import ESCAPES
from beeflow.errors import ActionError, Failure
from beeflow.types import Effect, Json

if TYPE_CHECKING:
    from beeflow.actions.parameter import Parameter
    from beeflow.beestreamed.announced import Announced

Args: TypeAlias = Mapping[str, Json]
"""What an action is called with, rendered."""

Check: TypeAlias = Callable[[Args, Collection[str]], Sequence[str]]
"""Says what is wrong with arguments; those named second are given, but not known yet."""


class Context(Protocol):
    """What an action may know of the run that calls it. `timeout` is in seconds."""

    @property
    def run(self) -> str:
        """The id of the run."""
        ...

    @property
    def recipe(self) -> str:
        """The id of the recipe."""
        ...

    @property
    def path(self) -> str:
        """The path of the step, unique within the run."""
        ...

    @property
    def timeout(self) -> float:
        """Seconds that this attempt may take."""
        ...

    @property
    def hide(self) -> Callable[[Json], Json]:
        """Takes out of a value what nobody may read, before it is logged."""
        ...

    @property
    def pages(self) -> int | Literal["all"] | None:
        """How many pages of a list to follow; None for one."""
        ...


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """An action without its engine.

    `sample` is the documented answer as a recipe sees it, `answer` its JSON Schema. `secret_fields`
    are dotted paths (`*` for each item) in arguments and answers that nobody may see. `open_ended`
    actions take parameters beyond those listed. `announces` are the webhooks that the platform
    sends because of it. `check_with` replaces the ordinary check of arguments, `effect_of` decides
    where the effect depends on them.
    """

    name: str
    summary: str
    effect: Effect
    parameters: tuple[Parameter, ...] = ()
    sample: Json = None
    answer: Mapping[str, Json] = msgspec.field(default_factory=dict)
    secret_fields: tuple[str, ...] = ()
    description: str = ""
    paginates: bool = False
    open_ended: bool = False
    announces: tuple[Announced, ...] = ()
    check_with: Check | None = None
    effect_of: Callable[[Args], Effect] | None = None

    def check(self, args: Args, opaque: Collection[str] = ()) -> Sequence[str]:
        """Say what is wrong with the arguments; `opaque` are given, with values not known yet."""
        if self.check_with is not None:
            return self.check_with(args, opaque)
        return check_arguments(self.parameters, args, opaque)

    @property
    def escapes(self) -> Mapping[str, Callable[[str], str]]:
        """The parameters whose interpolated text is escaped, and how."""
        return {one.name: ESCAPES[one.escape] for one in self.parameters if one.escape}

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter by its name."""
        return next((known for known in self.parameters if known.name == name), None)


class DefinedAction(ABC):
    """The base of every action: answers from its `definition` whatever the definition knows.

    Subclasses implement `call`; guarded ones also `look`.
    """

    definition: Definition

    @property
    def name(self) -> str:
        """The name recipes use."""
        return self.definition.name

    @property
    def sample(self) -> Json:
        """The documented answer, as a recipe sees it."""
        return self.definition.sample

    @cached_property
    def secret_fields(self) -> tuple[str, ...]:
        """Dotted paths (`*` for each item) in arguments and answers that are masked."""
        return self.definition.secret_fields

    @cached_property
    def escapes(self) -> Mapping[str, Callable[[str], str]]:
        """Parameters in which what a template puts in is escaped so (unless `raw` is true)."""
        return self.definition.escapes

    def effect(self, args: Args) -> Effect:
        """Return what a repetition does."""
        definition = self.definition
        return definition.effect if definition.effect_of is None else definition.effect_of(args)

    def check(self, args: Args) -> Sequence[str]:
        """Say what is wrong with the arguments: nothing is sent while anything is."""
        definition = self.definition
        if definition.check_with is not None:
            return definition.check_with(args, ())
        return check_arguments(definition.parameters, args)

    @abstractmethod
    async def call(self, args: Args, context: Context) -> Json:
        """Perform it once. Raises `ActionError`."""

    async def look(self, args: Args, context: Context) -> dict[str, Json]:  # noqa: ARG002 - for those that look
        """Return what matches the arguments already, by reference; for guarded actions only."""
        message = f"{self.name} cannot look for what it made: it is not guarded"
        raise ActionError(Failure("action", message))


class DescribedAction(DefinedAction):
    """An action that cannot be called: for the checker and the dry run, which never do."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    async def call(self, args: Args, context: Context) -> Json:  # noqa: ARG002 - it never calls
        """Refuse: nothing is opened that could perform it."""
        raise ActionError(Failure("action", f"{self.name} cannot be called offline"))
