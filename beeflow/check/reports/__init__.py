"""Reports in the forms that people, editors and CI systems read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.check.report import Report


class _Form(msgspec.Struct, frozen=True):
    """A form of report, whose module is imported when a report is asked for in it.

    One command writes one form, and starting is most of what checking one recipe takes.
    """

    module: str

    def __call__(self, report: Report) -> str:
        text: str = import_module(f"beeflow.check.reports.{self.module}").render(report)
        return text


FORMATS: Final[Mapping[str, Callable[[Report], str]]] = {
    name: _Form(name) for name in ("text", "json", "sarif", "github", "junit")
}
"""The formats of `beeflow validate --format`. Each ends with a line feed, unless it is empty."""
