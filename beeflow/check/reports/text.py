"""The report for people: what is wrong, the line it is in, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.check.report import ALSO
from beeflow.check.visible import visible, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.report import Finding, Related, Report

_WIDEST: Final = 200
"""Columns of a line that are shown; of longer ones, the part around the place."""

_LEAD: Final = 60
"""Columns that are shown before the place in such a line."""


class Colours(msgspec.Struct, frozen=True):
    """What is written before and after the parts of a finding."""

    error: str = ""
    warning: str = ""
    dim: str = ""
    bold: str = ""
    off: str = ""


PLAIN: Final = Colours()
ANSI: Final = Colours("\x1b[1;31m", "\x1b[1;33m", "\x1b[2;36m", "\x1b[1m", "\x1b[0m")


def render(report: Report, colours: Colours = PLAIN) -> str:
    """Return the report as text; `ANSI` colours it for a terminal."""
    lines = [*findings(report, colours), summary(report)]
    return "\n".join(lines) + "\n"


def findings(report: Report, colours: Colours = PLAIN) -> Iterator[str]:
    """Yield the lines of all findings, an empty one after each."""
    for finding in report.findings:
        yield from _finding(report, finding, colours)
        yield ""


def summary(report: Report) -> str:
    """Return the last line: how many there are."""
    errors = _counted(report.errors, "error")
    warnings = _counted(report.warnings, "warning")
    return f"{errors}, {warnings} in {_counted(len(report.files), 'recipe')}"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _finding(report: Report, finding: Finding, colours: Colours) -> Iterator[str]:
    start = finding.range.start
    shade = colours.error if finding.severity == "error" else colours.warning
    place = f"{visible(finding.file)}:{start.line}:{start.column}"
    kind = f"{shade}{finding.severity}[{finding.rule}]{colours.off}"
    said = f"{colours.bold}{visible(finding.message)}{colours.off}"
    yield f"{place}: {kind}: {said}"
    margin = " " * (len(str(start.line)) + 2)
    source = report.sources.get(finding.file)
    if source is not None and source.text.strip():
        yield from _snippet(source.line(start.line), finding, shade, colours)
    if finding.help:
        yield f"{margin}{colours.dim}={colours.off} help: {visible(finding.help)}"
    notes = [_note(related) for related in finding.related if related.message != ALSO]
    for note in notes if finding.elsewhere is None else [*notes, finding.elsewhere]:
        yield f"{margin}{colours.dim}={colours.off} note: {note}"


def _snippet(line: str, finding: Finding, shade: str, colours: Colours) -> Iterator[str]:
    number = str(finding.range.start.line)
    margin = " " * (len(number) + 2)
    begin = finding.range.start.column - 1
    same = finding.range.end.line == finding.range.start.line
    end = finding.range.end.column - 1 if same else len(line)
    if len(line) > _WIDEST:
        cut = max(0, begin - _LEAD)
        line, begin, end = line[cut : cut + _WIDEST], begin - cut, end - cut
    bar = f"{colours.dim}|{colours.off}"
    before, at = visible(line[:begin]), visible(line[begin : max(end, begin + 1)])
    carets = "^" * max(1, width(at))
    yield f"{margin}{bar}"
    yield f" {colours.dim}{number}{colours.off} {bar} {visible(line)}".rstrip()
    yield f"{margin}{bar} {' ' * width(before)}{shade}{carets}{colours.off}"


def _note(related: Related) -> str:
    """Return a remark; "here" in it is the place it is about."""
    if related.file is None or related.range is None:
        return visible(related.message)
    start = related.range.start
    place = f"at {visible(related.file)}:{start.line}:{start.column}"
    words = visible(related.message).split()
    if "here" in words:
        words[words.index("here")] = place
    else:
        words.append(place)
    return " ".join(words)
