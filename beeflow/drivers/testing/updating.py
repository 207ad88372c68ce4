"""Updating a test file: what came of failing tests takes the place of what they expected.

Only `calls`, `outcome` and `runs` are touched, and of those only what differs: comments, layout and
partial arguments stay as they were written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.drivers.testing.writing import WIDTH, call_lines, flow
from beeflow.recipe.document import Entry, MappingNode, Node, SequenceNode, Source
from beeflow.types import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from beeflow.drivers.testing.comparing import Row
    from beeflow.drivers.testing.played import Made
    from beeflow.drivers.testing.verdict import Failing, Verdict
    from beeflow.types import Json

UPDATED: Final = frozenset({"calls", "outcome", "runs"})
"""What of a failing test can be updated."""


class _Edit(msgspec.Struct, frozen=True):
    """Text in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def updated(source: Source, verdicts: Iterable[Verdict]) -> str:
    """Return a test file's text with what came in place of what was expected."""
    # What is added to the last line needs a line of its own.
    ended = source.text if source.text.endswith("\n") else f"{source.text}\n"
    file = _File(Source(source.path, ended))
    for verdict in verdicts:
        if not verdict.played.trouble:
            for failing in verdict.failing:
                file.update(verdict, failing)
    return file.text() if file.edits else source.text


