"""A recipe as a diagram: boxes in the order they are reached, forks with arms, loops.

A diagram keeps the nesting of the recipe, so that a picture can be laid out from the inside out.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal[
    "trigger", "read", "decision", "action", "irreversible", "wait", "inside", "end", "note"
]
"""What a box stands for; `inside` is for what concerns only the run: `set`, `state`, a loop."""


class Box(msgspec.Struct, frozen=True):
    """A box with a title and lines below it."""

    kind: Kind
    title: str
    lines: tuple[str, ...] = ()


class Arm(msgspec.Struct, frozen=True):
    """One of the ways that part at a box; `rare`: only taken when something fails."""

    label: str
    parts: tuple[Part, ...] = ()
    rare: bool = False


class Fork(msgspec.Struct, frozen=True):
    """A box where ways part, to meet again below."""

    box: Box
    arms: tuple[Arm, ...]


class Loop(msgspec.Struct, frozen=True):
    """Parts that are gone through again and again; `box` says for what, or how often."""

    box: Box
    parts: tuple[Part, ...]


Part: TypeAlias = Box | Fork | Loop


class Diagram(msgspec.Struct, frozen=True):
    """A whole recipe. `failing` is what it does when a run fails."""

    title: str
    triggers: tuple[Box, ...]
    parts: tuple[Part, ...]
    failing: tuple[Part, ...] = ()


def ends(parts: tuple[Part, ...]) -> bool:
    """Whether nothing comes after these parts: all their ways have ended."""
    return any(_ends(part) for part in parts)


def _ends(part: Part) -> bool:
    if isinstance(part, Box):
        return part.kind == "end"
    return isinstance(part, Fork) and all(ends(arm.parts) for arm in part.arms)
