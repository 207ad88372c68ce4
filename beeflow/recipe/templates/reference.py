"""The reference of what expressions and templates can use, as data for the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.recipe.templates.builtins import FILTERS, FUNCTIONS, METHODS, TESTS

if TYPE_CHECKING:
    from beeflow.recipe.templates.registry import Entry


def reference() -> tuple[Entry, ...]:
    """Return an entry for each filter, test, method and function, by kind and name.

    The names in the examples are those of section 4; `speaker` is not defined in them, and `state`
    is empty.
    """
    tables = (FILTERS, TESTS, FUNCTIONS, *METHODS.values())
    entries = {
        (one.entry.kind, one.entry.signature): one.entry for t in tables for one in t.values()
    }
    return tuple(entries[key] for key in sorted(entries))
