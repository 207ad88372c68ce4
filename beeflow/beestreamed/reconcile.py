"""How it is seen, in a list read before and after, whether a create took effect.

One description (`x-reconcile`) serves every create, so nothing here knows an endpoint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


class Reconcile(msgspec.Struct, frozen=True):
    """Where a create can be seen afterwards.

    `read` is an action, `parameters` maps its parameters to the create's. `items` is the key of the
    list in the read's content, None where it is the list itself. `key` tells one item from another.
    `match` maps fields of an item (dotted) to the create's parameters; empty: every item counts.
    `ref` is the field of the create's answer that holds the key, None where it has none.
    """

    read: str
    parameters: Mapping[str, str]
    items: str | None
    key: str
    match: Mapping[str, str]
    ref: str | None

    def arguments(self, args: Mapping[str, Json]) -> dict[str, Json]:
        """Return the arguments of the read, from those of the create."""
        return {name: args[source] for name, source in self.parameters.items() if source in args}

    def found(self, args: Mapping[str, Json], content: Json, sample: Json) -> dict[str, Json]:
        """Return what matches the create's arguments, as the create would have answered it.

        `content` is the read's, `sample` the create's documented one. By key; so the create took
        effect when the result after it has exactly one key more than the result before.
        """
        listed = content.get(self.items) if self.items and isinstance(content, dict) else content
        items = listed if isinstance(listed, list) else []
        return {
            str(item[self.key]): self._answer(item[self.key], sample)
            for item in items
            if isinstance(item, dict) and self.key in item and self._matches(item, args)
        }

    def _matches(self, item: dict[str, Json], args: Mapping[str, Json]) -> bool:
        return all(
            _plain(_at(item, field)) == _plain(args[source])
            for field, source in self.match.items()
            if source in args
        )

    def _answer(self, key: Json, sample: Json) -> Json:
        if self.ref is None or not isinstance(sample, dict):
            return sample
        return {**sample, self.ref: key}


def _at(item: dict[str, Json], field: str) -> Json:
    value: Json = item
    for key in field.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _plain(value: Json) -> Json:
    """Forgive what a platform may trim: space around texts."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.strip() if isinstance(value, str) else value
