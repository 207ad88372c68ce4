"""Where things stand in the picture of a web: in columns, causes to the left of effects.

Each node's column is one further than that of whatever leads to it; arrows that lead back (a
loop) do not count. An arrow over several columns goes through a gap in each of them. Within a
column, nodes stand near what leads to them, so that few arrows cross.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from beeflow.drivers.graph.diagram import Box
from beeflow.drivers.graph.layout import Label, Picture, PlacedBox, Wire, measure
from beeflow.drivers.graph.text import LINE, TITLE, cut, width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.drivers.graph.web import Edge, Node, Web

_MARGIN: Final = 26
_GAP: Final = 22
_BETWEEN: Final = 70
_LABEL_LONGEST: Final = 48
_SWEEPS: Final = 6
_ARROW: Final = 22
"""Pixels between a label and the node that its arrow leads to."""
_THROUGH: Final = 18
"""Pixels of height that an arrow takes that goes through a column."""


class _Spot(msgspec.Struct):
    """Something in a column: a node, or the place where an arrow goes through."""

    key: str
    column: int
    box: PlacedBox | None
    height: int
    wide: int
    y: int = 0
    column_right: int = 0
    near: list[str] = msgspec.field(default_factory=list)

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


class _Route(msgspec.Struct, frozen=True):
    """An arrow by the spots it goes through; `back`: it leads against the others."""

    edge: Edge
    spots: tuple[str, ...]
    back: bool


def lay_out_web(web: Web, title: str) -> Picture:
    """Return where everything in a web stands."""
    columns = _columns(web)
    spots = {node.id: _spot(node, columns[node.id]) for node in web.nodes}
    routes = [_route(edge, columns, spots) for edge in web.edges]
    rows = _ordered(spots)
    picture = Picture(title)
    left = _place(rows, routes)
    for column, row in sorted(rows.items()):
        for spot in row:
            if spot.box is not None:
                picture.boxes.append(_moved(spot, left[column]))
    for route in routes:
        _draw(picture, route, spots, left)
    _part(picture)
    _size(picture)
    return picture


def _spot(node: Node, column: int) -> _Spot:
    lines, wide, high = measure(Box(node.kind, node.title, node.lines))
    box = PlacedBox(node.kind, lines, 0, 0, wide, high)
    return _Spot(node.id, column, box, high, wide)


def _moved(spot: _Spot, x: int) -> PlacedBox:
    assert spot.box is not None  # noqa: S101 - asked by the caller
    return PlacedBox(spot.box.kind, spot.box.lines, x, spot.y, spot.wide, spot.height)


# --- columns ---------------------------------------------------------------------------------


def _columns(web: Web) -> dict[str, int]:
    """Return the column of each node: the longest way to it that goes round no circle."""
    leads: defaultdict[str, list[str]] = defaultdict(list)
    for edge in web.edges:
        leads[edge.source].append(edge.target)
    order = _forwards([node.id for node in web.nodes], leads)
    position = {key: at for at, key in enumerate(order)}
    columns = dict.fromkeys(order, 0)
    for key in order:
        for target in leads[key]:
            if position[target] > position[key]:
                columns[target] = max(columns[target], columns[key] + 1)
    return columns


def _forwards(keys: Sequence[str], leads: Mapping[str, list[str]]) -> list[str]:
    """Return the nodes so that, circles aside, each stands before what it leads to."""
    seen: set[str] = set()
    done: list[str] = []
    for start in keys:
        stack = [(start, False)]
        while stack:
            key, left = stack.pop()
            if left:
                done.append(key)
            elif key not in seen:
                seen.add(key)
                stack.append((key, True))
                stack += [(other, False) for other in reversed(leads.get(key, []))]
    return done[::-1]


def _route(edge: Edge, columns: Mapping[str, int], spots: dict[str, _Spot]) -> _Route:
    """Lead an arrow from column to column, through spots of its own."""
    start, end = columns[edge.source], columns[edge.target]
    if end <= start:
        return _Route(edge, (edge.source, edge.target), back=True)
    way = [edge.source]
    for column in range(start + 1, end):
        key = f"{edge.source}>{edge.target}>{edge.label}>{column}"
        spots[key] = _Spot(key, column, None, _THROUGH, 0)
        way.append(key)
    way.append(edge.target)
    for one, other in pairwise(way):
        spots[one].near.append(other)
        spots[other].near.append(one)
    return _Route(edge, tuple(way), back=False)


# --- places ----------------------------------------------------------------------------------


def _ordered(spots: Mapping[str, _Spot]) -> dict[int, list[_Spot]]:
    """Return the columns, each in an order in which arrows are short."""
    rows: defaultdict[int, list[_Spot]] = defaultdict(list)
    for spot in spots.values():
        rows[spot.column].append(spot)
    rank = {spot.key: float(at) for row in rows.values() for at, spot in enumerate(row)}
    for sweep in range(_SWEEPS):
        for column in sorted(rows, reverse=bool(sweep % 2)):
            row = rows[column]
            side = column - 1 if sweep % 2 == 0 else column + 1
            wanted = {
                spot.key: _mean([rank[one] for one in spot.near if spots[one].column == side])
                for spot in row
            }
            row.sort(key=lambda one: rank[one.key] if (w := wanted[one.key]) is None else w)
            rank |= {spot.key: float(at) for at, spot in enumerate(row)}
    return rows


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _place(rows: Mapping[int, Sequence[_Spot]], routes: Sequence[_Route]) -> dict[int, int]:
    """Give every spot its height; returns where each column begins."""
    heights = {
        column: sum(spot.height + _GAP for spot in row) - _GAP for column, row in rows.items()
    }
    tallest = max(heights.values(), default=0)
    for column, row in rows.items():
        y = _MARGIN + 2 * LINE + (tallest - heights[column]) // 2
        for spot in row:
            spot.y = y
            y += spot.height + _GAP
    x, left = _MARGIN, {}
    for column in sorted(rows):
        left[column] = x
        labels = [width(_shown(one)) for one in routes if _arrives_after(one, column, rows)]
        wide = max(spot.wide for spot in rows[column])
        for spot in rows[column]:
            # What goes through goes straight, past the widest box; a loop's way back, too.
            spot.column_right = x + wide
            spot.wide = spot.wide if spot.box is not None else wide
        x += wide + max(_BETWEEN, *(label + 40 for label in labels), 0)
    return left


def _arrives_after(route: _Route, column: int, rows: Mapping[int, Sequence[_Spot]]) -> bool:
    """Whether an arrow has its label to the right of a column: where it arrives in the next."""
    return not route.back and any(spot.key == route.spots[-2] for spot in rows[column])


def _shown(route: _Route) -> str:
    return cut(route.edge.label, _LABEL_LONGEST)


# --- drawing ---------------------------------------------------------------------------------


def _draw(
    picture: Picture, route: _Route, spots: Mapping[str, _Spot], left: Mapping[int, int]
) -> None:
    if route.back:
        _draw_back(picture, route, spots, left)
        return
    points: list[tuple[int, int]] = []
    for at, key in enumerate(route.spots):
        spot = spots[key]
        x = left[spot.column]
        if at:
            points.append((x, spot.middle))
        if at < len(route.spots) - 1:
            points.append((x + spot.wide, spot.middle))
    picture.wires.append(Wire(tuple(points), rare=route.edge.rare, curved=True))
    if route.edge.label:
        end, level = points[-1]
        middle = end - width(_shown(route)) // 2 - _ARROW
        picture.labels.append(Label(_shown(route), middle, level + 4))


def _draw_back(
    picture: Picture, route: _Route, spots: Mapping[str, _Spot], left: Mapping[int, int]
) -> None:
    """Draw an arrow that leads back: below all that stands, and between the columns."""
    source, target = spots[route.spots[0]], spots[route.spots[1]]
    lanes = sum(not wire.curved for wire in picture.wires)
    low = max(spot.y + spot.height for spot in spots.values()) + _GAP + lanes * LINE
    out, into = left[source.column] + source.wide, left[target.column]
    start, end = source.column_right + 12 + 6 * lanes, into - 16 - 6 * lanes
    points = (
        (out, source.middle + 6),
        (start, source.middle + 6),
        (start, low),
        (end, low),
        (end, target.middle + 6),
        (into, target.middle + 6),
    )
    picture.wires.append(Wire(points, rare=route.edge.rare))
    if route.edge.label:
        picture.labels.append(Label(_shown(route), (start + end) // 2, low + 4))


def _part(picture: Picture) -> None:
    """Move labels that would cover one another apart."""
    placed: list[Label] = []
    for label in sorted(picture.labels, key=lambda one: (one.y, one.x)):
        moved = label
        while any(_cover(moved, other) for other in placed):
            moved = replace(moved, y=moved.y + LINE)
        placed.append(moved)
    picture.labels = placed


def _cover(one: Label, other: Label) -> bool:
    apart = (width(one.text) + width(other.text)) // 2 + 8
    return abs(one.y - other.y) < LINE and abs(one.x - other.x) < apart


def _size(picture: Picture) -> None:
    rights = [box.x + box.width for box in picture.boxes]
    rights += [label.x + width(label.text) // 2 for label in picture.labels]
    lows = [box.y + box.height for box in picture.boxes]
    lows += [label.y + 8 for label in picture.labels]
    lows += [y + 8 for wire in picture.wires for _, y in wire.points]
    title = width(picture.title, TITLE) + _MARGIN
    picture.width = max([*rights, title]) + _MARGIN
    picture.height = max(lows, default=_MARGIN + 2 * LINE) + _MARGIN
