"""A diagram as a Mermaid flowchart, for Markdown that is shown on a code host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.drivers.graph.diagram import Box, Diagram, Fork, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.drivers.graph.web import Web

_SHAPES: Final = {
    "trigger": ('(["', '"])'),
    "read": ('[/"', '"/]'),
    "decision": ('{{"', '"}}'),
    "action": ('["', '"]'),
    "irreversible": ('["', '"]'),
    "wait": ('(["', '"])'),
    "inside": ('["', '"]'),
    "end": ('(["', '"])'),
    "note": ('>"', '"]'),
}

_CLASSES: Final = (
    "classDef trigger fill:#e3f1fd,stroke:#2a6fad,color:#10243a",
    "classDef read fill:#f4f4f4,stroke:#777,color:#222",
    "classDef decision fill:#fff6d6,stroke:#b38600,color:#3a2c00",
    "classDef action fill:#e6f5e6,stroke:#3a7d3a,color:#102a10",
    "classDef irreversible fill:#fde7e3,stroke:#b3361d,stroke-width:3px,color:#3a0f07",
    "classDef wait fill:#efe7fb,stroke:#6b4aa8,color:#22143d",
    "classDef inside fill:#ffffff,stroke:#999,color:#222",
    "classDef end_ fill:#eeeeee,stroke:#555,color:#222",
    "classDef note fill:#fafafa,stroke:#bbb,color:#444",
)

_LONGEST: Final = 90


def mermaid(diagram: Diagram) -> str:
    """Return a diagram as Mermaid text."""
    chart = _Chart()
    starts = [_Way(chart.box(box)) for box in diagram.triggers]
    left = chart.parts(diagram.parts, starts)
    if left:
        done = chart.box(Box("end", "succeeded"))
        chart.arrive(left, done)
    if diagram.failing:
        failed = [_Way(chart.box(Box("note", "when the run fails")), rare=True)]
        left = chart.parts(diagram.failing, failed)
        if left:
            chart.arrive(left, chart.box(Box("end", "failed")))
    title = _quoted(diagram.title)
    return (
        "\n".join([f'---\ntitle: "{title}"\n---', "flowchart TD", *chart.lines, *_classes()]) + "\n"
    )


def web_mermaid(web: Web) -> str:
    """Return what triggers what as Mermaid text."""
    chart = _Chart()
    names = {node.id: chart.box(Box(node.kind, node.title, node.lines)) for node in web.nodes}
    for edge in web.edges:
        chart.arrive([_Way(names[edge.source], edge.label, edge.rare)], names[edge.target])
    return "\n".join(["flowchart LR", *chart.lines, *_classes()]) + "\n"


def _classes() -> Iterator[str]:
    return (f"  {line}" for line in _CLASSES)


class _Way(msgspec.Struct, frozen=True):
    """An arrow that has left a box and not arrived yet."""

    source: str
    label: str = ""
    rare: bool = False


class _Chart(msgspec.Struct):
    lines: list[str] = msgspec.field(default_factory=list)
    count: int = 0

    def box(self, box: Box) -> str:
        """Write a box; returns its name."""
        self.count += 1
        name = f"n{self.count}"
        start, end = _SHAPES[box.kind]
        text = "<br/>".join(_escaped(line) for line in (box.title, *box.lines))
        kind = "end_" if box.kind == "end" else box.kind
        self.lines.append(f"  {name}{start}{text}{end}:::{kind}")
        return name

    def arrive(self, ways: Sequence[_Way], name: str) -> None:
        """Write the arrows that end at a box."""
        for way in ways:
            arrow = "-.->" if way.rare else "-->"
            label = f'|"{_escaped(way.label)}"|' if way.label else ""
            self.lines.append(f"  {way.source} {arrow}{label} {name}")

    def parts(self, parts: Sequence[Part], ways: Sequence[_Way]) -> list[_Way]:
        """Write parts one after the other; returns the arrows that lead on."""
        left = list(ways)
        for part in parts:
            left = self.part(part, left)
        return left

    def part(self, part: Part, ways: Sequence[_Way]) -> list[_Way]:
        box = part if isinstance(part, Box) else part.box
        name = self.box(box)
        self.arrive(ways, name)
        if isinstance(part, Box):
            return [] if part.kind == "end" else [_Way(name)]
        if isinstance(part, Fork):
            return self._fork(part, name)
        back = self.parts(part.parts, [_Way(name, "each time")])
        self.arrive([_Way(way.source, way.label or "again", way.rare) for way in back], name)
        return [_Way(name, "then")]

    def _fork(self, fork: Fork, name: str) -> list[_Way]:
        left: list[_Way] = []
        for arm in fork.arms:
            way = _Way(name, arm.label, arm.rare)
            left += self.parts(arm.parts, [way])
        return left


def _escaped(text: str) -> str:
    """Return text in which nothing means anything to Mermaid or to a browser."""
    line = " ".join(text.split())
    line = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in line)


_PLAIN: Final = frozenset(" .,:-_/!?+=…")


def _quoted(text: str) -> str:
    """Return text for the title, which is YAML."""
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
