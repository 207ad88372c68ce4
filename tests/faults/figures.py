"""Figures: what the harness measured, told at the end of the test run, also where all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FIGURE = "figure"
"""Under this name a test's report carries its figures, also from another process."""


class Figures:
    """The figures of one test."""

    def __init__(self, properties: list[tuple[str, object]]) -> None:
        self._properties = properties

    def tell(self, name: str, value: object) -> None:
        """Tell a figure; floats are rounded to what is worth reading."""
        text = f"{value:.3g}" if isinstance(value, float) else str(value)
        self._properties.append((FIGURE, f"{name}: {text}"))

    def tell_all(self, **named: object) -> None:
        """Tell several; underscores in their names are spaces."""
        for name, value in named.items():
            self.tell(name.replace("_", " "), value)


def lines(reports: Iterable[Any]) -> Iterator[str]:
    """Return one line for each test that told figures."""
    for report in reports:
        told = [str(text) for name, text in report.user_properties if name == FIGURE]
        if told:
            _, _, test = report.nodeid.rpartition("::")
            yield f"{test}\n    " + "\n    ".join(told)
