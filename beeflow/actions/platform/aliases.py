"""Friendly names for one use of an operation: fewer parameters, some of them fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.actions.arguments import check_arguments
from beeflow.actions.definition import Args, Context, DefinedAction, Definition
from beeflow.actions.parameter import Parameter
from beeflow.actions.platform.generated import parameters_of, secret_fields_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from beeflow.actions.platform.client import PlatformClient
    from beeflow.beestreamed.operation import Operation
    from beeflow.types import Effect, Json


class Alias(msgspec.Struct, frozen=True):
    """A friendly action: `takes` and `may` name parameters of the operation.

    `fixed` is sent along, `example` names the documented sample of this use.
    """

    name: str
    operation: str
    summary: str
    effect: Effect
    takes: tuple[str, ...]
    may: tuple[str, ...] = ()
    fixed: Mapping[str, Json] = msgspec.field(default_factory=dict)
    example: str | None = None


ALIASES = (
    Alias(
        name="events.set_status",
        operation="events.update",
        summary="Set the status of an event: idle, live, video, done or force_live",
        effect="idempotent",
        takes=("event_ref", "status"),
    ),
    Alias(
        name="polls.set_state",
        operation="polls.update",
        summary="Open or close a poll",
        effect="idempotent",
        takes=("event_ref", "poll_ref", "state"),
        example="state",
    ),
    Alias(
        name="polls.vote",
        operation="polls.update",
        summary="Vote for an option of a poll, counted from 0",
        effect="once",
        takes=("event_ref", "poll_ref", "option_index"),
        may=("email", "name"),
        fixed={"vote": True},
        example="vote",
    ),
    Alias(
        name="chat.moderate",
        operation="chat.update",
        summary="Show or hide a message, approve or archive a question",
        effect="idempotent",
        takes=("event_ref", "chat_ref", "status"),
    ),
)


class AliasAction(DefinedAction):
    """Calls the operation that it is a name for."""

    def __init__(self, alias: Alias, operation: Operation, client: PlatformClient) -> None:
        self.definition = define_alias(alias, operation)
        self._alias = alias
        self._client = client

    async def call(self, args: Args, context: Context) -> Json:
        """Call it; returns the content of the answer."""
        given = {**args, **self._alias.fixed}
        return await self._client.call(self._alias.operation, given, timeout=context.timeout)


def define_alias(alias: Alias, operation: Operation) -> Definition:
    """Return an alias as the definition of an action."""
    parameters = _parameters(alias, operation)

    def check(args: Args, opaque: Collection[str]) -> list[str]:
        # The operation's own words on what is missing would speak of its other uses.
        present = [*opaque, *(name for name in args if name in operation.by_name)]
        own = check_arguments(parameters, {name: args[name] for name in args}, present)
        if own:
            return own
        given = {**args, **alias.fixed}
        problems = operation.problems(given, opaque)
        return [problem.message.replace(alias.operation, alias.name) for problem in problems]

    documented = operation.samples[alias.example] if alias.example else None
    return Definition(
        name=alias.name,
        summary=alias.summary,
        description=f"The same as `{alias.operation}`, for this use only.",
        effect=alias.effect,
        parameters=parameters,
        sample=operation.content(documented) if alias.example else operation.sample,
        answer=operation.answer_schema,
        secret_fields=secret_fields_of(operation),
        announces=operation.announces,
        check_with=check,
    )


def _parameters(alias: Alias, operation: Operation) -> tuple[Parameter, ...]:
    found = {one.name: one for one in parameters_of(operation.parameters)}
    needed = tuple(
        Parameter(name, found[name].schema, found[name].description, required=True)
        for name in alias.takes
    )
    return (*needed, *(found[name] for name in alias.may))
