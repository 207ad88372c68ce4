"""Values that are not known yet: what a dry run puts in place of an answer it did not fetch."""

from __future__ import annotations

from typing import Protocol

import msgspec
from msgspec.structs import force_setattr

_OPEN = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
_CLOSE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


class Shape(Protocol):
    """What is known of a value that is not known yet: what kind it will be."""

    @property
    def words(self) -> str:
        """The kind in words: `a text`."""
        ...

    @property
    def fields(self) -> tuple[str, ...] | None:
        """The names of its fields; None for what has none, or any."""
        ...

    def step(self, name: str | int) -> Shape | None:
        """Return the shape of a field or an item; raises `LookupError` where there is none."""
        ...

    def element(self) -> Shape | None:
        """Return the shape of what a loop over it finds; raises `LookupError` where it cannot."""
        ...


class Unknown(msgspec.Struct, frozen=True):
    """A value that is known only once the recipe really runs.

    What is done to it gives another `Unknown`, labelled with the expression that it came from.
    `text` is how it reads: for a text with known parts, those parts with the unknown ones marked.
    `shape` is what it will be, where that is documented. What is made of a `secret` one reads as it
    does: the rest of what it hangs on says nothing.
    """

    label: str
    text: str = ""
    shape: Shape | None = None
    secret: bool = False

    def __post_init__(self) -> None:
        if not self.text:
            force_setattr(self, "text", f"{_OPEN}{self.label}: known after apply{_CLOSE}")

    def __eq__(self, other: object) -> bool:
        """Return whether both are called the same, and read the same."""
        if not isinstance(other, Unknown):
            return NotImplemented
        return self._compared() == other._compared()

    def __hash__(self) -> int:
        """Return the hash of what is compared."""
        return hash(self._compared())

    def _compared(self) -> tuple[str, str, bool]:
        return self.label, self.text, self.secret

    def __str__(self) -> str:
        """Return how it reads, also where it is put into text by Python."""
        return self.text

    def step(self, name: str | int) -> Unknown:
        """Return what `.name`, or `[name]`, of it is: unknown too.

        Raises `LookupError` where it is known that there is no such field.
        """
        inner = None if self.shape is None else self.shape.step(name)
        step = f"[{name}]" if isinstance(name, int) else f".{name}"
        return self.made(self.label + step, inner)

    def element(self) -> Unknown:
        """Return what a loop over it finds; raises `LookupError` for what is no list."""
        inner = None if self.shape is None else self.shape.element()
        return self.made(f"{self.label}[…]", inner)

    def made(self, label: str, shape: Shape | None = None) -> Unknown:
        """Return what comes of it, by the expression `label`."""
        return Unknown(label, self.text if self.secret else "", shape, self.secret)


class UnknownMet(Exception):  # noqa: N818 - a signal within an evaluation, never seen outside
    """An operation came upon an unknown value, so that its own result is unknown."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.label)
        self.unknown = unknown
