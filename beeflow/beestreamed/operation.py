"""One operation of the platform's API, as the API description tells of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec

from beeflow.beestreamed.arguments import ArgumentProblem, find_problems, make_request, normal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from beeflow.beestreamed.announced import Announced
    from beeflow.beestreamed.constraints import Constraint
    from beeflow.beestreamed.existence import Existence
    from beeflow.beestreamed.reconcile import Reconcile
    from beeflow.beestreamed.request import Request
    from beeflow.beestreamed.shape import Schema
    from beeflow.types import Effect, Json

Place = Literal["path", "query", "body"]


class Parameter(msgspec.Struct, frozen=True):
    """One parameter. `secret` ones are masked wherever people may see them."""

    name: str
    place: Place
    schema: Schema
    required: bool
    description: str
    secret: bool = False

    @property
    def default(self) -> Json:
        """What the platform takes when it is not given; null where nothing is documented."""
        default: Json = self.schema.get("default")
        return default

    @property
    def allowed(self) -> tuple[Json, ...]:
        """The values it may have, where they are listed."""
        return tuple(self.schema.get("enum", ()))


class Paging(msgspec.Struct, frozen=True):
    """How the pages of a list are followed.

    `page` and `size` are parameters, `ask` the size to ask for. `items` is the key of the list in
    the content of the answer, None where it is the list itself. `key` tells items apart.
    """

    page: str
    size: str
    ask: int
    items: str | None
    key: str


class ErrorAnswer(msgspec.Struct, frozen=True):
    """A documented error: HTTP status, when it comes, what its body looks like."""

    status: int
    description: str
    schema: Schema
    samples: Mapping[str, Json]


class Operation(msgspec.Struct, frozen=True, dict=True):
    """One operation. The *content* of an answer is what is left once its wrapping is removed.

    `name` is the action's (`polls.create`), `path` has its parameters in braces. `success` is the
    HTTP status of an answer that went well. `answer_schema` and `sample` describe the content,
    `samples` are the documented bodies as they are, by name. `secrets` are dotted paths into the
    content (`masking.mask`). `open_body`: more parameters than the listed ones may be given, the
    inputs of an event's own signup form. `announces` are the webhooks that the change sends.
    """

    name: str
    method: str
    path: str
    summary: str
    description: str
    effect: Effect
    effect_if: Mapping[str, Effect]
    parameters: tuple[Parameter, ...]
    constraints: tuple[Constraint, ...]
    success: int
    raw_schema: Schema
    answer_schema: Schema
    samples: Mapping[str, Json]
    errors: tuple[ErrorAnswer, ...]
    unwrap: tuple[str, ...] = ()
    paginate: Paging | None = None
    reconcile: Reconcile | None = None
    exists: Existence | None = None
    secrets: tuple[str, ...] = ()
    session_key: bool = False
    public: bool = False
    has_body: bool = False
    open_body: bool = False
    announces: tuple[Announced, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Parameter]:
        """The parameters, by name."""
        return {parameter.name: parameter for parameter in self.parameters}

    @property
    def webhooks(self) -> tuple[str, ...]:
        """The types of the webhooks that the change sends."""
        return tuple(one.type for one in self.announces)

    @cached_property
    def sample(self) -> Json:
        """The content of the first documented sample: what a recipe sees."""
        return self.content(next(iter(self.samples.values())))

    def effect_of(self, args: Mapping[str, Json]) -> Effect:
        """Return what a repetition of this very call does."""
        for name, effect in self.effect_if.items():
            if args.get(name):
                return effect
        return self.effect

    def problems(
        self, args: Mapping[str, Json], opaque: Collection[str] = ()
    ) -> tuple[ArgumentProblem, ...]:
        """Return what is wrong with the arguments.

        `opaque` names parameters that are given too, with values that are not known yet.
        """
        return find_problems(self, args, opaque)

    def check(self, args: Mapping[str, Json]) -> tuple[str, ...]:
        """Return what is wrong with the arguments, for a reader; nothing when all is well."""
        return tuple(problem.message for problem in self.problems(args))

    def normal(self, args: Mapping[str, Json]) -> dict[str, Json]:
        """Return the arguments with `1`, `"true"` and the like read as what they mean."""
        return normal(self, args)

    def request(self, args: Mapping[str, Json]) -> Request:
        """Return the request for arguments in which `check` finds nothing wrong."""
        return make_request(self, args)

    def content(self, answer: Json) -> Json:
        """Remove the documented wrapping from an answer, as far as it is there."""
        for key in self.unwrap:
            if not isinstance(answer, dict) or key not in answer:
                break
            answer = answer[key]
        return answer
