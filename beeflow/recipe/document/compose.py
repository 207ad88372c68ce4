"""From the parser's events to nodes, without recursion and without trusting the file.

PyYAML's parser (libyaml where it was built with it) gives events with marks; everything above
that is ours, because its composer recurses, expands, and forgets where keys stand.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Protocol

import msgspec
import yaml
from msgspec.structs import replace

from beeflow.recipe import limits
from beeflow.recipe.document import glued, mistakes
from beeflow.recipe.document.nodes import (
    Entry,
    MappingNode,
    Node,
    Scalar,
    ScalarNode,
    SequenceNode,
    Style,
)
from beeflow.recipe.document.scalars import resolve
from beeflow.recipe.document.unseen import DASHES, cleaned, not_seen
from beeflow.recipe.problem import Note, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.recipe.document.source import Source


class _Parser(Protocol):
    """What PyYAML's parsers have in common."""

    def get_event(self) -> yaml.Event | None: ...


LOADER: Final[Callable[[str], _Parser]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml is some twenty times faster; without it PyYAML's own parser gives the same events."""

_NAME: Final = 40
"""Characters that a key or a name has at most."""

_marks: Final[Callable[[yaml.Event], tuple[int, int]]] = attrgetter(
    "start_mark.index", "end_mark.index"
)
"""Gives where an event starts and ends, in characters; the parser always knows."""

_ORDINARY: Final = re.compile(r"[\x00-!#-&(),./0-9;-Z\\\]-z|}~\x7f]+")
"""A text without quotes of which no more need be asked: most of them, and all words.

ASCII but for `-:{["'+*`, said the other way round: 4 ms to compile are 0.1 so.
"""

_STYLES: Final[dict[str | None, Style]] = {
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}


_WITHIN: Final = 2
"""How far the list of an item is up the stack of what is open, the item's mapping counted."""

_LISTS: Final = frozenset({"conditions", "actions", "then", "else", "do", "all", "any", "labels"})
"""Keys whose value is a list."""

_FIRST: Final = frozenset({"name", "action", "if", "wait", "set", "run", "stop", "webhook"})
"""Keys that items of lists begin with."""


class Broke(Exception):  # noqa: N818 - it is caught in this package and never an error of ours
    """The text is not YAML, or surely not what was meant: carries where, and the parser's words.

    `begins` is where that began which was being read, where this is what is at fault.
    """

    def __init__(self, said: str, place: int, begins: int | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.place = place
        self.begins = begins

    @property
    def at(self) -> int:
        """Where the mistake most likely is."""
        return self.place if self.begins is None else self.begins


class Refused(Exception):  # noqa: N818 - it is caught in this package and never an error of ours
    """Reading cannot go on; carries why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Open(msgspec.Struct):
    """A mapping or list whose end has not come yet."""

    start: int
    anchor: str | None
    flow_end: bool
    size: int = 1
    height: int = 0


class _OpenList(_Open):
    items: list[Node] = msgspec.field(default_factory=list)

    @property
    def last(self) -> Node | None:
        return self.items[-1] if self.items else None

    @property
    def place(self) -> str:
        return str(len(self.items))


class _OpenMapping(_Open):
    entries: dict[str, Entry] = msgspec.field(default_factory=dict)
    key: ScalarNode | None = None
    awaiting_value: bool = False
    merges: bool = False
    merged: tuple[Entry, ...] = ()
    parts: tuple[tuple[Entry, ...], ...] = ()
    """Items above the entries, where the `-` that begins another is missing."""

    @property
    def last(self) -> Node | None:
        return next(reversed(self.entries.values())).value if self.entries else self.key

    @property
    def place(self) -> str:
        return self.key.text if self.key else ""


class Composer:
    """Builds the nodes of one source. `problems` fills up as it goes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._open: list[_OpenMapping | _OpenList] = []
        self._anchors: dict[str, Node | None] = {}
        self._used: set[str] = set()
        self._glued: set[int] = set()
        self._root: Node | None = None

    def compose(self) -> Node | None:
        """Return the root, or None for a file without a value; raises `Refused` and `Broke`."""
        try:
            self._read(LOADER(self.source.text))
        except yaml.MarkedYAMLError as error:
            raise _broke(error) from None
        except yaml.YAMLError as error:
            raise Refused(mistakes.unreadable(self.source, str(error))) from None
        self._tell_unused()
        return self._root

    def _read(self, parser: _Parser) -> None:
        """Take one event after the other, up to a second document."""
        documents = 0
        while (event := parser.get_event()) is not None:
            # Asked for in the order of how many there are.
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._begin(event)
            elif isinstance(event, yaml.AliasEvent):
                self._add(self._alias(event), None)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._second_document(event)
                    break

    def _tell_unused(self) -> None:
        """Tell of texts that begin with & and were hardly meant to be marked by it."""
        for name, node in self._anchors.items():
            if name not in self._used and isinstance(node, ScalarNode) and node.style == "plain":
                self.problems.append(mistakes.unused_mark(self.source, node, name))

    def _tell_glued(self, problem: Problem) -> None:
        """Tell of keys without their space: once for a line, whose mend is that of all in it."""
        line, _ = self.source.position(problem.span.start)
        if line not in self._glued:
            self._glued.add(line)
            self.problems.append(replace(problem, path=self._path()))

    # --- values ------------------------------------------------------------------------------

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        start, end = _marks(event)
        if event.tag is not None:
            self._refuse_tag(start, end)
        if event.anchor is not None:
            # The marks include it.
            rest = self.source.text[start:end][len(event.anchor) + 1 :].lstrip()
            start = end - len(rest)
        style = _STYLES.get(event.style, "plain")
        if style == "plain":
            node = self._plain(event.value, start, end)
        elif style in {"literal", "folded"}:
            node = self._block(event.value, start, end, style)
        else:
            node = ScalarNode(self._span(start, end), event.value, event.value, style)
        self._add(node, event.anchor)

    def _block(self, text: str, start: int, end: int, style: Style) -> ScalarNode:
        end = start + len(self.source.text[start:end].rstrip())
        if (fallen := mistakes.fallen_text(self.source, text, start)) is not None:
            raise Broke("the text of a block is not indented", fallen)
        return ScalarNode(self._span(start, end), text, text, style)

    def _plain(self, text: str, start: int, end: int) -> ScalarNode:
        """Return a value or key without quotes."""
        if len(text) <= _NAME:
            # Keys and names come again and again: one text serves for all of them.
            text, value, is_ordinary = _name(text)
        else:
            value, is_ordinary = resolve(text), _ORDINARY.fullmatch(text) is not None
        if is_ordinary and end - start == len(text):
            return ScalarNode(Span(self.source.path, start, end), text, value)
        text, start, end = self._doubtful(text, start, end)
        return ScalarNode(self._span(start, end), text, resolve(text))

    def _doubtful(self, text: str, start: int, end: int) -> tuple[str, int, int]:
        """Return a text without quotes, and its place, as they are meant; raises `Broke`."""
        if not text.isascii():
            text, start, end = self._seen(text, start, end)
        if text[:1] == "-" and self._is_glued_dash(text, start):
            raise Broke("a `-` without its space", start)
        if text[:1] in DASHES and text[1:2] == " " and self._is_dashed():
            raise Broke("another dash than that of YAML", start)
        if not text.isalnum() and self._is_glued(text, start, end):
            raise Broke("a `:` without its space", start)
        if slipped := mistakes.slipped_dash(self.source, start, end):
            self.problems.append(replace(slipped, path=self._path()))
        return text, start, end

    def _seen(self, text: str, start: int, end: int) -> tuple[str, int, int]:
        """Return a text and its place without what cannot be seen, which is told."""
        parent = self._mapping
        is_key = parent is not None and not parent.awaiting_value
        clean = cleaned(text, key=is_key)
        if clean == text or not clean or end - start != len(text):
            return text, start, end
        if is_key and text[0].isspace() and not (parent and parent.flow_end):
            raise Broke("a space that is none", start)
        problem = not_seen(self.source, start, text, clean)
        self.problems.extend([replace(problem, path=self._path())] if problem else [])
        begin = start + text.index(clean[0])
        return clean, begin, end if is_key else begin + len(clean)

    def _is_glued_dash(self, text: str, start: int) -> bool:
        """Whether a text below a key begins with a `-` without its space."""
        parent = self._mapping
        if parent is None or not parent.awaiting_value or parent.flow_end:
            return False
        line, column = self.source.position(start)
        return text[1:2].isalpha() and not self.source.line(line)[: column - 1].strip()

    def _is_dashed(self) -> bool:
        """Whether an item of a list would stand here: in the place of a key, or below some keys."""
        parent = self._mapping
        if parent is None or parent.flow_end:
            return False
        return not parent.awaiting_value or (parent.key is not None and parent.key.text in _LISTS)

    def _is_glued(self, text: str, start: int, end: int) -> bool:
        """Whether a key stands without its space before its value, which it is taken to belong to.

        Such a text is below another key, or it is a key itself that has swallowed its value.
        """
        parent = self._mapping
        if parent is None or parent.flow_end:
            return False
        if parent.awaiting_value:
            return glued.glued_line(self.source, start, end)
        return glued.swallowed(text)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        span = self._span(*_marks(event))
        if event.anchor not in self._anchors:
            text = self.source.text[span.start : span.end]
            self.problems.append(
                Problem(
                    "yaml-alias",
                    f"there is no `&{event.anchor}` above for `{text}`",
                    span,
                    help=f'write "{text}" where it is a text; an alias needs its anchor above it',
                    path=self._path(),
                )
            )
            return ScalarNode(span, text, text, "plain")
        self._used.add(event.anchor)
        node = self._anchors[event.anchor]
        if node is None:
            message = f"`*{event.anchor}` stands inside its own `&{event.anchor}`"
            raise Refused(Problem("yaml-alias", message, span, path=self._path()))
        return node

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        start, end = _marks(event)
        if event.tag is not None:
            self._refuse_tag(start, end)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        kind = _OpenMapping if isinstance(event, yaml.MappingStartEvent) else _OpenList
        self._open.append(kind(start, event.anchor, bool(event.flow_style)))
        if len(self._open) > limits.DEPTH:
            raise Refused(self._too_deep(self.source.span(start, start + 1)))

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        done = self._open.pop()
        last = done.last
        end = _marks(event)[1] if last is None or done.flow_end else last.span.end
        span = self._span(done.start, max(end, done.start))
        node: Node
        if isinstance(done, _OpenList):
            node = SequenceNode(span, tuple(done.items), done.size, done.height + 1)
        else:
            if done.parts or done.merged:
                span = self._completed(done, span)
            node = MappingNode(span, tuple(done.entries.values()), done.size, done.height + 1)
        self._add(node, done.anchor)

    def _completed(self, done: _OpenMapping, span: Span) -> Span:
        """Return the place of a mapping, the items above it apart and what it merges added."""
        for part in done.parts:
            self._add(_part(part, done), None)
        for entry in done.merged:
            done.entries.setdefault(entry.name, entry)
        if not done.parts:
            return span
        begin = next(iter(done.entries.values())).key.span.start
        return self._span(begin, max(begin, span.end))

    # --- putting them together ---------------------------------------------------------------

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        parent.size += node.size
        if parent.size > limits.NODES:
            raise Refused(self._too_many(node.span))
        if node.height:
            parent.height = max(parent.height, node.height)
            if len(self._open) + node.height > limits.DEPTH:
                raise Refused(self._too_deep(node.span))
        if isinstance(parent, _OpenList):
            parent.items.append(node)
        elif parent.awaiting_value:
            self._add_value(parent, node)
        else:
            self._add_key(parent, node)

    def _add_key(self, parent: _OpenMapping, node: Node) -> None:
        parent.awaiting_value = True
        parent.key = None
        if isinstance(node, ScalarNode) and mistakes.is_key(node):
            parent.key = node
            return
        parent.merges = mistakes.is_merge(node)
        if (braces := mistakes.braces_at(self.source, node)) is not None:
            raise Broke("a value begins with {{", braces)
        self.problems.append(mistakes.bad_key(node, self._path()))

    def _add_value(self, parent: _OpenMapping, node: Node) -> None:
        parent.awaiting_value = False
        key = parent.key
        if key is None:
            # A merge key is refused; what it would have merged is meant all the same, so that
            # nothing else is said to be missing.
            if parent.merges and isinstance(node, MappingNode):
                parent.merged += node.entries
            return
        if parent.flow_end and (meant := glued.glued_key(self.source, key, node)) is not None:
            key, node = meant[0].key, meant[0].value
            self._tell_glued(meant[1])
        if key.text in parent.entries:
            self._add_again(parent, Entry(key, node))
        else:
            parent.entries[key.text] = Entry(key, node)

    def _add_again(self, parent: _OpenMapping, entry: Entry) -> None:
        """Tell of a key that is there already, which may begin another item."""
        key, first = entry.key, parent.entries[entry.name]
        item = self._begins_item(parent, key)
        line = self.source.line(self.source.position(key.span.start).line).strip()
        other = f", or begin another item with it: write - {line}" if item else ""
        self.problems.append(
            Problem(
                "duplicate-key",
                f"`{key.text}` stands here a second time",
                key.span,
                help=f"keep one of the two{other}",
                notes=(Note("the first one is here", first.key.span),),
                path=self._path(),
            )
        )
        if item:
            parent.parts += (tuple(parent.entries.values()),)
            parent.entries = {key.text: entry}

    def _begins_item(self, parent: _OpenMapping, key: ScalarNode) -> bool:
        """Whether a key that is there already most likely begins an item that lacks its `-`."""
        if parent.flow_end or len(self._open) < _WITHIN:
            return False
        if isinstance(self._open[-_WITHIN], _OpenMapping):
            return False
        names = list(parent.entries)
        apart = names.index(key.text) < len(names) - 1
        return apart and (key.text == names[0] or key.text in _FIRST)

    # --- refusals ----------------------------------------------------------------------------

    def _too_many(self, span: Span) -> Problem:
        message = f"the file has more than {limits.NODES} values when its aliases are written out"
        return Problem("limit", message, span, help="split it into several")

    def _too_deep(self, span: Span) -> Problem:
        message = f"mappings and lists are nested more than {limits.DEPTH} deep"
        return Problem("limit", message, span)

    def _refuse_tag(self, start: int, end: int) -> None:
        self.problems.append(mistakes.tag(self.source, self._span(start, end), self._path()))

    def _second_document(self, event: yaml.DocumentStartEvent) -> None:
        message = "a second document begins here"
        span = self._span(*_marks(event))
        help_ = "one recipe a file: move it into a file of its own, and remove the `---`"
        self.problems.append(Problem("yaml-document", message, span, help=help_))

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source.path, start, end)

    @property
    def _mapping(self) -> _OpenMapping | None:
        """The mapping that is being read, unless it is a list."""
        parent = self._open[-1] if self._open else None
        return parent if isinstance(parent, _OpenMapping) else None

    def _path(self) -> str:
        return "/".join(part for part in (frame.place for frame in self._open) if part)


@lru_cache(maxsize=1024)
def _name(text: str) -> tuple[str, Scalar, bool]:
    """Return a short text, its value, and whether no more need be asked of it."""
    return sys.intern(text), resolve(text), _ORDINARY.fullmatch(text) is not None


def _part(entries: tuple[Entry, ...], whole: _Open) -> MappingNode:
    """Return some entries of a mapping as one of their own."""
    first, last = entries[0].key.span, entries[-1].value.span
    span = Span(first.file, first.start, max(first.end, last.end))
    return MappingNode(span, entries, whole.size, whole.height + 1)


def _broke(error: yaml.MarkedYAMLError) -> Broke:
    mark = error.problem_mark or error.context_mark
    said = str(error.problem or "")
    place = mark.index if mark else 0
    begins = mistakes.begins_earlier(said) and error.context_mark
    return Broke(said, place, begins.index if begins else None)
