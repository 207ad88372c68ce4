# ruff: noqa: D401 - these docstrings are the reference: they say what comes out
"""Filters on text."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING

import re2
from jinja2.filters import do_title, do_truncate, do_urlencode, do_wordcount, do_wordwrap

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.arguments import as_int, as_items, as_short_text, as_text
from beeflow.recipe.templates.registry import Example, register
from beeflow.recipe.templates.tokens import ENVIRONMENT
from beeflow.recipe.templates.values import describe, json_text, text_of

if TYPE_CHECKING:
    from beeflow.recipe.templates.limits import Frame

_MARKUP = re2.compile(r"(?s)<!--.*?-->|<[^>]*>")
_MASKED = "***"
_THOUSAND = 1000


@register("filter", "upper", Example("'live' | upper", '"LIVE"'))
def upper(frame: Frame, value: object) -> str:
    """The text in capital letters."""
    return as_text(frame, value).upper()


@register("filter", "lower", Example("'LIVE' | lower", '"live"'))
def lower(frame: Frame, value: object) -> str:
    """The text in small letters."""
    return as_text(frame, value).lower()


@register("filter", "capitalize", Example("'going live' | capitalize", '"Going live"'))
def capitalize(frame: Frame, value: object) -> str:
    """The first letter large, all others small."""
    return as_text(frame, value).capitalize()


@register("filter", "title", Example("'going live' | title", '"Going Live"'))
def title(frame: Frame, value: object) -> str:
    """The first letter of each word large."""
    return do_title(as_short_text(frame, value))


@register("filter", "trim", Example("'  live ' | trim", '"live"'))
def trim(frame: Frame, value: object, chars: object = None) -> str:
    """The text without blanks, or without `chars`, at both ends."""
    return as_text(frame, value).strip(None if chars is None else as_text(frame, chars)[:100])


@register("filter", "replace", Example("'a-b-c' | replace('-', '+')", '"a+b+c"'))
def replace(frame: Frame, value: object, old: object, new: object, count: object = None) -> str:
    """The text with `old` replaced by `new`, the first `count` times or everywhere."""
    text, before, after = as_text(frame, value), as_text(frame, old), as_text(frame, new)
    most = -1 if count is None else as_int(count, "count")
    times = text.count(before)
    if most >= 0:
        times = min(times, most)
    frame.allow_text(len(text) + times * max(len(after) - len(before), 0))
    return text.replace(before, after, most)


@register("filter", "truncate", Example("'a long text' | truncate(8)", '"a..."'))
def truncate(
    frame: Frame,
    value: object,
    length: object = 255,
    killwords: object = False,
    end: object = "...",
) -> str:
    """The text cut to `length` characters with `end`; words stay whole but with `killwords`."""
    tail = as_text(frame, end)
    most = as_int(length, "length", len(tail))
    return do_truncate(ENVIRONMENT, as_text(frame, value), most, bool(killwords), tail, 0)


@register("filter", "center", Example("'live' | center(8)", '"  live  "'))
def center(frame: Frame, value: object, width: object = 80) -> str:
    """The text in the middle of `width` characters."""
    text, size = as_text(frame, value), as_int(width, "width", most=10**30)
    frame.allow_text(max(size, len(text)))
    return text.center(size)


@register("filter", "indent", Example("'a\\nb' | indent(2)", '"a\\n  b"'))
def indent(
    frame: Frame, value: object, width: object = 4, first: object = False, blank: object = False
) -> str:
    """Each line but the first moved in by `width` blanks, or by a text.

    With `first` the first line too, with `blank` also empty ones.
    """
    text = as_text(frame, value)
    if isinstance(width, str):
        space = width
    else:
        size = as_int(width, "width", most=10**30)
        frame.allow_text(size)
        space = " " * size
    frame.allow_items(text.count("\n"))
    frame.allow_text(len(text) + (text.count("\n") + 1) * len(space))
    lines = text.split("\n")
    head = [lines[0] if not first else space + lines[0]]
    return "\n".join(head + [space + line if line or blank else line for line in lines[1:]])


@register("filter", "wordwrap", Example("'one two' | wordwrap(4)", '"one\\ntwo"'))
def wordwrap(frame: Frame, value: object, width: object = 79) -> str:
    """The text with lines of at most `width` characters."""
    size = as_int(width, "width", 1)
    return do_wordwrap(ENVIRONMENT, as_short_text(frame, value), size)


@register("filter", "wordcount", Example("'one two' | wordcount", "2"))
def wordcount(frame: Frame, value: object) -> int:
    """How many words the text has."""
    return do_wordcount(as_short_text(frame, value))


@register("filter", "striptags", Example("'<b>Hi</b> all' | striptags", '"Hi all"'))
def striptags(frame: Frame, value: object) -> str:
    """The text without HTML tags and comments, and with blanks joined."""
    bare: str = _MARKUP.sub("", as_short_text(frame, value))
    return html.unescape(" ".join(bare.split()))


@register("filter", "escape", Example("'a < b' | escape", '"a &lt; b"', ("e",)))
def escape(frame: Frame, value: object) -> str:
    """The text with the signs that mean something in HTML written out."""
    text = as_text(frame, value)
    frame.allow_text(len(text) * 6)
    return html.escape(text)


@register("filter", "urlencode", Example("'a b&c' | urlencode", '"a%20b%26c"'))
def urlencode(frame: Frame, value: object) -> str:
    """The text for use in a URL; of a mapping, the query that it makes."""
    if isinstance(value, Mapping):
        pairs = [f"{_quoted(frame, key)}={_quoted(frame, item)}" for key, item in value.items()]
        return "&".join(pairs)
    return _quoted(frame, value)


def _quoted(frame: Frame, value: object) -> str:
    return do_urlencode(as_short_text(frame, value))


@register("filter", "join", Example("['a', 'b'] | join(', ')", '"a, b"'))
def join(frame: Frame, value: object, d: object = "") -> str:
    """The items of a list as one text, with `d` between them."""
    between = as_text(frame, d)
    parts: list[str] = []
    size = 0
    for item in as_items(frame, value):
        parts.append(text_of(frame, item))
        size += len(parts[-1]) + len(between)
        if size > frame.limits.text:
            break
    frame.allow_text(size)
    return between.join(parts)


@register("filter", "string", Example("12 | string", '"12"'))
def string(frame: Frame, value: object) -> str:
    """The value as text, the way it is written within a template."""
    return text_of(frame, value)


@register("filter", "json", Example("{'a': [1, true]} | json", '"{\\"a\\": [1, true]}"'))
def json(frame: Frame, value: object) -> str:
    """The value written as JSON."""
    return json_text(frame, value)


@register("filter", "mask", Example("'4111-1111' | mask(4)", '"***1111"'))
def mask(frame: Frame, value: object, keep: object = 0) -> str:
    """`***` in place of the text; its last `keep` characters stay if that is under half of it."""
    text, kept = as_text(frame, value), as_int(keep, "keep")
    if 0 < kept * 2 <= len(text):
        return _MASKED + text[-kept:]
    return _MASKED


@register("filter", "filesizeformat", Example("1300000 | filesizeformat", '"1.3 MB"'))
def filesizeformat(_: Frame, value: object) -> str:
    """A number of bytes, readable."""
    if not isinstance(value, int | float):
        raise ExpressionError(f"this takes a number of bytes, not {describe(value)}")
    size = float(value)
    if abs(size) < _THOUSAND:
        return f"{int(size)} bytes"
    for unit in ("kB", "MB", "GB", "TB"):
        size /= _THOUSAND
        if abs(size) < _THOUSAND:
            return f"{size:.1f} {unit}"
    return f"{size / _THOUSAND:.1f} PB"
