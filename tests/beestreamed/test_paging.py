from __future__ import annotations

import asyncio
from typing import Any

import pytest

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.operation import Paging
from beeflow.beestreamed.paging import MOST_PAGES, Pages, follow
from beeflow.errors import ActionError

PAGING = Paging(page="page", size="maxResults", ask=100, items=None, key="ref")


class Listing:
    """A list of so many items; `most` is what it gives on a page at most."""

    def __init__(self, total: int, most: int = 1000) -> None:
        self.items = [{"ref": f"r{number}"} for number in range(total)]
        self.most = most
        self.asked: list[dict[str, Any]] = []

    async def fetch(self, args: dict[str, Any]) -> Any:
        self.asked.append(args)
        size = min(args["maxResults"], self.most)
        start = (args["page"] - 1) * size
        return self.items[start : start + size]


async def read(listing: Listing, pages: Pages = "all", **args: Any) -> Any:
    return await follow(PAGING, args, pages, listing.fetch)


@pytest.mark.parametrize(
    ("total", "requests"),
    [(0, 1), (7, 1), (20, 2), (100, 2), (101, 2), (199, 2), (200, 3), (250, 3)],
)
def test_all_are_read_and_a_short_page_is_the_last(total: int, requests: int) -> None:
    listing = Listing(total)
    assert asyncio.run(read(listing)) == listing.items
    assert len(listing.asked) == requests


async def test_it_asks_for_large_pages_and_keeps_what_else_was_asked() -> None:
    listing = Listing(150)
    await read(listing, search="x")
    assert listing.asked == [
        {"maxResults": 100, "page": 1, "search": "x"},
        {"maxResults": 100, "page": 2, "search": "x"},
    ]


async def test_nothing_is_lost_when_the_platform_gives_less_than_asked_for() -> None:
    listing = Listing(95, most=10)
    assert await read(listing) == listing.items


async def test_only_so_many_pages_are_read() -> None:
    listing = Listing(500)
    assert await read(listing, 2) == listing.items[:200]
    assert await read(listing, 1, maxResults=30) == listing.items[:30]


async def test_the_size_and_the_first_page_may_be_given() -> None:
    listing = Listing(10)
    assert await read(listing, maxResults=3, page=2) == listing.items[3:]
    assert [asked["page"] for asked in listing.asked] == [2, 3, 4]


async def test_a_platform_that_ignores_the_page_does_not_loop() -> None:
    listing = Listing(100)
    asked: list[Any] = []

    async def same(args: dict[str, Any]) -> Any:
        asked.append(args)
        return listing.items

    assert await follow(PAGING, {}, "all", same) == listing.items
    assert len(asked) == 2


async def test_an_item_that_moves_to_the_next_page_meanwhile_is_there_once() -> None:
    pages: list[Any] = [
        [{"ref": "c"}, {"ref": "b"}],
        [{"ref": "b"}, {"ref": "a"}],
        [],
    ]

    async def fetch(args: dict[str, Any]) -> Any:
        return pages[args["page"] - 1]

    found = await follow(PAGING, {"maxResults": 2}, "all", fetch)
    assert found == [{"ref": "c"}, {"ref": "b"}, {"ref": "a"}]


async def test_within_one_page_nothing_is_dropped() -> None:
    """The documented list of events shows one reference twice."""

    async def fetch(_: dict[str, Any]) -> Any:
        return [{"ref": "a"}, {"ref": "a"}, {"other": 1}]

    assert await follow(PAGING, {}, "all", fetch) == [{"ref": "a"}, {"ref": "a"}, {"other": 1}]


async def test_a_list_inside_the_answer_is_joined_there() -> None:
    paging = load_catalog().operations["analytics.views"].paginate
    assert paging is not None
    pages: list[Any] = [
        {"views": [{"view_id": "1"}, {"view_id": "2"}], "total_row_count": 3},
        {"views": [{"view_id": "3"}], "total_row_count": 3},
    ]

    async def fetch(args: dict[str, Any]) -> Any:
        return pages[args["page"] - 1]

    found: Any = await follow(paging, {"limit": 2}, "all", fetch)
    assert [view["view_id"] for view in found["views"]] == ["1", "2", "3"]
    assert found["total_row_count"] == 3


@pytest.mark.parametrize("odd", [{"message": "?"}, None, "text"])
async def test_what_is_no_list_is_passed_on(odd: Any) -> None:
    async def fetch(_: dict[str, Any]) -> Any:
        return odd

    assert await follow(PAGING, {}, "all", fetch) == odd


async def test_a_page_that_is_no_list_ends_it() -> None:
    async def fetch(args: dict[str, Any]) -> Any:
        return [{"ref": "a"}] if args["page"] == 1 else {"message": "no more"}

    assert await follow(PAGING, {"maxResults": 1}, "all", fetch) == [{"ref": "a"}]


async def test_a_list_without_end_is_an_error_rather_than_cut() -> None:
    listing = Listing(MOST_PAGES + 5)
    with pytest.raises(ActionError, match="more than 1000 pages") as caught:
        await read(listing, maxResults=1)
    assert caught.value.failure.kind == "limit"
    assert len(listing.asked) == MOST_PAGES
    assert len(await read(listing, 5000, maxResults=1)) == MOST_PAGES
