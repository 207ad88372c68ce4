"""What is gathered while one document is read: problems, names of secrets, ids of steps."""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode, SequenceNode
from beeflow.recipe.parser.place import Place, found
from beeflow.recipe.problem import Note, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.recipe.document import Document, Entry, Node, ScalarNode, Source
    from beeflow.recipe.model import Input


_SHORT: Final = 4
"""Letters of words that share too little with themselves when two of them change places."""

_LAST_WORD: Final = re.compile(r"([^\s,:{\[]+)\s*:?\s*$")
"""The key, or the dash, before a value that is not there."""


class Finding(msgspec.Struct, frozen=True):
    """What there is to say about a place, but for the place itself."""

    rule: str
    message: str
    help: str | None = None
    suggestions: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    cause: str = ""


class Reading(msgspec.Struct):
    """The state of reading one document.

    `inputs` are those declared, with the values they have; what must be known before a run
    starts (a trigger's times, say) may be a template over them.
    """

    source: Source
    timezone: str = "UTC"
    inputs: Mapping[str, Input] = msgspec.field(default_factory=dict)
    open_inputs: set[str] = msgspec.field(default_factory=set)
    """Inputs without a value: nobody has given one, or what was given is wrong."""
    problems: list[Problem] = msgspec.field(default_factory=list)
    secrets: set[str] = msgspec.field(default_factory=set)
    steps: int = 0
    texts: int = 0
    names: int = 0
    once_ids: Counter[str] = msgspec.field(default_factory=Counter)
    meant: dict[Span, tuple[Entry, ...]] = msgspec.field(default_factory=dict)
    """Mappings by their places, with what they were meant to hold where that is told of."""
    values: dict[Span, ScalarNode] = msgspec.field(default_factory=dict)
    """Values by their places, as they were meant where that is told of."""

    @property
    def is_full(self) -> bool:
        """Whether no further problem will be noted."""
        return len(self.problems) > limits.PROBLEMS

    def as_meant(self, document: Document) -> Document:
        """Return a document with the keys that were meant, for checks that read it again."""
        if document.root is None or not (self.meant or self.values):
            return document
        return replace(document, root=self._meant(document.root))

    def _meant(self, node: Node) -> Node:
        if isinstance(node, SequenceNode):
            return replace(node, items=tuple(self._meant(item) for item in node.items))
        if not isinstance(node, MappingNode):
            return self.values.get(node.span, node)
        entries = self.meant.get(node.span, node.entries)
        return replace(
            node, entries=tuple(replace(one, value=self._meant(one.value)) for one in entries)
        )

    def report(self, place: Place, finding: Finding, span: Span | None = None) -> None:
        """Note a problem at a place, or at a `span` within it, while there are not too many."""
        if self.is_full:
            return
        if len(self.problems) == limits.PROBLEMS:
            message = f"there are more than {limits.PROBLEMS} problems in this file"
            help_ = "those found so far are listed: mend them first"
            finding = Finding("limit", message, help_)
        self.problems.append(
            Problem(
                finding.rule,
                finding.message,
                span or place.node.span,
                help=finding.help,
                suggestions=finding.suggestions,
                notes=finding.notes,
                path=place.path,
                cause=finding.cause,
            )
        )

    def wrong_type(self, place: Place, wanted: str, example: str | None = None) -> None:
        """Note that something of another type stands here than `wanted`, say "a list"."""
        help_ = f"write it as {example}" if example else None
        if place.is_null and (comment := self.source.comment_after(place.node.span.end)):
            help_ = f'a # begins a comment: write it in quotes, as "{comment}"'
        self.report(
            place,
            Finding(
                "wrong-type",
                f"{place.title} must be {wanted}, and this is {found(place.node)}",
                help_,
            ),
            self.visible(place),
        )

    def over_limit(self, place: Place, most: int, what: str) -> None:
        """Note that there is more of something than a bound allows."""
        self.report(place, Finding("limit", f"there are more than {most} {what}"))

    def count_step(self, place: Place) -> bool:
        """Count a step; False (reported once) when the recipe has too many."""
        self.steps += 1
        if self.steps == limits.STEPS + 1:
            self.over_limit(place, limits.STEPS, "steps in this recipe")
        return self.steps <= limits.STEPS

    def count_text(self, place: Place) -> bool:
        """Count an expression or template; False (reported once) when there are too many."""
        self.texts += 1
        if self.texts == limits.TEXTS + 1:
            self.over_limit(place, limits.TEXTS, "expressions and templates in this recipe")
        return self.texts <= limits.TEXTS

    def count_name(self, place: Place) -> bool:
        """Count a name that is given; False (reported once) when there are too many."""
        self.names += 1
        if self.names == limits.NAMES + 1:
            self.over_limit(place, limits.NAMES, "names in this recipe")
        return self.names <= limits.NAMES

    def once_id(self, base: str) -> str:
        """Return `base`, made unique in the recipe by `~2`, `~3` and so on."""
        self.once_ids[base] += 1
        count = self.once_ids[base]
        return base if count == 1 else f"{base}~{count}"

    def visible(self, place: Place) -> Span:
        """Return the place, or for an empty value the text on the line before it."""
        span = place.node.span
        if span.end > span.start:
            return span
        line, _ = self.source.position(span.start)
        before = self.source.text[self.source.offset_of_line(line) : span.start]
        word = _LAST_WORD.search(before)
        if word is None:
            return span
        begin = self.source.offset_of_line(line)
        return self.source.span(begin + word.start(1), begin + word.end(1))


def nearest(word: str, known: Sequence[str] | Mapping[str, object]) -> tuple[str, ...]:
    """Return the names that `word` was most likely meant to be, best first."""
    names = list(known)
    by_lower = {name.lower(): name for name in names}
    turned = [name for name in names if len(name) <= _SHORT and sorted(name) == sorted(word)]
    close = get_close_matches(word.lower()[:100], by_lower, n=3, cutoff=0.6)
    return tuple(dict.fromkeys([*turned, *(by_lower[name] for name in close)]))


def did_you_mean(suggestions: Sequence[str], allowed: Sequence[str] = ()) -> str:
    """Return a help text: the nearest name, and what is allowed."""
    listed = ", ".join(sorted(allowed))
    if suggestions:
        # The first is the nearest; the rest are for machines.
        return f"did you mean `{suggestions[0]}`?" + (f" (allowed: {listed})" if listed else "")
    return f"allowed: {listed}"
