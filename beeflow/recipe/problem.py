"""What a user got wrong, as data with a place: the language's findings before they are printed."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Span(msgspec.Struct, frozen=True, order=True, gc=False):
    """A stretch of a file: `start` to `end` (one past the last), in characters of its text."""

    file: str
    start: int
    end: int


class Note(msgspec.Struct, frozen=True):
    """A second place that explains a problem, such as where a name was set."""

    message: str
    span: Span | None = None


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong, why, and how to mend it.

    `rule` is the stable name that `--explain` and `# beeflow: ignore[rule]` take. `path` is the
    place within the document, such as `actions/2/with/text`. Problems of one rule with the same
    `cause`, such as a name that is misspelt everywhere, are told as one.
    """

    rule: str
    message: str
    span: Span
    severity: Severity = "error"
    help: str | None = None
    suggestions: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    path: str = ""
    recipe: str | None = None
    cause: str = ""
