"""Writing values as YAML that a recipe or test file reads back as the same."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from beeflow.recipe.document import Source, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beeflow.types import Json

WIDTH: Final = 100
"""Columns that a line should not pass."""

_PLAIN: Final = re.compile(r"[A-Za-z0-9_/][A-Za-z0-9_./@+?!'-]*(?: [A-Za-z0-9_./@+?!'-]+)*")


def flow(value: Json) -> str:
    """Return a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def scalar(value: bool | float | str | None) -> str:
    """Return a value that is no mapping and no list."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, float) and "e" not in repr(value):
        return repr(value)
    return json.dumps(value)


def text(value: str) -> str:
    """Return a text, in quotes where it needs them."""
    if _PLAIN.fullmatch(value) and _reads_as(value, value):
        return value
    return f'"{"".join(_escaped(char) for char in value)}"'


def _escaped(char: str) -> str:
    """Return a character as it stands in double quotes."""
    if char in {'"', "\\"}:
        return f"\\{char}"
    if char.isprintable():
        return char
    if char == "\n":
        return "\\n"
    code = ord(char)
    if code < 0x100:  # noqa: PLR2004 - what two digits hold
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - four


def _reads_as(written: str, value: str) -> bool:
    root = read_document(Source("", f"a: {written}")).root
    return root is not None and root.plain() == {"a": value}


def block(value: Json, indent: int) -> Iterator[str]:
    """Yield the lines of a value, as short as they can be, each indented by so many columns."""
    if isinstance(value, dict) and value:
        yield from entries(value, indent)
    elif isinstance(value, list) and value:
        for item in value:
            first, *rest = block(item, indent + 2)
            yield f"{' ' * indent}- {first.lstrip()}"
            yield from rest
    else:
        yield " " * indent + flow(value)


def call_lines(action: str, args: Json, more: Mapping[str, Json], indent: int) -> Iterator[str]:
    """Yield the lines of a call in a list, with keys beside the action."""
    lead = " " * indent
    line = f"{lead}- {action}: {flow(args)}"
    if not args:
        yield f"{lead}- {action}: {{}}" if more else f"{lead}- {action}"
    elif len(line) <= WIDTH:
        yield line
    else:
        yield f"{lead}- {action}:"
        yield from block(args, indent + 4)
    yield from (f"{lead}  {key}: {flow(value)}" for key, value in more.items())


def entries(value: Mapping[str, Json], indent: int) -> Iterator[str]:
    """Yield the lines of a mapping."""
    for key, item in value.items():
        head = f"{' ' * indent}{text(key)}:"
        if isinstance(item, str) and _is_page(item):
            yield f"{head} |{'' if item.endswith(chr(10)) else '-'}"
            yield from (f"{' ' * (indent + 2)}{line}".rstrip() for line in item.splitlines())
            continue
        line = f"{head} {flow(item)}"
        if len(line) <= WIDTH or not isinstance(item, dict | list) or not item:
            yield line
        else:
            yield head
            yield from block(item, indent + 2)


def _is_page(value: str) -> bool:
    """Whether a text reads best as a block, and comes back from one as it is."""
    lines = value.splitlines()
    if len(lines) < 2 or value.endswith("\n\n") or lines[0][:1] in {" ", ""}:  # noqa: PLR2004 - one line needs no block
        return False
    plain = all(line.isprintable() and line == line.rstrip() for line in lines)
    return plain and "\n".join(lines) == value.removesuffix("\n")
