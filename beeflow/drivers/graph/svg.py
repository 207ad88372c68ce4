"""A picture as SVG: one file, no script, nothing that is loaded from elsewhere."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from beeflow.drivers.graph.text import LINE, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beeflow.drivers.graph.layout import Frame, Label, Picture, PlacedBox, Wire

_STYLE: Final = """
  text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1d1d1f; }
  .title { font-size: 16px; font-weight: 600; }
  .head { font-weight: 600; }
  .label { font-size: 12px; fill: #555; }
  .wire { fill: none; stroke: #6b6b70; stroke-width: 1.4; }
  .rare { stroke-dasharray: 5 4; }
  .frame { fill: none; stroke: #9a9aa0; stroke-dasharray: 3 4; }
"""

_ARROW: Final = (
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
    'markerHeight="8" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#6b6b70"/>'
    "</marker></defs>"
)

_COLOURS: Final[Mapping[str, tuple[str, str]]] = {
    "trigger": ("#e3f1fd", "#2a6fad"),
    "read": ("#f4f4f5", "#77777c"),
    "decision": ("#fff6d6", "#b38600"),
    "action": ("#e6f5e6", "#3a7d3a"),
    "irreversible": ("#fde7e3", "#b3361d"),
    "wait": ("#efe7fb", "#6b4aa8"),
    "inside": ("#ffffff", "#99999e"),
    "end": ("#ececee", "#55555a"),
    "note": ("#fafafa", "#bbbbc0"),
}
_ROUND: Final = frozenset({"trigger", "wait", "end"})


def svg(picture: Picture) -> str:
    """Return a picture as an SVG document."""
    size = f'width="{picture.width}" height="{picture.height}"'
    view = f'viewBox="0 0 {picture.width} {picture.height}"'
    title = _clean(picture.title)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        _ARROW,
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text class="title" x="26" y="30">{escape(title)}</text>',
        *(_frame(one) for one in picture.frames),
        *(_wire(one) for one in picture.wires),
    ]
    for label in picture.labels:
        lines += _label(label)
    for box in picture.boxes:
        lines += _box(box)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _box(box: PlacedBox) -> Iterator[str]:
    fill, stroke = _COLOURS[box.kind]
    thick = "2.6" if box.kind == "irreversible" else "1.4"
    look = f'fill="{fill}" stroke="{stroke}" stroke-width="{thick}"'
    yield _outline(box, look)
    middle, top = box.x + box.width // 2, box.y + 7
    for at, line in enumerate(box.lines):
        kind = ' class="head"' if not at else ""
        y = top + at * LINE + 12
        yield f'<text{kind} x="{middle}" y="{y}" text-anchor="middle">{escape(_clean(line))}</text>'


def _outline(box: PlacedBox, look: str) -> str:
    x, y, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    if box.kind == "decision":
        middle, slant = y + box.height // 2, 14
        points = (
            f"{x},{middle} {x + slant},{y} {right - slant},{y} {right},{middle} "
            f"{right - slant},{bottom} {x + slant},{bottom}"
        )
        return f'<polygon points="{points}" {look}/>'
    corner = min(box.height // 2, 18) if box.kind in _ROUND else 5
    size = f'width="{box.width}" height="{box.height}"'
    return f'<rect x="{x}" y="{y}" {size} rx="{corner}" {look}/>'


def _frame(frame: Frame) -> str:
    size = f'width="{frame.width}" height="{frame.height}"'
    return f'<rect class="frame" x="{frame.x}" y="{frame.y}" {size} rx="10"/>'


def _wire(wire: Wire) -> str:
    kind = "wire rare" if wire.rare else "wire"
    arrow = ' marker-end="url(#arrow)"' if wire.arrow else ""
    path = _curve(wire.points) if wire.curved else _path(wire.points)
    return f'<path class="{kind}" d={quoteattr(path)}{arrow}/>'


def _curve(points: Sequence[tuple[int, int]]) -> str:
    """Return a path that leaves and meets every point to the right."""
    path = f"M{points[0][0]} {points[0][1]}"
    for (x, y), (end, below) in pairwise(points):
        middle = (x + end) // 2
        path += f"C{middle} {y} {middle} {below} {end} {below}"
    return path


def _path(points: Sequence[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def _label(label: Label) -> Iterator[str]:
    """Draw a word on a patch of the background, so that the line behind does not cross it."""
    wide = width(label.text) + 6
    x = label.x - wide // 2
    yield f'<rect x="{x}" y="{label.y - 12}" width="{wide}" height="16" fill="#ffffff"/>'
    text = escape(_clean(label.text))
    yield f'<text class="label" x="{label.x}" y="{label.y}" text-anchor="middle">{text}</text>'


def _clean(text: str) -> str:
    """Return text without the characters that XML does not know."""
    return "".join(char for char in text if char >= " " and not "\ud800" <= char <= "\udfff")