class _File(msgspec.Struct):
    source: Source
    edits: list[_Edit] = msgspec.field(default_factory=list)

    def text(self) -> str:
        """Return the text with all edits made; of two to one place, as by an alias, the first."""
        parts: list[str] = []
        place = 0
        for edit in sorted(dict.fromkeys(self.edits), key=lambda one: (one.start, one.end)):
            if edit.start >= place:
                parts += [self.source.text[place : edit.start], edit.text]
                place = edit.end
        return "".join([*parts, self.source.text[place:]])

    def update(self, verdict: Verdict, failing: Failing) -> None:
        """Make the edits for one thing that is not as expected."""
        expect = verdict.case.expect_node
        entry = expect.entry(failing.about) if isinstance(expect, MappingNode) else None
        if entry is None or failing.about not in UPDATED or not isinstance(expect, MappingNode):
            return
        if failing.about == "runs":
            self._replace(entry.value, str(len(verdict.played.own)))
        elif failing.about == "outcome":
            self._outcome(expect, entry, verdict)
        elif isinstance(entry.value, SequenceNode):
            self._calls(expect, entry, entry.value, failing.rows)

    # --- the kinds of edits ------------------------------------------------------------------

    def _replace(self, node: Node, text: str) -> None:
        self.edits.append(_Edit(node.span.start, node.span.end, text))

    def _outcome(self, expect: MappingNode, entry: Entry, verdict: Verdict) -> None:
        outcomes: list[Json] = [one.run.outcome for one in verdict.played.own]
        if outcomes:
            same = len(set(map(str, outcomes))) == 1
            self._replace(entry.value, flow(outcomes[0] if same else outcomes))
        elif expect.entry("runs") is None:
            self.edits.append(_Edit(entry.key.span.start, entry.value.span.end, "runs: 0"))
        else:
            self._drop_entry(expect, entry)

    def _drop_entry(self, mapping: MappingNode, entry: Entry) -> None:
        """Leave out a key and its value."""
        if self._is_flow(mapping):
            start, end = self._within_flow(
                [(one.key.span.start, one.value.span.end) for one in mapping],
                mapping.entries.index(entry),
            )
        else:
            start, end = (
                self._line_start(entry.key.span.start),
                self._line_end(entry.value.span.end),
            )
        self.edits.append(_Edit(start, end, ""))

    def _within_flow(self, places: Sequence[tuple[int, int]], at: int) -> tuple[int, int]:
        """Return what to leave out so that the item `at` goes, with one comma."""
        start, end = places[at]
        if at + 1 < len(places):
            return start, places[at + 1][0]
        return (places[at - 1][1] if at else start), end

    # --- calls -------------------------------------------------------------------------------

    def _calls(
        self, expect: MappingNode, entry: Entry, listed: SequenceNode, rows: Sequence[Row]
    ) -> None:
        if self._is_flow(listed):
            self._flow_calls(expect, entry, listed, rows)
        elif all(row.made is None for row in rows):
            self.edits.append(_Edit(entry.key.span.end, listed.span.end, ": []"))
        else:
            self._block_calls(listed, rows)

    def _flow_calls(
        self, expect: MappingNode, entry: Entry, listed: SequenceNode, rows: Sequence[Row]
    ) -> None:
        """Write a list in brackets anew; what is as expected stays as it was written."""
        items = [self._flow_item(row) for row in rows if row.made is not None]
        line = f"[{', '.join(items)}]"
        column = self.source.position(entry.key.span.start).column
        if self._is_flow(expect) or len(line) + column + len("calls: ") <= WIDTH:
            self._replace(listed, line)
            return
        made = [row.made for row in rows if row.made is not None]
        lines = [f"{line}\n" for one in made for line in _item(one, column + 1)]
        self.edits.append(_Edit(entry.key.span.end + 1, listed.span.end, ""))
        end = self._line_end(listed.span.end)
        self.edits.append(_Edit(end, end, "".join(lines)))

    def _flow_item(self, row: Row) -> str:
        if row.wanted is None or row.made is None:
            return flow(_call(row.made)) if row.made is not None else ""
        span = row.wanted.node.span
        inner = _File(Source(self.source.path, self.source.text))
        inner.differences(row)
        text = inner.text()
        grown = len(text) - len(self.source.text)
        return text[span.start : span.end + grown]

    def _block_calls(self, listed: SequenceNode, rows: Sequence[Row]) -> None:
        first = listed.items[0]
        dash = self.source.text.rfind("-", 0, first.span.start)
        indent = self.source.position(dash).column - 1
        place = self._line_start(dash)
        for row in rows:
            if row.wanted is None and row.made is not None:
                lines = "".join(f"{line}\n" for line in _item(row.made, indent))
                self.edits.append(_Edit(place, place, lines))
            elif row.wanted is not None:
                start = self.source.text.rfind("-", 0, row.wanted.node.span.start)
                end = self._line_end(row.wanted.node.span.end)
                if row.made is None:
                    self.edits.append(_Edit(self._line_start(start), end, ""))
                else:
                    self.differences(row)
                place = end

    def differences(self, row: Row) -> None:
        """Put what was made in place of what differs."""
        wanted, made = row.wanted, row.made
        if wanted is None or made is None:
            return
        if row.late is not None and wanted.at_span is not None:
            at = format_duration(made.after)
            self.edits.append(_Edit(wanted.at_span.start, wanted.at_span.end, at))
        for one in row.differences:
            if one.there:
                self._replace(one.node, flow(one.actual))
            elif wanted.args is not None:
                self._drop_argument(wanted.args, one.path.split("."))

    def _drop_argument(self, args: Node, path: Sequence[str]) -> None:
        """Leave out an argument that the call does not have; the last one leaves `{}` behind."""
        node = args
        for step in path[:-1]:
            node = _within(node, step)
        if not isinstance(node, MappingNode):
            return
        entry = node.entry(path[-1])
        if entry is not None and len(node.entries) == 1:
            self.edits.append(_Edit(node.span.start, node.span.end, "{}"))
        elif entry is not None:
            self._drop_entry(node, entry)

    # --- the text ----------------------------------------------------------------------------

    def _is_flow(self, node: Node) -> bool:
        return self.source.text[node.span.start : node.span.start + 1] in {"[", "{"}

    def _line_start(self, offset: int) -> int:
        return self.source.text.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int:
        """Return the offset after the line break that ends the line of `offset`."""
        end = self.source.text.find("\n", offset)
        return len(self.source.text) if end < 0 else end + 1


def _within(node: Node, step: str) -> Node:
    if isinstance(node, SequenceNode):
        return node.items[int(step)]
    entry = node.entry(step) if isinstance(node, MappingNode) else None
    return node if entry is None else entry.value


def _call(made: Made) -> Json:
    """Return a call as a test expects it."""
    return {made.action: dict(made.args)} if made.args else made.action


def _item(made: Made, indent: int) -> list[str]:
    """Return the lines of a call in a list."""
    return list(call_lines(made.action, dict(made.args), {}, indent))
