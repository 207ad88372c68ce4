"""Follows the pages of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from beeflow.beestreamed.operation import Paging
    from beeflow.types import Json

MOST_PAGES: Final = 1000
"""Pages that are followed at most, also for `all`."""

Pages: TypeAlias = int | Literal["all"]

_ROUND = 10


async def follow(
    paging: Paging,
    args: Mapping[str, Json],
    pages: Pages,
    fetch: Callable[[dict[str, Json]], Awaitable[Json]],
) -> Json:
    """Read up to `pages` pages and return them as one content.

    `fetch` reads one page, `args` are normal (`Operation.normal`). It ends with a page that is
    empty, shorter than asked for, or without anything new. An item that moved on to the next page
    while we read is there once.
    Raises `ActionError` of the kind `limit` when `all` is more than `MOST_PAGES`.
    """
    first = await fetch(_asking(paging, args, 0))
    items = _items(paging, first)
    if items is None:
        return first
    found, seen = list(items), _keys(paging, items)
    size = _page_size(paging, args, len(items))
    for number in range(1, MOST_PAGES if pages == "all" else min(pages, MOST_PAGES)):
        if len(items) < size:
            return _joined(paging, first, found)
        items = _items(paging, await fetch(_asking(paging, args, number))) or []
        new = [item for item in items if (key := _key(paging, item)) is None or key not in seen]
        if not new:
            return _joined(paging, first, found)
        found += new
        seen |= _keys(paging, new)
    if pages == "all" and len(items) >= size:
        message = f"the list has more than {MOST_PAGES} pages: narrow it down, or say how many"
        raise ActionError(Failure("limit", message))
    return _joined(paging, first, found)


def _asking(paging: Paging, args: Mapping[str, Json], number: int) -> dict[str, Json]:
    page = _whole(args, paging.page, 1) + number
    return {paging.size: paging.ask, **args, paging.page: page}


def _page_size(paging: Paging, args: Mapping[str, Json], got: int) -> int:
    """Return how many make a full page.

    How many the platform gives at most is not documented. A first page of 10, 20, … that is shorter
    than asked for may be such a full one; then one request more tells, rather than items getting
    lost.
    """
    asked = _whole(args, paging.size, paging.ask)
    return got if 0 < got < asked and got % _ROUND == 0 else asked


def _whole(args: Mapping[str, Json], name: str, otherwise: int) -> int:
    value = args.get(name)
    return value if isinstance(value, int) else otherwise


def _items(paging: Paging, content: Json) -> list[Json] | None:
    if paging.items is not None:
        content = content.get(paging.items) if isinstance(content, dict) else None
    return content if isinstance(content, list) else None


def _joined(paging: Paging, first: Json, items: list[Json]) -> Json:
    if paging.items is None or not isinstance(first, dict):
        return items
    return {**first, paging.items: items}


def _key(paging: Paging, item: Json) -> str | None:
    key = item.get(paging.key) if isinstance(item, dict) else None
    return None if key is None else str(key)


def _keys(paging: Paging, items: list[Json]) -> set[str]:
    return {key for item in items if (key := _key(paging, item)) is not None}
