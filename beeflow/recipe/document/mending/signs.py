"""Keys and dashes without their space or colon, and other signs that stand wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.recipe.document.mending.guess import Broken, Edit, Guess, Line

if TYPE_CHECKING:
    from collections.abc import Iterator

_DASH: Final = re.compile(r"\s*(?:- )*(-)(?=[A-Za-z\"'{\[])")
_COLON: Final = re.compile(r"\s*(?:- )*[A-Za-z_]\w*(:)(?=[^\s:/])")
_NO_COLON: Final = re.compile(r"\s*(?:- )*([A-Za-z_]\w*)(?=\s|$)")
_FLOW_COLON: Final = re.compile(r"[{,]\s*([A-Za-z_]\w*)(?=\s+[\"'\[{])")
_LIST: Final = re.compile(r"\s*(?:- )*[\w.-]+:(\s+)(- )")
_MOST_ITEMS: Final = 10
_NO_SPACE: Final = "a `-` that begins an item needs a space"
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
            yield Guess(_NO_SPACE, start, start + 1, tuple(edits))


def spaces(broken: Broken) -> Iterator[Guess]:
    """Guess that the space behind a `-` or `:` is missing."""
    for line in broken.suspects():
        found = _DASH.match(line.text)
        if found and not line.text.startswith("---"):
            yield _inserted(line, found.end(1), " ", _NO_SPACE, found)
        found = _COLON.match(line.text)
        if found:
            yield _inserted(line, found.end(1), " ", "a `:` behind a key needs a space", found)


def colons(broken: Broken) -> Iterator[Guess]:
    """Guess that the `:` behind a key is missing."""
    for line in broken.suspects():
        for found in _FLOW_COLON.finditer(line.text):
            yield _inserted(line, found.end(1), ":", f"`{found[1]}` lacks the `:` of a key", found)
        bare = _NO_COLON.match(line.text)
        if bare and ":" not in line.text[: bare.end() + 1]:
            yield _inserted(line, bare.end(1), ":", f"`{bare[1]}` lacks the `:` of a key", bare)


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
