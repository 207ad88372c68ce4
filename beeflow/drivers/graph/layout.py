"""Where things stand in a recipe's picture: laid out from the inside out.

Every part becomes a block around an axis on which it is entered at the top and left at the
bottom. A sequence is blocks below each other on one axis; a fork is blocks side by side below its
box. Coordinates are pixels, to the right and downwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.drivers.graph.diagram import Box, Diagram, Fork, Loop, Part, ends
from beeflow.drivers.graph.text import BOLD, LINE, TITLE, cut, width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GAP: Final = 30
"""Pixels between a part and the next one below."""

_SIDE: Final = 26
_PAD: Final = 12
_NARROWEST: Final = 110
_LABEL: Final = 22
_LABEL_LONGEST: Final = 34


class PlacedBox(msgspec.Struct, frozen=True):
    """A box where it stands; `lines` are cut to what is shown."""

    kind: str
    lines: tuple[str, ...]
    x: int
    y: int
    width: int
    height: int


class Wire(msgspec.Struct, frozen=True):
    """A line through points; `arrow`: it ends in one. `curved`: it swings from left to right."""

    points: tuple[tuple[int, int], ...]
    arrow: bool = True
    rare: bool = False
    curved: bool = False


class Label(msgspec.Struct, frozen=True):
    """A word at a wire; `x` is its middle."""

    text: str
    x: int
    y: int


class Frame(msgspec.Struct, frozen=True):
    """A frame around what is gone through again and again."""

    x: int
    y: int
    width: int
    height: int


class Picture(msgspec.Struct):
    """Everything that is drawn, and how large it all is."""

    title: str
    width: int = 0
    height: int = 0
    boxes: list[PlacedBox] = msgspec.field(default_factory=list)
    wires: list[Wire] = msgspec.field(default_factory=list)
    labels: list[Label] = msgspec.field(default_factory=list)
    frames: list[Frame] = msgspec.field(default_factory=list)


class Block(msgspec.Struct, frozen=True):
    """A part that is measured: its reach to either side of the axis, and its height.

    `open`: something comes after it. `draw` puts it into a picture, with its axis at `x`.
    """

    left: int
    right: int
    height: int
    open: bool
    draw: Callable[[Picture, int, int], None]


def lay_out(diagram: Diagram) -> Picture:
    """Return where everything in a diagram stands."""
    picture = Picture(diagram.title)
    done = () if ends(diagram.parts) else (Box("end", "succeeded"),)
    main = _after_triggers(diagram.triggers, _sequence((*diagram.parts, *done)))
    blocks = [main]
    if diagram.failing:
        failed = () if ends(diagram.failing) else (Box("end", "failed"),)
        start = Box("note", "when the run fails")
        blocks.append(_sequence((start, *diagram.failing, *failed)))
    x, top = _SIDE, _SIDE + 2 * LINE
    for block in blocks:
        block.draw(picture, x + block.left, top)
        x += block.left + block.right + 2 * _SIDE
    picture.width = max(x - _SIDE, width(diagram.title, TITLE) + 2 * _SIDE)
    picture.height = top + max(block.height for block in blocks) + _SIDE
    return picture


# --- one box ---------------------------------------------------------------------------------


def measure(box: Box) -> tuple[tuple[str, ...], int, int]:
    """Return a box's lines as they are shown, its width and its height."""
    lines = tuple(cut(line) for line in (box.title, *box.lines))
    sides = 4 * _PAD if box.kind == "decision" else 2 * _PAD
    heading, *others = lines
    wide = max(_NARROWEST, width(heading, BOLD), *map(width, others)) + sides
    return lines, wide + wide % 2, len(lines) * LINE + 14


