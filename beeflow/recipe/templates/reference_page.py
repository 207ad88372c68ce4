"""The page about filters, tests, methods and functions, written from the reference.

`python -m beeflow.recipe.templates.reference_page docs/templates.md` writes it anew; a test holds
that the page in the repository is what comes out here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import fields

from beeflow.recipe.templates import limits
from beeflow.recipe.templates.reference import reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.recipe.templates.registry import Entry, Sort

_HEAD: Final = """\
# Filters, tests, methods and functions

What expressions and templates of a recipe can use, and nothing else. How they are written and what
they see is in [the language reference](language.md#expressions-and-templates).

This page is generated (`python -m beeflow.recipe.templates.reference_page docs/templates.md`), and
every example on it is run by a test.
"""

_SECTIONS: Final[tuple[tuple[Sort, str, str], ...]] = (
    ("filter", "Filters", "Written after a value: `value | filter(arguments)`."),
    ("test", "Tests", "Written after `is` or `is not`: `value is defined`."),
    ("function", "Functions", "Written by themselves: `range(3)`."),
    ("method", "Methods", "Written after a value and a dot: `value.method(arguments)`."),
)

_LIMITS: Final[tuple[tuple[str, str], ...]] = (
    ("ticks", "steps of work of one rendering: a part that is evaluated, an item, 8 characters"),
    ("text", "characters of any text on the way"),
    ("items", "items of any list on the way"),
    ("result", "characters of what a template renders to, written as JSON"),
)

_WRITTEN: Final[tuple[tuple[int, str], ...]] = (
    (limits.MAX_SOURCE, "characters of an expression or template as written"),
    (limits.MAX_NESTING, "brackets within brackets, or blocks within blocks"),
    (limits.MAX_DEPTH, "parts within parts of an expression"),
    (limits.MAX_VALUE_DEPTH, "lists within lists of a value"),
    (limits.MAX_RANGE, "numbers that `range` gives"),
)


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines()) + "\n"


def limit_rows() -> tuple[tuple[int, str], ...]:
    """Return the bounds of templates: the number, and of what."""
    bounds = limits.Limits()
    named = dict(_LIMITS)
    of_rendering = tuple((getattr(bounds, one.name), named[one.name]) for one in fields(bounds))
    return (*of_rendering, *_WRITTEN)


def _lines() -> Iterator[str]:
    yield _HEAD
    entries = reference()
    for kind, title, about in _SECTIONS:
        yield f"## {title}\n"
        yield f"{about}\n"
        yield "| | | for example | gives |"
        yield "|---|---|---|---|"
        yield from (_row(entry) for entry in entries if entry.kind == kind)
        yield ""
    yield "## Limits\n"
    yield "| at most | of what |"
    yield "|---|---|"
    yield from (f"| {number:,} | {what} |" for number, what in limit_rows())
    yield f"| {len(str(limits.MAX_NUMBER)) - 1} digits | a whole number that is worked out |"


def _row(entry: Entry) -> str:
    cells = (_code(entry.signature), entry.description, _code(entry.example), _code(entry.result))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
