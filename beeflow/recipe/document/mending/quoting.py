"""Values that need quotes, or have them in the wrong places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from beeflow.recipe.document.mending.guess import Broken, Edit, Guess, Line
from beeflow.recipe.document.mending.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRY: Final = re.compile(
    r"""(?P<indent>\s*)(?P<dashes>(?:-[ \t]+)*)"""
    r"""(?:(?P<key>[\w.-]+|"[^"]*"|'[^']*')[ \t]*:(?:[ \t]+|$))?(?P<value>.*?)\s*$"""
)
"""A line of a block: its indentation, the dashes of lists, a key, and the value."""

_COMMENT: Final = re.compile(r"(?:\s{2,}#|\s#\s).*$")
_EXPRESSIONS: Final = frozenset({"if", "when", "until", "for_each", "once", "items", "key"})
_BLOCK_SIGN: Final = re.compile(r"[|>][+\-0-9]*")
_MARKS: Final = "*&!@`%|>?#"
_CURLY: Final = "\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb"
"""Quotes as word processors write them, which are none to YAML."""

_CLOSING: Final = {"{": "}", "[": "]"}
_BRACKET: Final = re.compile(r"[\[{]")
_CLOSED: Final = re.compile(
    r"""[\[{](?:[^\[\]{}"']|"[^"]*"|'[^']*'|[\[{](?:[^\[\]{}"']|"[^"]*"|'[^']*')*[\]}])*[\]}]"""
)
"""A bracket to where it is closed, with one more pair in it."""

_KEY_ALONE: Final = re.compile(r"""\w+\s+["'\[{]""")
"""A key without its colon, and its value."""

_OPERATOR: Final = re.compile(r"\s+(?:[=!<>]=|[|~<>+]|(?:in|not|is|and|or)\b)")

_ATOMS: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")


class Slot(NamedTuple):
    """Where a value stands in a line, from its first to one past its last character."""

    start: int
    end: int
    within: bool = False
    """Whether it stands within { } or [ ], where brackets, too, need quotes."""


def unquoted(broken: Broken) -> Iterator[Guess]:
    """Guess that a value lacks quotes, or that its quotes close too early."""
    for line in broken.suspects():
        found = [slot for slot in slots(line.text) if _reason(_of(line, slot), slot.within)]
        yield from _ended_by_colon(line)
        for slot in found:
            yield _quoted(line, [slot])
        if len(found) > 1:
            yield _quoted(line, found)
        yield from _over_lines(broken, line)


def _ended_by_colon(line: Line) -> Iterator[Guess]:
    """Guess that an expression ends with a `:`, as it would in a program."""
    entry = _entry(line.text)
    value = entry["value"]
    if entry["key"] in _EXPRESSIONS and value.endswith(":") and ": " not in value:
        end = line.begin + entry.end("value")
        message = "an expression takes no `:` at its end"
        yield Guess(message, end - 1, end, (Edit(end - 1, end, " "),))


def unclosed(broken: Broken) -> Iterator[Guess]:
    """Guess that a quote is not closed; what it swallowed may reach over many lines."""
    lines = [*broken.suspects(), *_above(broken, 60)]
    for line in {line.number: line for line in lines}.values():
        for slot in slots(line.text):
            value = line.text[slot.start :].rstrip()
            if value[:1] not in {'"', "'"} or _closing(value) is not None:
                continue
            at = line.begin + slot.start
            for end in dict.fromkeys(_ends(value)):
                closing = Edit(at + end, at + end, value[0])
                yield Guess(
                    "the text that begins here is never closed",
                    at,
                    at + end,
                    (closing,),
                    "add the closing quote: write",
                    early=True,
                )


def escapes(broken: Broken) -> Iterator[Guess]:
    """Guess that a backslash in double quotes was meant as one."""
    for line in broken.suspects():
        for slot in slots(line.text):
            value = line.text[slot.start : slot.end]
            if value.startswith('"') and "\\" in value and _closing(value) == len(value) - 1:
                at = line.begin + slot.start
                backslashes = (found.start() for found in re.finditer(r"\\", value))
                edits = [Edit(at + one, at + one, "\\") for one in backslashes]
                if "'" not in value:
                    last = at + len(value)
                    edits = [Edit(at, at + 1, "'"), Edit(last - 1, last, "'")]
                yield Guess(
                    "a backslash in double quotes begins an escape, and this one does not exist",
                    broken.place if at < broken.place < at + len(value) else at,
                    at + len(value),
                    tuple(edits),
                    "use single quotes, or write the backslash twice: write",
                )


