"""Tells "there is no such thing" from "nothing changed".

A PATCH answers both with `rows: 0` (page "Update event data": "If 0 then nothing was changed"), and
one that is repeated after a lost answer has nothing left to change. So it is looked whether the
thing is there; the API description says how (`x-exists`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.errors import ActionError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from beeflow.types import Json

_NOT_FOUND: Final = 404


class Existence(msgspec.Struct, frozen=True):
    """How to see whether what a PATCH is about is there.

    `read` is an action and `parameters` maps its parameters to the PATCH's. Where `find` is not
    empty the read is a list, and one of its items must have these fields, which map to the PATCH's
    parameters too. `also` are further parameters of the read; each set is tried.
    """

    read: str
    parameters: Mapping[str, str]
    find: Mapping[str, str]
    also: tuple[Mapping[str, Json], ...]

    async def seen(
        self,
        args: Mapping[str, Json],
        fetch: Callable[[str, Mapping[str, Json]], Awaitable[Json]],
    ) -> bool:
        """Look with `fetch`, which is given the action to call and its arguments.

        Raises the `ActionError` of a read that fails otherwise than by 404.
        """
        for more in self.also:
            known = {name: args[source] for name, source in self.parameters.items()}
            try:
                content = await fetch(self.read, {**known, **more})
            except ActionError as error:
                if error.failure.status != _NOT_FOUND:
                    raise
                continue
            if not self.find or self._is_among(content, args):
                return True
        return False

    def _is_among(self, content: Json, args: Mapping[str, Json]) -> bool:
        items = content if isinstance(content, list) else []
        return any(
            all(item.get(field) == args[source] for field, source in self.find.items())
            for item in items
            if isinstance(item, dict)
        )
