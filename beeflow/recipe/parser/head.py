"""The keys about a recipe as a whole, which an instance of a blueprint may give, too."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from beeflow.recipe import limits
from beeflow.recipe.document import ScalarNode
from beeflow.recipe.parser.fields import Fields, items
from beeflow.recipe.parser.place import Place, found, shortened
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.scalars import boolean, text, timezone, word
from beeflow.recipe.parser.words import MODE

if TYPE_CHECKING:
    from beeflow.recipe.problem import Span

_RUNS: Final = {
    "single": "drop",
    "restart": "restart",
    "queued": "queue",
    "queue": "queue",
    "parallel": "parallel",
    "drop": "drop",
}
"""Modes of runs, here and in other tools, and what they are in `concurrency`."""

_ID: Final = re.compile(r"[a-z0-9-]+", re.ASCII)


class Head(msgspec.Struct, frozen=True):
    """What is said about a recipe; None where nothing is."""

    name: str | None = None
    description: str | None = None
    labels: tuple[str, ...] | None = None
    enabled: bool | None = None
    mode: Literal["live", "shadow"] | None = None
    timezone: str | None = None

    def over(self, other: Head) -> Head:
        """Return this, with what it leaves open taken from `other`."""
        return Head(
            self.name if self.name is not None else other.name,
            self.description if self.description is not None else other.description,
            self.labels if self.labels is not None else other.labels,
            self.enabled if self.enabled is not None else other.enabled,
            self.mode or other.mode,
            self.timezone or other.timezone,
        )


def read_head(reading: Reading, fields: Fields) -> Head:
    """Read `version`, which must be 1, and the keys of `Head`."""
    _version(reading, fields.get("version"))
    name, about, labels, enabled, mode, zone = (
        fields.get(key) for key in ("name", "description", "labels", "enabled", "mode", "timezone")
    )
    return Head(
        text(reading, name, most=limits.TEXT, free=True) if name else None,
        text(reading, about, free=True) if about else None,
        _labels(reading, labels) if labels else None,
        boolean(reading, enabled) if enabled else None,
        _mode(reading, mode) if mode else None,
        timezone(reading, zone) if zone else None,
    )


def read_id(reading: Reading, fields: Fields, path: str) -> tuple[str, Span]:
    """Return a recipe's id and where it is given: its `id`, or else its file's name."""
    place = fields.get("id")
    if place is not None:
        return _id(reading, place) or PurePosixPath(path).stem, place.node.span
    top = fields.place.top
    stem = PurePosixPath(path).stem
    if _ID.fullmatch(stem) or path in {"-", "<stdin>"}:
        return (stem if _ID.fullmatch(stem) else "stdin"), top
    likely = _likely(stem) or "some-name"
    message = f"the file's name cannot be the recipe's id: `{shortened(stem)}`"
    help_ = f"add `id: {likely}`, or rename the file; ids are a-z, 0-9 and -"
    reading.report(fields.place, Finding("bad-id", message, help_), top)
    return stem, top


def _mode(reading: Reading, place: Place) -> Literal["live", "shadow"] | None:
    """Read `mode`; elsewhere it says how runs wait for one another."""
    said = place.node.text if isinstance(place.node, ScalarNode) else ""
    if said not in _RUNS:
        return word(reading, place, MODE)
    write = f"write concurrency: {{mode: {_RUNS[said]}}}"
    help_ = f"how runs wait for one another is `concurrency`: {write} (`mode` is live or shadow)"
    reading.report(place, Finding("bad-value", f"`mode` cannot be {found(place.node)}", help_))
    return None


def _version(reading: Reading, place: Place | None) -> None:
    if place is None:
        return
    node = place.node
    if isinstance(node, ScalarNode) and node.value == 1 and node.value is not True:
        return
    message = f"`version` must be 1, and this is {found(node)}"
    reading.report(place, Finding("bad-value", message, "write version: 1, or leave it out"))


def _id(reading: Reading, place: Place) -> str | None:
    name = text(reading, place, most=limits.TEXT)
    if name is None or _ID.fullmatch(name):
        return name
    likely = _likely(name)
    message = f"`{shortened(name)}` cannot be an id"
    help_ = f"ids are a-z, 0-9 and -: write {likely}" if likely else "ids are a-z, 0-9 and -"
    reading.report(place, Finding("bad-id", message, help_, (likely,) if likely else ()))
    return None


def _likely(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[: limits.TEXT]


def _labels(reading: Reading, place: Place) -> tuple[str, ...] | None:
    places = list(items(reading, place, "labels", "[crew, finance]"))
    if len(places) > limits.LABELS:
        reading.over_limit(place, limits.LABELS, "labels")
    read = (text(reading, item, most=limits.TEXT) for item in places)
    return tuple(label for label in read if label is not None)
