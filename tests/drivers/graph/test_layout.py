from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drivers.graph.everything import EVERYTHING, WEB, drawn, steps

from beeflow.check.causes import trace
from beeflow.cli.knowledge import facts
from beeflow.drivers.graph.causes import web
from beeflow.drivers.graph.layers import lay_out_web
from beeflow.drivers.graph.layout import Picture, PlacedBox, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

RECIPES = Path(__file__).parents[3] / "recipes"
SHIPPED = sorted(RECIPES.glob("*.yaml"))


def pictures() -> Iterator[Picture]:
    yield lay_out(drawn(EVERYTHING))
    yield from (
        lay_out(drawn(path.read_text("utf-8")))
        for path in SHIPPED
        if not path.name.endswith(".test.yaml") and "\nuse:" not in path.read_text("utf-8")
    )
    yield lay_out_web(web(WEB, trace(WEB, facts().actions)), "All")


PICTURES = list(pictures())


def apart(one: PlacedBox, other: PlacedBox) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return beside or one.y + one.height <= other.y or other.y + other.height <= one.y


@pytest.mark.parametrize("picture", PICTURES)
def test_no_box_covers_another(picture: Picture) -> None:
    assert all(apart(one, other) for one, other in combinations(picture.boxes, 2))


@pytest.mark.parametrize("picture", PICTURES)
def test_everything_is_inside(picture: Picture) -> None:
    points = [point for wire in picture.wires for point in wire.points]
    points += [(box.x, box.y) for box in picture.boxes]
    points += [(box.x + box.width, box.y + box.height) for box in picture.boxes]
    points += [(frame.x + frame.width, frame.y + frame.height) for frame in picture.frames]
    assert all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in points)


@pytest.mark.parametrize("picture", PICTURES[:-1])
def test_wires_of_a_recipe_go_straight_and_through_no_box(picture: Picture) -> None:
    for wire in picture.wires:
        for (x, y), (end, below) in zip(wire.points, wire.points[1:], strict=False):
            assert x == end or y == below
            for box in picture.boxes:
                left, right = sorted((x, end))
                top, bottom = sorted((y, below))
                assert (
                    right <= box.x
                    or left >= box.x + box.width
                    or bottom <= box.y
                    or top >= box.y + box.height
                )


def test_arrows_of_a_web_go_past_every_box_in_between() -> None:
    picture = PICTURES[-1]
    level = [
        (one, other)
        for wire in picture.wires
        for one, other in zip(wire.points, wire.points[1:], strict=False)
        if one[0] == other[0] or one[1] == other[1]
    ]
    assert level
    for (x, y), (end, below) in level:
        for box in picture.boxes:
            inside = box.x < max(x, end) and min(x, end) < box.x + box.width
            assert not (inside and box.y < max(y, below) and min(y, below) < box.y + box.height)


def test_a_sequence_stands_on_one_axis() -> None:
    picture = lay_out(drawn(steps("{wait: 1m}", "{wait: 2m}")))
    middles = {box.x + box.width // 2 for box in picture.boxes}
    assert len(middles) == 1
    assert [box.lines[0] for box in picture.boxes] == [
        "webhook event.created",
        "wait 1m",
        "wait 2m",
        "succeeded",
    ]


def test_what_is_not_reached_is_not_drawn() -> None:
    picture = lay_out(drawn(steps("{stop: over}", "{wait: 2m}")))
    assert [box.lines[0] for box in picture.boxes][1:] == ["succeeded: over"]


def test_causes_stand_to_the_left_of_effects() -> None:
    picture = PICTURES[-1]
    left = {box.lines[0]: box.x for box in picture.boxes}
    assert left["watch"] < left["watcher"] < left["starter"] < left["poller"] < left["alarm"]


def test_an_empty_web_is_a_picture_too() -> None:
    picture = lay_out_web(web([], trace([], {})), "Nothing")
    assert picture.boxes == []
    assert picture.width > 0
