"""An action for each operation of the catalog. Nothing here knows an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from beeflow.actions.definition import Args, Context, DefinedAction, Definition
from beeflow.actions.parameter import Parameter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from beeflow.actions.platform.client import PlatformClient
    from beeflow.beestreamed.catalog import Catalog
    from beeflow.beestreamed.operation import Operation
    from beeflow.beestreamed.operation import Parameter as OperationParameter
    from beeflow.types import Json

_PAGES_LOOKED_AT = 5
"""Pages of 100, newest first, in which something just made is looked for by what it holds."""


class PlatformAction(DefinedAction):
    """Calls one operation of the API."""

    def __init__(self, operation: Operation, catalog: Catalog, client: PlatformClient) -> None:
        self.definition = define(operation)
        self._operation = operation
        self._catalog = catalog
        self._client = client

    async def call(self, args: Args, context: Context) -> Json:
        """Call it; returns the content of the answer."""
        return await self._client.call(
            self.name, args, timeout=context.timeout, pages=context.pages
        )

    async def look(self, args: Args, context: Context) -> dict[str, Json]:
        """List what there is, and return what matches the arguments, by reference."""
        how = self._operation.reconcile
        if how is None:
            return await super().look(args, context)
        content = await self._client.call(
            how.read,
            how.arguments(args),
            timeout=context.timeout,
            pages=self._pages(how.read, matched=bool(how.match)),
        )
        return how.found(args, content, self.sample)

    def _pages(self, read: str, *, matched: bool) -> int | Literal["all"] | None:
        """Return how much of the list to read.

        Where nothing of the arguments can be seen in it, all: an item that moved up because a
        newer one was deleted must not look new.
        """
        if self._catalog.operations[read].paginate is None:
            return None
        return _PAGES_LOOKED_AT if matched else "all"


def define(operation: Operation) -> Definition:
    """Return an operation as the definition of an action."""

    def check(args: Args, opaque: Collection[str]) -> list[str]:
        return [problem.message for problem in operation.problems(args, opaque)]

    return Definition(
        name=operation.name,
        summary=operation.summary,
        description=operation.description,
        effect=operation.effect,
        parameters=parameters_of(operation.parameters),
        sample=operation.sample,
        answer=operation.answer_schema,
        secret_fields=secret_fields_of(operation),
        paginates=operation.paginate is not None,
        open_ended=operation.open_body,
        announces=operation.announces,
        check_with=check,
        effect_of=operation.effect_of,
    )


def parameters_of(parameters: Iterable[OperationParameter]) -> tuple[Parameter, ...]:
    """Return an operation's parameters as those of an action."""
    return tuple(
        Parameter(one.name, one.schema, one.description, one.required) for one in parameters
    )


def secret_fields_of(operation: Operation) -> tuple[str, ...]:
    """Return what is masked in arguments and answers."""
    given = (parameter.name for parameter in operation.parameters if parameter.secret)
    return (*operation.secrets, *given)
