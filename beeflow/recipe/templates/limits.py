"""How much a template may do: everything is counted, nothing is timed.

A rendering has a number of ticks. A node that is evaluated costs one, an item of a list one, eight
characters of a text one; a loop pays for its body at each turn. Counting, unlike a clock, gives
the same answer on every machine and in every replay. Sizes are checked before they are allocated.
"""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Protocol

import msgspec

from beeflow.errors import LimitReached

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from beeflow.recipe.templates.unknown import Unknown

MAX_SOURCE = 65_536
"""Characters that an expression or template may be long, as written."""

MAX_NESTING = 30
"""Brackets within brackets, or blocks within blocks, as written."""

MAX_DEPTH = 100
"""Parts within parts of an expression: a chain of 100 additions, say."""

MAX_VALUE_DEPTH = 150
"""Lists within lists. A webhook's JSON may be 100 deep, and lies within `trigger`."""

MAX_NUMBER = 10**30
"""The largest whole number that arithmetic may give, either way from zero."""

MAX_RANGE = 10_000
"""Numbers that `range` may give."""


class Limits(msgspec.Struct, frozen=True):
    """The bounds of one rendering."""

    ticks: int = 500_000
    """Steps of work in all: some 10,000 turns of a loop with 50 parts."""
    text: int = 1_048_576
    """Characters of any text on the way."""
    items: int = 50_000
    """Items of any list on the way."""
    result: int = 262_144
    """Characters of what a template renders to, written as JSON."""


class Context(msgspec.Struct, frozen=True):
    """What a rendering needs beside its names.

    `zone` is the recipe's time zone: a time without an offset is read in it. `escape` goes over
    every value that is put into text, where the text is in some markup (Slack's, say). `taint` is
    told what is made of secrets; only what is traced asks for it.
    """

    zone: tzinfo = UTC
    limits: Limits = msgspec.field(default_factory=Limits)
    escape: Callable[[str], str] | None = None
    taint: Taint | None = None


DEFAULT = Context()
"""UTC and the limits above."""


class Taint(Protocol):
    """What is known of secrets in one run."""

    def holds(self, value: object) -> bool:
        """Whether a text that nobody may read is in `value`."""
        ...

    def derive(self, texts: Collection[str]) -> None:
        """Take down texts that were computed from a secret."""
        ...


class Frame:
    """One rendering under way: its names, what it has written, and what it may still spend."""

    __slots__ = (
        "escape", "limits", "names", "out", "scope", "size", "source", "ticks", "unknown", "zone",
    )  # fmt: skip

    def __init__(self, source: str, scope: Mapping[str, object], context: Context) -> None:
        self.source = source
        self.scope = scope
        self.zone = context.zone
        self.escape = context.escape
        self.limits = context.limits
        self.ticks = context.limits.ticks
        self.names: dict[str, object] = {}
        """What `{% set %}` and `{% for %}` have named."""
        self.out: list[str] = []
        self.size = 0
        self.unknown: Unknown | None = None
        """The first unknown value that was written, in a dry run."""

    def charge(self, ticks: int) -> None:
        """Spend `ticks`; raises `LimitReached` once they are used up."""
        self.ticks -= ticks
        if self.ticks < 0:
            raise LimitReached(
                f"this takes too much work: more than {self.limits.ticks:,} steps",
                suggestion="go through fewer items, or filter the list first",
            )

    def allow_text(self, length: int) -> None:
        """Make sure that a text of `length` characters may be made, and pay for it."""
        if length > self.limits.text:
            raise LimitReached(
                f"this makes a text of {length:,} characters; "
                f"at most {self.limits.text:,} are allowed"
            )
        self.charge(length >> 3)

    def allow_items(self, count: int) -> None:
        """Make sure that a list of `count` items may be made, and pay for it."""
        if count > self.limits.items:
            raise LimitReached(
                f"this makes a list of {count:,} items; at most {self.limits.items:,} are allowed"
            )
        self.charge(count)

    def write(self, text: str) -> None:
        """Add `text` to what is rendered."""
        self.size += len(text)
        if self.size > self.limits.result:
            raise LimitReached(
                f"this renders to more than {self.limits.result:,} characters",
                suggestion="shorten it with truncate, or send fewer items",
            )
        self.out.append(text)
