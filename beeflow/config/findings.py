"""What is wrong with a configuration, and how it is told: place, line, caret, mend.

The form is that of `beeflow validate`, so that a reader has one to learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Place(msgspec.Struct, frozen=True):
    """A stretch of a file: `line` and `column` from 1, in characters; `source` is that line."""

    file: str
    line: int
    column: int
    length: int
    source: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Variable(msgspec.Struct, frozen=True):
    """A variable of the environment, as the place of a value."""

    name: str

    def __str__(self) -> str:
        return f"environment: {self.name}"


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong. `rule` is a short stable name; `mend` says what to do."""

    rule: str
    message: str
    place: Place | Variable
    mend: str | None = None

    def __str__(self) -> str:
        lines = [f"{self.place}: error[{self.rule}]: {self.message}"]
        if isinstance(self.place, Place):
            lines += _snippet(self.place)
        if self.mend:
            margin = len(str(self.place.line)) + 2 if isinstance(self.place, Place) else 2
            lines.append(f"{' ' * margin}= help: {self.mend}")
        return "\n".join(lines)


def refuse(findings: Sequence[Finding], hidden: Iterable[str] = ()) -> ConfigError:
    """Make one error of all findings, in the order of their places.

    `hidden` are values that the text must not show.
    """
    ordered = sorted(findings, key=_order)
    count = "1 error" if len(ordered) == 1 else f"{len(ordered)} errors"
    told = "\n\n".join(str(finding) for finding in ordered)
    for value in hidden:
        told = told.replace(value, "***")
    return ConfigError(f"{told}\n\n{count} in the configuration")


def _order(finding: Finding) -> tuple[bool, str, int, int]:
    place = finding.place
    if isinstance(place, Variable):
        return (True, place.name, 0, 0)
    return (False, place.file, place.line, place.column)


def _snippet(place: Place) -> list[str]:
    """Show the line as far as the fault reaches: what follows may be a password."""
    if not place.source:
        return []
    number = str(place.line)
    gap = " " * (len(number) + 2)
    text = place.source[: place.column - 1 + place.length].replace("\t", " ")
    caret = " " * (place.column - 1) + "^" * max(1, len(text) - place.column + 1)
    return [f"{gap}|", f" {number} | {text}", f"{gap}| {caret}"]