def _box(box: Box) -> Block:
    lines, wide, high = measure(box)

    def draw(picture: Picture, x: int, y: int) -> None:
        picture.boxes.append(PlacedBox(box.kind, lines, x - wide // 2, y, wide, high))

    return Block(wide // 2, wide // 2, high, box.kind != "end", draw)


# --- sequences -------------------------------------------------------------------------------


def _part(part: Part) -> Block:
    if isinstance(part, Fork):
        return _fork(part)
    return _loop(part) if isinstance(part, Loop) else _box(part)


def _sequence(parts: Sequence[Part]) -> Block:
    """Put parts below each other; what stands after an end is not reached and not drawn."""
    blocks: list[Block] = []
    for part in parts:
        blocks.append(_part(part))
        if not blocks[-1].open:
            break

    def draw(picture: Picture, x: int, y: int) -> None:
        for at, block in enumerate(blocks):
            if at:
                picture.wires.append(Wire(((x, y - GAP), (x, y))))
            block.draw(picture, x, y)
            y += block.height + GAP

    height = sum(block.height for block in blocks) + GAP * (len(blocks) - 1)
    left = max(block.left for block in blocks)
    return Block(left, max(block.right for block in blocks), height, blocks[-1].open, draw)


def _after_triggers(triggers: Sequence[Box], rest: Block) -> Block:
    """Put the triggers side by side above all the rest."""
    blocks = [_box(box) for box in triggers]
    top = max(block.height for block in blocks)
    row = sum(block.left + block.right for block in blocks) + _SIDE * (len(blocks) - 1)
    left = row // 2

    def draw(picture: Picture, x: int, y: int) -> None:
        at, bus = x - left, y + top + GAP // 2
        for block in blocks:
            axis = at + block.left
            block.draw(picture, axis, y + top - block.height)
            points = ((axis, y + top), (axis, bus), (x, bus), (x, y + top + GAP))
            picture.wires.append(Wire(_straight(points)))
            at = axis + block.right + _SIDE
        rest.draw(picture, x, y + top + GAP)

    height = top + GAP + rest.height
    return Block(max(left, rest.left), max(row - left, rest.right), height, rest.open, draw)


# --- forks -----------------------------------------------------------------------------------


class _Lane(msgspec.Struct, frozen=True):
    """An arm that is measured; without a block it only leads past the others."""

    label: str
    rare: bool
    block: Block | None
    left: int
    right: int

    @property
    def height(self) -> int:
        return self.block.height if self.block else 0

    @property
    def open(self) -> bool:
        return self.block is None or self.block.open


def _fork(fork: Fork) -> Block:
    """Put the arms side by side below the box, and join again those that go on."""
    head = _box(fork.box)
    lanes = [_lane(arm.label, arm.parts, rare=arm.rare) for arm in fork.arms]
    row = sum(lane.left + lane.right for lane in lanes) + _SIDE * (len(lanes) - 1)
    left = row // 2
    goes_on = any(lane.open for lane in lanes)
    first = head.height + GAP + _LABEL
    tallest = max(lane.height for lane in lanes)
    height = first + tallest + (GAP if goes_on else 0)

    def draw(picture: Picture, x: int, y: int) -> None:
        head.draw(picture, x, y)
        at, under = x - left, y + head.height
        for lane in lanes:
            axis = at + lane.left
            _draw_lane(picture, lane, (x, under), axis, y + height)
            at = axis + lane.right + _SIDE

    reach = max(head.left, left)
    return Block(reach, max(head.right, row - left), height, goes_on, draw)


def _lane(label: str, parts: Sequence[Part], *, rare: bool) -> _Lane:
    shown = cut(label, _LABEL_LONGEST)
    half = max(width(shown) // 2 + 8, 24)
    if not parts:
        return _Lane(shown, rare, None, half, half)
    block = _sequence(parts)
    return _Lane(shown, rare, block, max(half, block.left), max(half, block.right))


def _draw_lane(
    picture: Picture, lane: _Lane, start: tuple[int, int], axis: int, bottom: int
) -> None:
    """Draw the way from a fork into an arm, the arm, and the way back to where all meet."""
    x, under = start
    bus, top = under + GAP // 2, under + GAP + _LABEL
    into = ((x, under), (x, bus), (axis, bus), (axis, top))
    if lane.label:
        picture.labels.append(Label(lane.label, axis, bus + _LABEL - 4))
    if lane.block is None:
        points = (*into[:3], (axis, bottom - GAP // 2), (x, bottom - GAP // 2), (x, bottom))
        picture.wires.append(Wire(_straight(points), arrow=False, rare=lane.rare))
        return
    picture.wires.append(Wire(_straight(into), rare=lane.rare))
    lane.block.draw(picture, axis, top)
    if lane.open:
        after = top + lane.block.height
        meet = ((axis, after), (axis, bottom - GAP // 2), (x, bottom - GAP // 2), (x, bottom))
        picture.wires.append(Wire(_straight(meet), arrow=False, rare=lane.rare))


def _straight(points: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Return the points of a line without those it does not turn at."""
    kept: list[tuple[int, int]] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and (
            kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]
        ):
            kept.pop()
        kept.append(point)
    return tuple(kept)


# --- loops -----------------------------------------------------------------------------------


def _loop(loop: Loop) -> Block:
    """Put a frame around what is repeated, with an arrow back to its head."""
    head, body = _box(loop.box), _sequence(loop.parts)
    back = _SIDE
    left, right = max(head.left, body.left) + _PAD, max(head.right, body.right) + _PAD + back
    height = _PAD + head.height + GAP + body.height + GAP

    def draw(picture: Picture, x: int, y: int) -> None:
        picture.frames.append(Frame(x - left, y, left + right, height))
        top, side = y + _PAD, x + right - back // 2
        head.draw(picture, x, top)
        under, middle = top + head.height, top + head.height // 2
        picture.wires.append(Wire(((x, under), (x, under + GAP))))
        body.draw(picture, x, under + GAP)
        if body.open:
            after = under + GAP + body.height
            points = ((x, after), (x, after + _PAD), (side, after + _PAD), (side, middle))
            picture.wires.append(Wire((*points, (x + head.right, middle))))

    return Block(left, right, height, open=True, draw=draw)
