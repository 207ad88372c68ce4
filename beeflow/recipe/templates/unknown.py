"""Values that are not known yet: what a dry run puts in place of an answer it did not fetch."""

from __future__ import annotations

from dataclasses import dataclass

_OPEN = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
_CLOSE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is known only once the recipe really runs.

    What is done to it gives another `Unknown`, labelled with the expression that it came from.
    `text` is how it reads: for a text with known parts, those parts with the unknown ones marked.
    """

    label: str
    text: str = ""

    def __post_init__(self) -> None:
        if not self.text:
            object.__setattr__(self, "text", f"{_OPEN}{self.label}: known after apply{_CLOSE}")

    def __str__(self) -> str:
        """Return how it reads, also where it is put into text by Python."""
        return self.text

    def field(self, name: str | int) -> Unknown:
        """Return what `.name`, or `[name]`, of it is: unknown too."""
        step = f"[{name}]" if isinstance(name, int) else f".{name}"
        return Unknown(self.label + step)


class UnknownMet(Exception):  # noqa: N818 - a signal within an evaluation, never seen outside
    """An operation came upon an unknown value, so that its own result is unknown."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.label)
        self.unknown = unknown
