"""The figures of a measurement, and what they are to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from beeflow.types import Json

Unit: TypeAlias = Literal["ratio", "/s", "us", "ms", "s", "MiB", "KiB", ""]


class Figure(msgspec.Struct, frozen=True):
    """One figure. `target` is what it is to be `at_least`, or (else) at most; None: none is set."""

    part: str
    name: str
    value: float
    unit: Unit
    target: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target is reached, None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def told(self) -> str:
        """The value for a reader."""
        return _told(self.value, self.unit)

    @property
    def wanted(self) -> str:
        """The target for a reader."""
        if self.target is None:
            return ""
        return f"{'at least' if self.at_least else 'at most'} {_told(self.target, self.unit)}"

    def plain(self) -> dict[str, Json]:
        """Return it as JSON."""
        return {
            "part": self.part,
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "target": self.target,
            "target_is": None if self.target is None else ("least" if self.at_least else "most"),
            "met": self.met,
        }


def _told(value: float, unit: Unit) -> str:
    if unit == "ratio":
        return f"{value:.0%}"
    digits = 0 if value >= 100 or float(value).is_integer() else 1 if value >= 10 else 2  # noqa: PLR2004
    return f"{value:,.{digits}f}{unit if unit == '/s' else f' {unit}'}".rstrip()
