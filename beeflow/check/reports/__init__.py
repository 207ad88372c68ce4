"""Reports in the forms that people, editors and CI systems read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.reports import github, json, junit, sarif, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.check.report import Report

FORMATS: Final[Mapping[str, Callable[[Report], str]]] = {
    "text": text.render,
    "json": json.render,
    "sarif": sarif.render,
    "github": github.render,
    "junit": junit.render,
}
"""The formats of `beeflow validate --format`. Each ends with a line feed, unless it is empty."""
