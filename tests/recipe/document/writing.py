"""Writing a text as YAML in many ways, and knowing where each of its characters went.

This is the other way round from `offsets`, and knows nothing of it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

LETTERS = "abcxyzAZ09_é日ß😀\U00010348€'"
NAMED = {
    "\\": "\\\\", '"': '\\"', "\t": "\\t", "\x1b": "\\e", "\x07": "\\a", "\0": "\\0", "/": "\\/",
    "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


@dataclass
class Writer:
    """A file that grows. `places` has a start and an end for each character of the value."""

    rng: random.Random
    end: str = "\n"
    text: str = ""
    places: list[tuple[int, int]] = field(default_factory=list)

    def put(self, text: str) -> None:
        self.text += text

    def put_value(self, written: str, of: int = 1) -> None:
        """Write what stands for `of` characters of the value."""
        start = len(self.text)
        self.text += written
        self.places.extend([(start, len(self.text))] * of)

    def fold(self, indent: int, breaks: int) -> None:
        """Write a space of the value (or `breaks` less one of its line feeds) as line breaks."""
        of = max(breaks - 1, 1)
        start = len(self.text)
        for at in range(breaks):
            blank = " " * self.rng.randrange(indent + 1) if at else ""
            self.text += blank + self.end
        self.places.extend([(start, len(self.text))] * of)
        self.text += " " * indent


def lines_of_words(rng: random.Random, extra: str = "") -> list[list[str]]:
    """Make up a text: lines of words."""

    def word() -> str:
        size = rng.randrange(1, 7)
        middle = "".join(rng.choice(f"{LETTERS}{extra}\t") for _ in range(size))
        # White space at the ends of words would be lost where a line is folded.
        return f"{rng.choice('abcé日')}{middle}{rng.choice('xyz😀')}"

    return [[word() for _ in range(rng.randrange(1, 6))] for _ in range(rng.randrange(1, 4))]


def indented(rng: random.Random, lines: list[list[str]]) -> list[list[str]]:
    """Return lines of which some begin with spaces."""
    return [[*[""] * rng.choice([0, 0, 0, 1, 3]), *words] for words in lines]


def value_of(lines: list[list[str]]) -> str:
    return "\n".join(" ".join(words) for words in lines)


def write_flow(writer: Writer, lines: list[list[str]], style: str, indent: int) -> None:
    """Write a text as a plain scalar, or in quotes."""
    writer.put(style)
    for number, words in enumerate(lines):
        if number:
            writer.fold(indent, 2)
        for at, word in enumerate(words):
            if at and writer.rng.random() < 0.2:
                writer.fold(indent, 1)
            elif at:
                writer.put_value(" ")
            for letter, char in enumerate(word):
                writer.put_value(_written(writer, char, style))
                if style == '"' and not letter and writer.rng.random() < 0.1:
                    # An escaped break stands for nothing.
                    writer.put(f"\\{writer.end}{' ' * indent}")
    writer.put(style)


def _written(writer: Writer, char: str, style: str) -> str:
    if style == "'":
        return char.replace("'", "''")
    if style != '"':
        return char
    if char in NAMED:
        return NAMED[char]
    code = ord(char)
    forms = [char] * 6 + [f"\\U{code:08x}"]
    if code < 0x10000:
        forms.append(f"\\u{code:04X}")
    if code < 0x100:
        forms.append(f"\\x{code:02x}")
    return writer.rng.choice(forms)


def write_block(
    writer: Writer, lines: list[list[str]], style: str, indent: int, by: int = 0
) -> None:
    """Write a text below `|` or `>`; `by` is how far it is indented from its key."""
    sure = [str(by)] if by else [""]
    if not lines[0][0]:
        header = writer.rng.choice(["", "-", "+"]) + sure[0]
    else:
        header = "".join(
            writer.rng.sample([writer.rng.choice(["", "-", "+"]), *sure], 2 if by else 1)
        )
        header = header if by and writer.rng.random() < 0.3 else header.strip("0123456789")
    writer.put(style + header)
    writer.put(writer.rng.choice(["", "  # note"]) + writer.end)
    for number, words in enumerate(lines):
        # Next to a line that begins with spaces nothing is folded.
        kept = style == "|" or not words[0] or (number and not lines[number - 1][0])
        if number and not kept:
            writer.fold(indent, 2)
        elif number:
            writer.put_value(writer.end)
        if not number or kept:
            writer.put(" " * indent)
        for at, word in enumerate(words):
            if at and style == ">" and words[0] and writer.rng.random() < 0.3:
                writer.fold(indent, 1)
            elif at:
                writer.put_value(" ")
            for char in word:
                writer.put_value(char)


def write_file(seed: int, lines: list[list[str]] | None = None) -> tuple[Writer, str, str]:
    """Write a file with one text somewhere in it; returns it with the text and its style."""
    rng = random.Random(seed)
    style = rng.choice(["", "'", '"', "|", ">"])
    block = style in {"|", ">"}
    if lines is None:
        escaped = '\\"/\x1b\x07\0\x85\xa0\u2028\u2029'
        lines = lines_of_words(rng, escaped if style == '"' else "")
        lines = indented(rng, lines) if block else lines
    writer = Writer(rng, rng.choice(["\n", "\n", "\r\n", "\r"]))
    writer.put(rng.choice(["", "# é日😀", "né: 1"]) + writer.end)
    depth = 0
    below_key = False
    for _ in range(rng.randrange(4)):
        below_key = not (below_key and rng.random() < 0.7)
        writer.put(" " * depth + ("kéy:" if below_key else "- n: 1") + writer.end)
        depth += rng.choice([2, 4]) if below_key else 2
        writer.put(rng.choice(["", "", "   # é\t😀" + writer.end, writer.end]))
    flow = not block and rng.random() < 0.3
    anchor = rng.choice(["", "", "&a-1 "])
    writer.put(" " * depth + ("té: {n: 1, é: " if flow else "té: ") + anchor)
    by = rng.randrange(1, 5)
    if block:
        write_block(writer, lines, style, depth + by, by)
    else:
        write_flow(writer, lines, style, depth + by)
    writer.put(("}" if flow else "") + writer.end)
    if anchor:
        writer.put(f"{' ' * depth}à: *a-1{writer.end}")
    return writer, value_of(lines), style