def slots(text: str) -> Iterator[Slot]:
    """Yield the values of a line: that of a block, and those within its { } and [ ]."""
    entry = _entry(text)
    if not entry["value"]:
        return
    start, end = entry.span("value")
    if text[start] in "{[" and not _ATOMS.match(text, start):
        closed = _CLOSED.match(text, start, end)
        if closed and _OPERATOR.match(text, closed.end(), end):
            yield Slot(start, end)
            return
        yield from _flow(text, start, end)
        return
    comment = _COMMENT.search(text, start)
    stop = comment.start() if comment else end
    if text[start:stop].endswith((",", "}", "]")) and not _is_template_end(text[start:stop]):
        # The line may stand within { } or [ ] that were opened above it.
        yield from _flow("{" + text, start, stop, shift=1)
    if text[start:stop].strip():
        yield Slot(start, stop)


def _of(line: Line, slot: Slot) -> str:
    return line.text[slot.start : slot.end]


def _entry(text: str) -> re.Match[str]:
    found = _ENTRY.match(text)
    assert found is not None  # noqa: S101 - it matches anything
    return found


def quoted(text: str, at: int) -> tuple[Edit, ...]:
    """Return the edits that put a text, which begins at `at`, in quotes."""
    end = at + len(text)
    if text[0] in _CURLY and text[-1] in _CURLY and not set(text[1:-1]) & {*_CURLY, '"', "\\"}:
        return (Edit(at, at + 1, '"'), Edit(end - 1, end, '"'))
    if '"' not in text and "\\" not in text:
        return (Edit(at, at, '"'), Edit(end, end, '"'))
    doubled = (Edit(at + one.start(), at + one.start() + 1, "''") for one in re.finditer("'", text))
    return (Edit(at, at, "'"), *doubled, Edit(end, end, "'"))


def _flow(text: str, start: int, end: int, shift: int = 0) -> Iterator[Slot]:
    """Yield the values within brackets: after `key: `, or items of a list."""
    end += shift
    at = start + shift if shift else start
    begun: int | None = at if shift else None
    stack: list[str] = ["}"] if shift else []
    while at <= end:
        char = text[at] if at < end else ","
        atom = _ATOMS.match(text, at, end)
        if atom:
            begun = at if begun is None else begun
            at = atom.end()
            continue
        if char in ",}]" and (not stack or char in {",", stack[-1]}):
            if begun is not None and text[begun:at].strip():
                size = len(text[begun:at].rstrip())
                yield Slot(begun - shift, begun - shift + size, within=True)
            begun = None
            if char != "," and stack:
                stack.pop()
        elif begun is None and char in _CLOSING:
            stack.append(_CLOSING[char])
        elif begun is None and not char.isspace():
            key = re.compile(r"""[\w.-]+[ \t]*:[ \t]+""").match(text, at, end)
            if key and stack and stack[-1] == "}":
                at = key.end()
                begun = at if text[at : at + 1] not in _CLOSING or _ATOMS.match(text, at) else None
                continue
            begun = at
            at = _past_quote(text, at, end) if char in "\"'" else at
        else:
            at = _past_inner(text, at, end, begins=begun == at)
        at += 1


def _past_quote(text: str, at: int, end: int) -> int:
    """Return where a quoted text closes that a comma or bracket follows; else where it begins."""
    for found in re.compile(rf"{text[at]}(?=\s*[,}}\]]|\s*$)").finditer(text, at + 1, end):
        return found.start()
    return at


def _past_inner(text: str, at: int, end: int, *, begins: bool) -> int:
    """Return where the quote that begins a value closes, or a bracket within it; else `at`."""
    if text[at : at + 1] in _CLOSING and (closed := _CLOSED.match(text, at, end)):
        return closed.end() - 1
    return _past_quote(text, at, end) if begins and text[at] in "\"'" else at


