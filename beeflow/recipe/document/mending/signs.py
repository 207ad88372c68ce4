"""Keys and dashes without their space or colon, and other signs that stand wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.recipe.document.glued import NO_EQUALS, NO_SPACE, glued_signs
from beeflow.recipe.document.mending.guess import Broken, Edit, Guess, Line
from beeflow.recipe.document.mending.words import TOP

if TYPE_CHECKING:
    from collections.abc import Iterator

_DASH: Final = re.compile(r"\s*(?:- )*(-)(?=[A-Za-z\"'{\[])")
_COLON: Final = re.compile(r"\s*(?:- )*[A-Za-z_]\w*([ \t]?:)(?=[^\s:/])")
_NO_COLON: Final = re.compile(r"\s*(?:- )*([A-Za-z_]\w*)(?=\s|$)")
_BARE_ITEM: Final = re.compile(r"\s*(?:- )+([A-Za-z_][\w.]*)\s*$")
_DASH_KEY: Final = re.compile(r"\s*- [A-Za-z_]\w*:(?:\s|$)")
_DASH_AT: Final = re.compile(r"\s*- ")
_BEGINS: Final = re.compile(
    r"\s*- (?:name|if|action|wait|set|for_each|run|stop|choose|parallel|repeat|state|wait_for):"
)
"""An item of the kind that steps are."""

_DASHED: Final = re.compile(r"\s*(-) (- )?")
_KEY: Final = re.compile(r"\s*([A-Za-z_][\w.]*):(?:\s|$)")
_FLOW_COLON: Final = re.compile(r"[{,]\s*([A-Za-z_]\w*)(?=\s+[\"'\[{])")
_EQUALS: Final = re.compile(r"\s*(?:- )*[A-Za-z_]\w*([ \t]*=[ \t]*)(?=[^=\s]|$)")
_ON_LINE: Final = re.compile(r"\s*(?:- )*(?P<key>[a-z_]+):(?P<gap>[ \t]+)(?=[a-z_]+: )")
_HOLDERS: Final = frozenset(
    {
        "trigger",
        "with",
        "match",
        "fetch",
        "inputs",
        "set",
        "state",
        "repeat",
        "retry",
        "wait",
        "wait_for",
        "watch",
        "schedule",
        "throttle",
        "debounce",
        "batch",
        "concurrency",
        "cancel_on",
        "for_events",
        "headers",
        "json",
        "form",
        "query",
        "on",
    }
)
"""Keys whose value is a mapping: what follows them on their line is none other."""
_LIST: Final = re.compile(r"\s*(?:- )*[\w.-]+:(\s+)(- )")
_MOST_ITEMS: Final = 10
_NO_DASH_SPACE: Final = "a `-` that begins an item needs a space"
_STRAY: Final = re.compile(r"^(?:(?:```|~~~|//|\$ ).*|={7}|>{7}.*)(?=\r?$)", re.MULTILINE)
_CONFLICT: Final = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?: .*)?$", re.MULTILINE)


def dashes(broken: Broken) -> Iterator[Guess]:
    """Guess that the space behind a `-` is missing, where what is below stands one too far left."""
    last = broken.source.position(len(broken.source.text)).line
    for line in broken.suspects():
        found = _DASH.match(line.text)
        if found is None or line.text.startswith("---"):
            continue
        edits = [Edit(line.begin + found.end(1), line.begin + found.end(1), " ")]
        for number in range(line.number + 1, last + 1):
            below = broken.line(number)
            if not below.is_blank and below.indent <= found.start(1):
                break
            edits.append(Edit(below.begin, below.begin, " "))
        if len(edits) > 1:
            start = line.begin + found.start(1)
            yield Guess(_NO_DASH_SPACE, start, start + 1, tuple(edits))


def glued(broken: Broken) -> Iterator[Guess]:
    """Guess that keys within { } lack the space behind their `:`."""
    for line in broken.suspects():
        signs = glued_signs(line.text)
        if signs:
            start, end = (line.begin + at for at in signs[0])
            edits = tuple(Edit(line.begin + at, line.begin + to, ": ") for at, to in signs)
            equals = "=" in line.text[slice(*signs[0])]
            yield Guess(NO_EQUALS if equals else NO_SPACE, start, end, edits)


def equals(broken: Broken) -> Iterator[Guess]:
    """Guess that a `=` was meant to be the `:` behind a key."""
    for line in broken.suspects():
        found = _EQUALS.match(line.text)
        if found:
            start, end = (line.begin + at for at in found.span(1))
            yield Guess(NO_EQUALS, start, end, (Edit(start, end, ": "),))


def mappings(broken: Broken) -> Iterator[Guess]:
    """Guess that a mapping begins on the line of its key."""
    for line in broken.suspects():
        found = _ON_LINE.match(line.text)
        if found is None or found["key"] not in _HOLDERS:
            continue
        below = broken.line(line.number + 1)
        column = below.indent if below.indent > line.indent else line.indent + 4
        start, end = (line.begin + at for at in found.span("gap"))
        inside = line.text[found.end() :].strip()
        yield Guess(
            f"the mapping of `{found['key']}` cannot begin on the line of its key",
            end,
            line.begin + len(line.text.rstrip()),
            (Edit(start, end, "\n" + " " * column),),
            f"write {found['key']}: {{{inside}}}, or begin it on a line of its own",
            shown=False,
        )


def spaces(broken: Broken) -> Iterator[Guess]:
    """Guess that the space behind a `-` or `:` is missing."""
    for line in broken.suspects():
        found = _DASH.match(line.text)
        if found and not line.text.startswith("---"):
            yield _inserted(line, found.end(1), " ", _NO_DASH_SPACE, found)
        found = _COLON.match(line.text)
        if found:
            yield _spaced(broken, line, found)


def keys(broken: Broken) -> Iterator[Guess]:
    """Guess that the `:` is missing behind a key that others stand beside, or a bracket follows."""
    for line in broken.suspects():
        bare = _NO_COLON.match(line.text)
        if bare is None or ":" in line.text[: bare.end() + 1]:
            continue
        below = broken.line(line.number + 1)
        value = line.text[bare.end() :].strip()
        beside = below.indent == bare.start(1) and _KEY.match(below.text)
        holds = below.indent > bare.start(1) and _KEY.match(below.text)
        if (value and (beside or value[0] in "{[")) or (not value and holds):
            yield _inserted(line, bare.end(1), ":", f"`{bare[1]}` lacks the `:` of a key", bare)


def extra_dashes(broken: Broken) -> Iterator[Guess]:
    """Guess that a `-` is too many: before a key among others, or beside another."""
    for line in broken.suspects():
        found = _DASHED.match(line.text)
        if found is None:
            continue
        at = line.begin + found.start(1)
        edits = (Edit(at, at + 2, ""),)
        # What is taken away has no place in the mended text; what follows it has.
        end = at + 2 + len(line.text[found.start(1) + 2 :].split(":")[0])
        if found[2]:
            yield Guess("one `-` begins an item, and here are two", at + 2, end, edits)
        elif _is_among_keys(broken, line) or _top(line):
            message = "this line is no item of a list: the lines beside it are keys without a `-`"
            yield Guess(message, at + 2, end, edits)


def _top(line: Line) -> bool:
    """Whether a line without indentation holds a key that stands only at the top of a recipe."""
    return not line.indent and line.text.removeprefix("- ").partition(":")[0] in TOP


def first_dashes(broken: Broken) -> Iterator[Guess]:
    """Guess that the first of several keys has a `-` that none of the others has."""
    for line in broken.suspects():
        if not _KEY.match(line.text):
            continue
        first = next((one for one in broken.above(line.number) if one.indent <= line.indent), None)
        if first is None or first.indent != line.indent or not _DASH_KEY.match(first.text):
            continue
        above = next(broken.above(first.number), None)
        if above is None or above.indent < first.indent:
            at = first.begin + first.indent
            end = at + 2 + len(first.text[first.indent + 2 :].split(":")[0])
            message = "this line is no item of a list: the lines beside it are keys without a `-`"
            yield Guess(message, at + 2, end, (Edit(at, at + 2, ""),))


def _is_among_keys(broken: Broken, line: Line) -> bool:
    """Whether the lines in the column of a `-` are keys of a mapping that this is one of."""
    for count, one in enumerate(broken.above(line.number)):
        if one.indent == line.indent:
            between = [broken.line(at).text for at in range(one.number + 1, line.number)]
            listed = any(_DASH_AT.match(text) for text in between[:1])
            return _KEY.match(one.text) is not None and not listed and not _is_item(broken, line)
        if one.indent < line.indent:
            dash = _DASH_AT.match(one.text)
            return count == 0 and dash is not None and dash.end() == line.indent
    return False


def _is_item(broken: Broken, line: Line) -> bool:
    """Whether a line rather is an item that stands two columns too far right."""
    if not _BEGINS.match(line.text):
        return False
    outer = next((one for one in broken.above(line.number) if one.indent < line.indent), None)
    dash = _DASH_AT.match(outer.text) if outer else None
    return dash is not None and dash.end() == line.indent


def _spaced(broken: Broken, line: Line, found: re.Match[str]) -> Guess:
    """Guess that a line, and those beside it that are like it, lack the space of their `:`."""
    edits = [Edit(line.begin + found.start(1), line.begin + found.end(1), ": ")]
    below = broken.line(line.number + 1)
    while (like := _COLON.match(below.text)) and below.indent == line.indent:
        edits.append(Edit(below.begin + like.start(1), below.begin + like.end(1), ": "))
        below = broken.line(below.number + 1)
    start, end = (line.begin + at for at in found.span(1))
    return Guess(NO_SPACE, start, end, tuple(edits))


def colons(broken: Broken) -> Iterator[Guess]:
    """Guess that the `:` behind a key is missing."""
    for line in broken.suspects():
        for found in _FLOW_COLON.finditer(line.text):
            yield _inserted(line, found.end(1), ":", f"`{found[1]}` lacks the `:` of a key", found)
        bare = _NO_COLON.match(line.text)
        if bare and ":" not in line.text[: bare.end() + 1]:
            yield _inserted(line, bare.end(1), ":", f"`{bare[1]}` lacks the `:` of a key", bare)


def items(broken: Broken) -> Iterator[Guess]:
    """Guess that an item which keys stand below is a key itself, and lacks its `:`."""
    for line in broken.suspects():
        found = _BARE_ITEM.match(line.text)
        below = broken.line(line.number + 1)
        key = _KEY.match(below.text)
        if found is None or key is None or below.indent <= line.indent:
            continue
        end = line.begin + found.end(1)
        edits = [Edit(end, end, ":")]
        # What says when a call is made stands beside it, and all else below it.
        by = below.indent - found.start(1) if key[1] == "at" else 0
        while by > 0 and below.indent > line.indent and not below.is_blank:
            edits.append(Edit(below.begin, below.begin + min(by, below.indent), ""))
            below = broken.line(below.number + 1)
        message = f"`{found[1]}` lacks the `:` of a key"
        yield Guess(message, line.begin + found.start(1), end, tuple(edits))


def _inserted(line: Line, at: int, text: str, message: str, found: re.Match[str]) -> Guess:
    start = line.begin + found.start(1)
    edit = Edit(line.begin + at, line.begin + at, text)
    return Guess(message, start, line.begin + found.end(1), (edit,))


def lists(broken: Broken) -> Iterator[Guess]:
    """Guess that a list begins on the line of its key."""
    for line in broken.suspects():
        found = _LIST.match(line.text)
        if found is None:
            continue
        below = broken.line(line.number + 1)
        deeper = below.text.lstrip().startswith("- ") and below.indent >= line.indent
        column = below.indent if deeper else line.indent + 2
        at = line.begin + found.start(1)
        item = line.begin + found.start(2)
        yield Guess(
            "a list cannot begin on the line of its key",
            item,
            item + 1,
            (Edit(at, item, "\n" + " " * column),),
            f"write {_in_one_line(broken, line, found.end(1))}, or begin it on a line of its own",
            shown=False,
        )


def _in_one_line(broken: Broken, line: Line, start: int) -> str:
    """Return a key with its list in [ ]."""
    items = [line.text[start + 2 :].strip()]
    while len(items) < _MOST_ITEMS:
        below = broken.line(line.number + len(items))
        if not below.text.lstrip().startswith("- ") or below.indent < line.indent:
            break
        items.append(below.text.lstrip()[2:].strip())
    return f"{line.text[:start].strip().removeprefix('- ')} [{', '.join(items)}]"


def ends(broken: Broken) -> Iterator[Guess]:
    """Guess that a line of `...` or `---` stands where the recipe goes on."""
    for line in broken.suspects():
        if line.text.rstrip() == "...":
            edit = Edit(line.begin, line.begin + 3, "#  ")
            message = "`...` ends a YAML document, and more follows"
            yield Guess(
                message, line.begin, line.begin + 3, (edit,), "remove this line", shown=False
            )
        if line.text.startswith("%") and broken.line(line.number + 1).text.startswith("---"):
            edit = Edit(line.begin, line.begin + 1, "#")
            end = line.begin + len(line.text.rstrip())
            message = "this line is an instruction to YAML that is not known"
            yield Guess(message, line.begin, end, (edit,), "remove this line", shown=False)


def strays(broken: Broken) -> Iterator[Guess]:
    """Guess that a line came along where the recipe was copied: a fence, a prompt, half a mark."""
    found = list(_STRAY.finditer(broken.source.text))
    if found:
        edits = tuple(Edit(one.start(), one.start(), "#") for one in found)
        message = "this line is no part of a recipe"
        others = len(found) - 1
        more = f" (nor are {others} others)" if others > 1 else " (nor is another)" * others
        first = found[0]
        mend = "remove this line"
        yield Guess(message + more, first.start(), first.end(), edits, mend, shown=False)


def conflicts(broken: Broken) -> Iterator[Guess]:
    """Guess that git left the marks of two changes that collide; the first is read on."""
    text = broken.source.text
    marks = list(_CONFLICT.finditer(text))
    if not marks or not marks[0][0].startswith("<"):
        return
    edits = []
    inside = False
    for number in range(1, broken.source.position(len(text)).line + 1):
        line = broken.line(number)
        mark = line.text[:7] if _CONFLICT.match(line.text) else ""
        inside = inside and mark[:1] != ">"
        if mark or inside:
            edits.append(Edit(line.begin, line.begin, "#"))
        inside = inside or mark[:1] in {"=", "|"}
    yield Guess(
        "git left a mark here: two changes collide, and both stand in the file",
        marks[0].start(),
        marks[0].end(),
        tuple(edits),
        "keep one of the two, and remove the lines with <<<<<<<, ======= and >>>>>>>",
        shown=False,
    )
