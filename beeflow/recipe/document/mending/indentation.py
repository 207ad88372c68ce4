"""Lines that begin in the wrong column, or with white space that is none to YAML."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from beeflow.recipe.document.mending.guess import Broken, Edit, Guess, Line
from beeflow.recipe.document.mending.words import TOP, WORDS
from beeflow.recipe.document.unseen import DASHES

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK: Final = re.compile(r"(?::|^\s*-|-\s)\s*[|>][+\-0-9]*\s*(?:#.*)?$")
_ENTRY: Final = re.compile(r"\s*(?:- )*[\w.\"'-]+:(?:\s|$)|\s*- ")
_GLUED: Final = re.compile(r"\s*[a-z_]+[ \t]*[:=](?=\S)")
_DASHES: Final = re.compile(r"\s*((?:-\s+)*)")
_SPACES: Final = {
    "\u00a0": "a no-break space",
    "\u3000": "a wide space",
    "\u2003": "a wide space",
    "\u2009": "a thin space",
    "\u202f": "a no-break space",
}
_BREAKS: Final = "\u2028\u2029\x85"
_BELOW: Final = "none of the lines below"
_WIDEST: Final = 40


def tabs(broken: Broken) -> Iterator[Guess]:
    """Guess that tabs indent a line; the others like it are mended with it."""
    for line in broken.suspects():
        lead = re.match(r"[ \t]*(?:-[ \t]*)*", line.text)
        if lead is None or "\t" not in lead[0]:
            continue
        start = line.begin + lead[0].index("\t")
        end = start + len(lead[0][lead[0].index("\t") :]) - len(lead[0][lead[0].rindex("\t") + 1 :])
        others = [one for one in _following(broken, line) if "\t" in one.text[: one.indent]]
        more = f" (so do {len(others)} lines below it)" if len(others) > 1 else ""
        more = " (so does a line below it)" if len(others) == 1 else more
        message = f"a tab indents this line, and YAML takes only spaces{more}"
        wanted = _wanted(broken, line)
        count = line.text[: line.indent].count("\t")
        for width in sorted((4, 2, 8, 6, 3, 1), key=lambda one: one * count != wanted):
            edits = [edit for one in (line, *others) for edit in _untabbed(one, width)]
            spaces = len(line.text[: line.indent].replace("\t", " " * width))
            help_ = (
                f"put {spaces} spaces before it: write" if spaces else "put a space there: write"
            )
            yield Guess(message, start, end, tuple(edits), help_)


def _wanted(broken: Broken, line: Line) -> int:
    """Return the column where a line would begin, going by the line below it."""
    below = broken.line(line.number + 1)
    deeper = 2 if line.text.rstrip().endswith(":") else 0
    return 0 if "\t" in below.text[: below.indent] else below.indent - deeper


def _untabbed(line: Line, width: int) -> Iterator[Edit]:
    lead = re.match(r"[ \t]*(?:-[ \t]*)*", line.text)
    for found in re.finditer("\t", lead[0] if lead else ""):
        at = line.begin + found.start()
        after_dash = line.text[: found.start()].rstrip(" \t").endswith("-")
        yield Edit(at, at + 1, " " if after_dash else " " * width)


def odd_spaces(broken: Broken) -> Iterator[Guess]:
    """Guess that a space, or the end of a line, is one that only looks like it."""
    for line in broken.suspects():
        found = [(at, char) for at, char in enumerate(line.text) if char in _SPACES]
        breaks = [at for at, char in enumerate(line.text) if char in _BREAKS]
        if breaks:
            at = line.begin + breaks[0]
            edits = tuple(Edit(line.begin + one, line.begin + one + 1, " ") for one in breaks)
            code = ord(line.text[breaks[0]])
            message = f"the character U+{code:04X} here ends a line, which no editor shows"
            yield Guess(message, at, at + 1, edits, "write a space, or really begin a new line:")
        if found:
            yield _spaced(broken, line, *found[0])


def _spaced(broken: Broken, line: Line, at: int, char: str) -> Guess:
    """Guess that the odd spaces of a line are plain ones, and those that indent other lines."""
    new = "" if next(broken.above(line.number), None) is None and at < line.indent else " "
    edits = [_space(line, place, new) for place, one in enumerate(line.text) if one in _SPACES]
    last = broken.source.position(len(broken.source.text)).line
    others = 0
    for number in range(1, last + 1):
        one = broken.line(number)
        lead = [place for place, space in enumerate(one.text[: one.indent]) if space in _SPACES]
        if lead and number != line.number:
            others += 1
            edits.extend(_space(one, place) for place in lead)
    more = f" (nor in {others} other lines)" if others else ""
    message = f"{_SPACES[char]} (U+{ord(char):04X}) is no space to YAML{more}"
    start = line.begin + (at if new else line.indent)
    return Guess(message, start, start + 1, tuple(edits), "type plain spaces: write")


def _space(line: Line, place: int, new: str = " ") -> Edit:
    return Edit(line.begin + place, line.begin + place + 1, new)


def blocks(broken: Broken) -> Iterator[Guess]:
    """Guess that the lines of a text below `|` or `>` are not indented far enough."""
    for line in broken.suspects():
        yield from _without_sign(broken, line)
        head = _head(broken, line)
        if head is None:
            continue
        inside = broken.line(head.number + 1)
        wanted = inside.indent if inside.indent > _key(head) else _key(head) + 2
        run = [line]
        while len(run) < _WIDEST:
            below = broken.line(run[-1].number + 1)
            if below.is_blank or below.indent >= wanted or _ENTRY.match(below.text):
                break
            run.append(below)
        edits = tuple(Edit(one.begin, one.begin, " " * (wanted - one.indent)) for one in run)
        start = line.begin + line.indent
        yield Guess(
            f"the text below `{head.text.strip()}` must be indented further than its key",
            start,
            line.begin + len(line.text.rstrip()),
            edits,
            f"begin each of its lines with {wanted} spaces: write",
        )


def _without_sign(broken: Broken, line: Line) -> Iterator[Guess]:
    """Guess that the lines below a key are a text, and its `|` is missing."""
    head = next((one for one in broken.above(line.number) if one.indent < line.indent), None)
    if head is None or not head.text.rstrip().endswith(":"):
        return
    first = broken.line(head.number + 1)
    if first.is_blank or _ENTRY.match(first.text) or _GLUED.match(first.text):
        return
    if first.text.lstrip()[:1] in DASHES:
        return
    at = head.begin + len(head.text.rstrip())
    start = first.begin + first.indent
    message = "a text of several lines needs a `|` behind its key"
    edit = Edit(at, at, " |")
    yield Guess(message, start, first.begin + len(first.text.rstrip()), (edit,))


def _head(broken: Broken, line: Line) -> Line | None:
    """Return the key whose text a line may belong to: nothing else begins in between."""
    for one in broken.above(line.number):
        if _BLOCK.search(one.text):
            return one if line.indent >= _key(one) - 2 else None
        if one.indent <= line.indent and _ENTRY.match(one.text):
            return None
    return None


def slips(broken: Broken) -> Iterator[Guess]:
    """Guess that a line, with what is indented below it, begins in the wrong column."""
    for line in broken.suspects():
        if line.is_blank:
            continue
        yield from _root(broken, line)
        if _is_between(broken, line):
            yield from _above(broken, line)
        yield from _beside(broken, line)
        yield from _first(broken, line)
        for column, like in _columns(broken, line):
            if column != line.indent:
                inside = list(_inside(broken, line, column))
                if inside and inside[0].indent == column + _key(line) - line.indent:
                    yield _moved(line, [line], column, like)
                yield _moved(line, [line, *inside], column, like)
        yield from _above(broken, line)


def _is_between(broken: Broken, line: Line) -> bool:
    """Whether the line above stands further left than this one and the one above both."""
    above = list(islice(broken.above(line.number), 2))
    if len(above) < 2 or (above[0].indent == 0 and _word(above[0]) in WORDS):  # noqa: PLR2004 - a pair
        return False
    return above[0].indent < line.indent == _key(above[1])


def _word(line: Line) -> str:
    """Return the key of a line."""
    return line.text[_key(line) :].partition(":")[0].strip()


def _first(broken: Broken, line: Line) -> Iterator[Guess]:
    """Guess that the first of the lines like this one begins in the wrong column."""
    run: list[Line] = []
    outer = 0
    for one in broken.above(line.number):
        if one.indent <= line.indent:
            outer = one.indent
            break
        run.append(one)
    even = (line.indent - outer) % 2 == 0
    if not run or not even or (run[-1].indent - outer) % 2 == 0:
        return
    first, inside = run[-1], run[:-1]
    like = "like the lines below it"
    deeper = [one for one in inside if one.indent - _key(first) + first.indent <= line.indent]
    if not deeper:
        yield _moved(first, [first], line.indent, like, _BELOW)
    yield _moved(first, [first, *inside], line.indent, like, _BELOW)


def _above(broken: Broken, line: Line) -> Iterator[Guess]:
    """Guess that not this line is wrong, but the one above it."""
    above = next(broken.above(line.number), None)
    if above is not None and (by := line.indent - _key(above)) and above.indent + by >= 0:
        yield _moved(above, [above], above.indent + by, "like the lines below it", _BELOW)


def _beside(broken: Broken, line: Line) -> Iterator[Guess]:
    """Guess that the lines above this one stand beside the key that they belong below."""
    run: list[Line] = []
    for one in broken.above(line.number):
        if run and one.indent == run[0].indent and one.text.rstrip().endswith(":"):
            yield _moved(run[-1], run, line.indent, "below the line above it", _BELOW)
        if one.indent >= line.indent or (run and one.indent != run[0].indent):
            return
        run.append(one)


def _inside(broken: Broken, line: Line, column: int) -> Iterator[Line]:
    """Yield the lines that belong below a line that should begin in `column`."""
    for one in _following(broken, line):
        if one.indent <= max(line.indent, column):
            return
        yield one


def _moved(
    line: Line, block: list[Line], column: int, like: str, fits: str = "none of the lines above"
) -> Guess:
    by = column - line.indent
    edits = []
    for one in block:
        if by > 0:
            edits.append(Edit(one.begin, one.begin, " " * by))
        else:
            edits.append(Edit(one.begin, one.begin - by, ""))
    start = line.begin + line.indent
    word = re.match(r"[^\s:]+:?", line.text[line.indent :])
    end = start + len(word[0] if word else line.text[line.indent :])
    message = f"this line is indented by {line.indent}, which fits {fits} it"
    help_ = f"indent it by {column}, {like}: write"
    return Guess(message, start, end, tuple(edits), help_, moves=True)


def _root(broken: Broken, line: Line) -> Iterator[Guess]:
    """Guess that all lines above a line are indented, and should not be."""
    lines = [broken.line(number) for number in range(1, line.number)]
    first = next((one for one in lines if not one.is_blank), None)
    if first is None or not first.indent or line.indent:
        return
    if all(one.is_blank or one.indent >= first.indent for one in lines):
        yield _moved(first, [one for one in lines if not one.is_blank], 0, "like the keys below it")


def _columns(broken: Broken, line: Line) -> list[tuple[int, str]]:
    """Return the columns where a line may begin, the nearest first, and what begins there."""
    dashed = line.text.lstrip().startswith("- ")
    found: dict[int, str] = {}
    least = _WIDEST * 10
    for count, one in enumerate(broken.above(line.number)):
        if one.indent > least or count > _WIDEST:
            continue
        key = _key(one)
        if count == 0 and one.text.rstrip().endswith(":"):
            found.setdefault(key + 2, "below the line above it")
        word = one.text[key:].split(":")[0].strip()
        if dashed and key > one.indent:
            found.setdefault(one.indent, "like the `-` above it")
        elif not dashed:
            found.setdefault(key, f"like `{word[:30]}` above it")
        least = min(least, one.indent)
    word = line.text.strip().partition(":")[0]
    ordered = list(found.items())
    return sorted(ordered, key=lambda one: (one[0] * (word in TOP), abs(one[0] - line.indent)))


def _key(line: Line) -> int:
    """Return the column (from 0) where a line's key begins, behind its dashes."""
    dashes = _DASHES.match(line.text)
    return dashes.end() if dashes else line.indent


def _following(broken: Broken, line: Line) -> list[Line]:
    """Return the lines below a line, up to where something else begins."""
    found: list[Line] = []
    number = line.number + 1
    last = broken.source.position(len(broken.source.text)).line
    while number <= last and len(found) < _WIDEST * 10:
        one = broken.line(number)
        number += 1
        if one.is_blank:
            continue
        if one.indent <= line.indent and "\t" not in one.text[: one.indent]:
            break
        found.append(one)
    return found
