"""YAML with places: the configuration file as plain JSON, and where each part of it stands.

The dialect is that of recipes: only `true`, `false`, `null`, `~` and plain decimal numbers are
typed, all else is text; duplicate keys, tags and a second document are errors.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, TypeAlias

import msgspec
import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from beeflow.config.findings import Finding, Place, Variable, refuse

if TYPE_CHECKING:
    from beeflow.types import Json

Path: TypeAlias = tuple[str | int, ...]
"""The way from the root to a value: keys and indexes."""

MAX_NODES = 10_000
MAX_DEPTH = 20
MAX_BYTES = 1024 * 1024

_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,30}")
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))


class Document(msgspec.Struct):
    """A configuration: `root`, and the places of its values (the root's included) and keys."""

    root: dict[str, Json] = msgspec.field(default_factory=dict)
    values: dict[Path, Place | Variable] = msgspec.field(default_factory=dict)
    keys: dict[Path, Place | Variable] = msgspec.field(default_factory=dict)

    def place(self, path: Path) -> Place | Variable:
        """Return the place of the value at `path`, or of the nearest part around it."""
        while path not in self.values:
            path = path[:-1]
        return self.values[path]


def read_document(file: str, raw: bytes) -> Document:
    """Read a configuration file. Raises `ConfigError` with every place that is wrong."""
    if len(raw) > MAX_BYTES:
        message = f"the file is {len(raw)} bytes long; at most {MAX_BYTES} are read"
        raise refuse([Finding("size", message, Place(file, 1, 1, 1, ""))])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        place = Place(file, line, 1, 1, "")
        raise refuse(
            [Finding("encoding", "this line is not UTF-8", place, "save the file as UTF-8")]
        ) from None
    return _Reader(file, text).read()


class _Reader:
    """Turns the nodes that PyYAML composed into JSON, noting places and mistakes."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self._lines = text.split("\n")
        self._starts = _line_starts(self._lines)
        self._nodes = 0
        self._findings: list[Finding] = []
        self._document = Document()

    def read(self) -> Document:
        root = self._compose()
        self._document.values[()] = self._place(0, 1)
        if root is not None:
            value = self._value(root, ())
            if isinstance(value, dict):
                self._document.root = value
            elif value is not None:
                self._find(root, "syntax", "the configuration is a mapping of keys to values")
        if self._findings:
            raise refuse(self._findings)
        return self._document

    def _compose(self) -> Node | None:
        try:
            node: Node | None = yaml.compose(self._text, Loader=yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            start = min(mark.index, len(self._text)) if mark else 0
            message = error.problem or "this is not YAML"
            raise refuse([Finding("syntax", message, self._place(start, start + 1))]) from None
        except yaml.reader.ReaderError as error:
            place = self._place(error.position, error.position + 1)
            raise refuse(
                [Finding("syntax", "a control character is not allowed here", place)]
            ) from None
        except RecursionError:
            place = self._place(0, 1)
            raise refuse([Finding("size", "nested too deep", place)]) from None
        return node

    def _value(self, node: Node, path: Path) -> Json:
        self._nodes += 1
        self._document.values[path] = self._span(node)
        if self._nodes > MAX_NODES or len(path) > MAX_DEPTH:
            message = f"more than {MAX_NODES} values, or nested deeper than {MAX_DEPTH}"
            raise refuse([*self._findings, Finding("size", message, self._span(node))])
        if node.tag not in _PLAIN_TAGS:
            self._find(node, "syntax", f"the tag `{node.tag}` means nothing here", "remove it")
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(str(node.value), plain=isinstance(node, ScalarNode) and node.style is None)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Json]:
        result: dict[str, Json] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._find(key, "syntax", "a key must be text")
                continue
            name = str(key.value)
            if name in result:
                self._find(key, "duplicate-key", f"`{name}` is here twice", "keep one of them")
                continue
            self._document.keys[*path, name] = self._span(key)
            result[name] = self._value(value, (*path, name))
        return result

    def _find(self, node: Node, rule: str, message: str, mend: str | None = None) -> None:
        self._findings.append(Finding(rule, message, self._span(node), mend))

    def _span(self, node: Node) -> Place:
        return self._place(node.start_mark.index, node.end_mark.index)

    def _place(self, start: int, end: int) -> Place:
        line = _line_of(self._starts, start)
        column = start - self._starts[line] + 1
        source = self._lines[line].rstrip("\r")
        return Place(self._file, line + 1, column, max(1, end - start), source)


def _line_starts(lines: list[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return starts[:-1]


def _line_of(starts: list[int], index: int) -> int:
    return max(0, bisect_right(starts, index) - 1)


def _scalar(text: str, *, plain: bool) -> Json:
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
