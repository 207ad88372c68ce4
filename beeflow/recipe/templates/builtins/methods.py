# ruff: noqa: D401 - these docstrings are the reference: they say what comes out
"""Methods, written with a dot and brackets: `name.startswith('a')`. By the kind of value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.access import field
from beeflow.recipe.templates.arguments import as_int, as_items, as_text
from beeflow.recipe.templates.builtins import text as filters
from beeflow.recipe.templates.builtins.sequences import items_of
from beeflow.recipe.templates.operators import equal
from beeflow.recipe.templates.registry import Example, method
from beeflow.recipe.templates.values import UNDEFINED, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from beeflow.recipe.templates.limits import Frame


# --- text ------------------------------------------------------------------------------------


def _affixes(frame: Frame, value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(as_text(frame, item) for item in as_items(frame, value))
    return (as_text(frame, value),)


@method("text", "startswith", Example("'live now'.startswith('live')", "true"))
def startswith(frame: Frame, value: str, prefix: object) -> bool:
    """Whether the text begins with `prefix`, or with one of a list."""
    return value.startswith(_affixes(frame, prefix))


@method("text", "endswith", Example("'talk.mp4'.endswith(['.mov', '.mp4'])", "true"))
def endswith(frame: Frame, value: str, suffix: object) -> bool:
    """Whether the text ends with `suffix`, or with one of a list."""
    return value.endswith(_affixes(frame, suffix))


@method("text", "removeprefix", Example("'[test] Talk'.removeprefix('[test] ')", '"Talk"'))
def removeprefix(frame: Frame, value: str, prefix: object) -> str:
    """The text without `prefix` at its beginning."""
    return value.removeprefix(as_text(frame, prefix))


@method("text", "removesuffix", Example("'talk.mp4'.removesuffix('.mp4')", '"talk"'))
def removesuffix(frame: Frame, value: str, suffix: object) -> str:
    """The text without `suffix` at its end."""
    return value.removesuffix(as_text(frame, suffix))


def _stripper(
    name: str, shown: str, operation: Callable[[str, str | None], str], what: str
) -> None:
    def strip(frame: Frame, value: str, chars: object = None) -> str:
        return operation(value, None if chars is None else as_text(frame, chars)[:100])

    strip.__doc__ = what
    method("text", name, Example(f"' a '.{name}()", shown))(strip)


_stripper("strip", '"a"', str.strip, "The text without blanks, or `chars`, at both ends.")
_stripper("lstrip", '"a "', str.lstrip, "The text without blanks, or `chars`, at its beginning.")
_stripper("rstrip", '" a"', str.rstrip, "The text without blanks, or `chars`, at its end.")


def _turner(name: str, shown: str, operation: Callable[[str], object], what: str) -> None:
    def turn(frame: Frame, value: str) -> object:
        frame.charge(len(value) >> 3)
        return operation(value)

    turn.__doc__ = what
    method("text", name, Example(f"'go Live'.{name}()", shown))(turn)


_turner("upper", '"GO LIVE"', str.upper, "The text in capital letters.")
_turner("lower", '"go live"', str.lower, "The text in small letters.")
_turner("title", '"Go Live"', str.title, "The first letter of each word large.")
_turner("capitalize", '"Go live"', str.capitalize, "The first letter large, all others small.")
_turner("isdigit", "false", str.isdigit, "Whether the text is digits only.")
_turner("isalpha", "false", str.isalpha, "Whether the text is letters only.")
_turner("isalnum", "false", str.isalnum, "Whether the text is letters and digits only.")
_turner("isspace", "false", str.isspace, "Whether the text is blanks only.")


@method("text", "replace", Example("'a-b'.replace('-', '+')", '"a+b"'))
def replace(frame: Frame, value: str, old: object, new: object, count: object = None) -> str:
    """The text with `old` replaced by `new`, the first `count` times or everywhere."""
    return filters.replace(frame, value, old, new, count)


@method("text", "split", Example("'a,b,c'.split(',')", '["a", "b", "c"]'))
def split(frame: Frame, value: str, sep: object = None, maxsplit: object = -1) -> list[str]:
    """The parts of the text between `sep`, or between blanks; at most `maxsplit` cuts."""
    return _split(frame, value, sep, maxsplit, str.split)


@method("text", "rsplit", Example("'a,b,c'.rsplit(',', 1)", '["a,b", "c"]'))
def rsplit(frame: Frame, value: str, sep: object = None, maxsplit: object = -1) -> list[str]:
    """As `split`, but the cuts are made from the end."""
    return _split(frame, value, sep, maxsplit, str.rsplit)


def _split(
    frame: Frame,
    value: str,
    sep: object,
    maxsplit: object,
    operation: Callable[[str, str | None, int], list[str]],
) -> list[str]:
    between = None if sep is None else as_text(frame, sep)
    if not between and between is not None:
        raise ExpressionError("the text to cut at is empty")
    bound = frame.limits.items
    most = as_int(maxsplit, "maxsplit", -1)
    parts = operation(value, between, bound if most < 0 else min(most, bound))
    frame.allow_items(len(parts))
    frame.allow_text(len(value))
    return parts


@method("text", "splitlines", Example("'a\\nb'.splitlines()", '["a", "b"]'))
def splitlines(frame: Frame, value: str) -> list[str]:
    """The lines of the text."""
    frame.allow_items(len(value) if len(value) < frame.limits.items else value.count("\n"))
    lines = value.replace("\r\n", "\n").split("\n")
    return lines[:-1] if not lines[-1] else lines


@method("text", "find", Example("'a live talk'.find('live')", "2"))
def find(frame: Frame, value: str, sub: object) -> int:
    """Where `sub` begins in the text, from 0; -1 where it is not in it."""
    frame.charge(len(value) >> 6)
    return value.find(as_text(frame, sub))


@method("text", "count", Example("'banana'.count('an')", "2"))
def count(frame: Frame, value: str, sub: object) -> int:
    """How often `sub` is in the text."""
    frame.charge(len(value) >> 6)
    return value.count(as_text(frame, sub))


@method("text", "join", Example("', '.join(['a', 'b'])", '"a, b"'))
def join(frame: Frame, value: str, items: object) -> str:
    """The items of a list as one text, with this text between them."""
    return filters.join(frame, items, value)


# --- mappings, lists, stores -----------------------------------------------------------------


@method("mapping", "get", Example("{'a': 1}.get('b', 0)", "0"))
def get(_: Frame, value: Mapping[object, object], key: object, default: object = None) -> object:
    """The value under `key`, or `default`."""
    return value.get(key, default) if isinstance(key, str | int | float | None) else default


@method("mapping", "keys", Example("{'a': 1}.keys()", '["a"]'))
def keys(frame: Frame, value: Mapping[object, object]) -> list[object]:
    """The keys."""
    return list(as_items(frame, value))


@method("mapping", "values", Example("{'a': 1}.values()", "[1]"))
def values(frame: Frame, value: Mapping[object, object]) -> list[object]:
    """The values."""
    frame.allow_items(len(value))
    return list(value.values())


@method("mapping", "items", Example("{'a': 1}.items()", '[["a", 1]]'))
def items(frame: Frame, value: object) -> list[object]:
    """The keys with their values, as pairs."""
    return items_of(frame, value)


@method("list", "index", Example("['a', 'b'].index('b')", "1"))
def index(frame: Frame, value: list[object], item: object) -> int:
    """Where `item` is in the list, from 0; an error where it is not in it."""
    for place, other in enumerate(as_items(frame, value)):
        if equal(frame, item, other):
            return place
    raise ExpressionError(f"{describe(item)} is not in the list", suggestion="ask with `in` first")


@method("list", "count", Example("[1, 2, 1].count(1)", "2"))
def count_items(frame: Frame, value: list[object], item: object) -> int:
    """How often `item` is in the list."""
    return sum(1 for other in as_items(frame, value) if equal(frame, item, other))


@method("accessible", "get", Example("state.get('sent', 0)", "0"))
def lookup(frame: Frame, value: object, key: object, default: object = None) -> object:
    """The value kept under `key`, or `default`."""
    found = field(value, as_text(frame, key))
    return default if found is UNDEFINED else found


# --- times -----------------------------------------------------------------------------------


@method("time", "timestamp", Example("('2026-12-01' | datetime).timestamp()", "1796083200.0"))
def timestamp(_: Frame, value: datetime) -> float:
    """Unix seconds."""
    return value.timestamp()


@method("time", "isoformat", Example("(0 | datetime).isoformat()", '"1970-01-01T00:00:00+00:00"'))
def isoformat(_: Frame, value: datetime) -> str:
    """The time as ISO 8601."""
    return value.isoformat()


@method("time", "weekday", Example("('2026-12-01' | datetime).weekday()", "1"))
def weekday(_: Frame, value: datetime) -> int:
    """The day of the week, Monday is 0. The filter `weekday` asks for Monday to Friday."""
    return value.weekday()


@method("time", "isoweekday", Example("('2026-12-01' | datetime).isoweekday()", "2"))
def isoweekday(_: Frame, value: datetime) -> int:
    """The day of the week, Monday is 1."""
    return value.isoweekday()