def _reason(value: str, within: bool = False) -> str | None:
    """Say why a value must be quoted, or its quotes stand wrong; None where it need not."""
    if value.startswith(("{{", "{%", "{#")):
        return "a value that begins with `{{` or `{%` must be quoted"
    if value[0] in "\"'":
        closed = _closing(value)
        if closed is not None and closed < len(value) - 1:
            return "there is more text after the closing quote"
        return None
    if _BLOCK_SIGN.fullmatch(value):
        return None
    if value[0] in _MARKS or (value[0] == "-" and value[1:2] == " "):
        sign = "a backtick" if value[0] == "`" else f"`{value[0]}`"
        return f"a value that begins with {sign} must be quoted"
    if value[0] in "{[":
        whole = _CLOSED.match(value)
        if whole is None or whole.end() == len(value):
            return None
        return f"there is more text after the closing `{whole[0][-1]}`"
    if ": " in value or value.endswith(":"):
        return "a value with `: ` in it must be quoted"
    if within and (bracket := _BRACKET.search(value)) and not _KEY_ALONE.match(value):
        return f"a value with `{bracket[0]}` in it must be quoted within brackets"
    return "a value with ` #` in it must be quoted" if " #" in value else None


def _quoted(line: Line, found: list[Slot]) -> Guess:
    first = found[0]
    edits: list[Edit] = []
    for slot in found:
        edits.extend(_mended(_of(line, slot), line.begin + slot.start))
    value = _of(line, first)
    start, message = first.start, _reason(value, first.within) or ""
    if value[0] in "\"'":
        rest = value[(_closing(value) or 0) + 1 :]
        start = first.end - len(rest.lstrip())
    return Guess(message, line.begin + start, line.begin + first.end, tuple(edits))


def _mended(value: str, at: int) -> tuple[Edit, ...]:
    """Return the edits that put a value in one pair of quotes."""
    closed = _closing(value) if value[0] in "\"'" else None
    if closed is None:
        return quoted(value, at)
    end = at + len(value)
    if value[-1] in "\"'" and value[-1] != value[0] and value.count(value[-1]) == 1:
        return (Edit(at, at, value[-1]),)
    if value[closed + 1].isspace() and "{{" not in value[:closed]:
        return quoted(value, at)
    if value[-1] == value[0] and ("'" if value[0] == '"' else '"') not in value:
        other = "'" if value[0] == '"' else '"'
        return (Edit(at, at + 1, other), Edit(end - 1, end, other))
    if "{{" in value[:closed]:
        return (Edit(at + closed, at + closed + 1, ""), Edit(end, end, value[0]))
    return quoted(value, at)


def _over_lines(broken: Broken, line: Line) -> Iterator[Guess]:
    """Guess that a value goes on in the lines below, which are indented further."""
    entry = _entry(line.text)
    if not entry["value"] or not (entry["key"] or entry["dashes"]):
        return
    reason = _reason(entry["value"])
    below = [broken.line(line.number + more) for more in range(1, 10)]
    rest = []
    for one in below:
        if one.is_blank or one.indent <= line.indent or _entry(one.text)["dashes"]:
            break
        if _entry(one.text)["key"] in WORDS:
            return
        rest.append(one)
    if not rest or entry["value"][0] in "\"'{[":
        return
    start, end = line.begin + entry.start("value"), rest[-1].begin + len(rest[-1].text.rstrip())
    text = broken.source.text[start:end]
    if reason is None and ": " not in text:
        return
    if reason is None and " " not in entry["value"]:
        return
    message = reason or "a value with `: ` in it must be quoted"
    help_ = "put all its lines in one pair of quotes"
    yield Guess(message, start, end, quoted(text, start), help_, shown=False)


def _closing(value: str) -> int | None:
    """Return where the quote that begins a value is closed."""
    quote = value[0]
    at = 1
    while at < len(value):
        if quote == '"' and value[at] == "\\":
            at += 2
            continue
        if value[at] == quote:
            if quote == "'" and value[at + 1 : at + 2] == "'":
                at += 2
                continue
            return at
        at += 1
    return None


def _ends(value: str) -> Iterator[int]:
    """Yield where a text may have been meant to end: at the next key, a bracket, the line's end."""
    for found in re.finditer(r",\s+[\w.-]+:\s", value):
        yield found.start()
    tail = re.search(r"[}\]\s]+$", value)
    if tail:
        yield tail.start()
        yield from range(tail.start() + 1, len(value))
    yield len(value)


def _above(broken: Broken, most: int) -> Iterator[Line]:
    for count, line in enumerate(broken.above(broken.number)):
        if count == most:
            return
        yield line


def _is_template_end(value: str) -> bool:
    return value.endswith(("}}", "%}")) and value.count("{") == value.count("}")
