"""What a check found, with places as people and machines want them."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from beeflow.check.secrecy import hide, hide_in, telling, written_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from beeflow.recipe.document import Source
    from beeflow.recipe.problem import Problem, Severity, Span


ALSO: Final = "the same stands here"
"""What is said of the further places of one finding."""

_LISTED: Final = 20
"""Lines that are named at most."""


class Point(msgspec.Struct, frozen=True):
    """A character of a file: line and column from 1, offset from 0, all in characters."""

    line: int
    column: int
    offset: int


class Range(msgspec.Struct, frozen=True):
    """From a character to one past the last."""

    start: Point
    end: Point


class Related(msgspec.Struct, frozen=True):
    """A second place, or only a remark."""

    message: str
    file: str | None = None
    range: Range | None = None


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where."""

    rule: str
    severity: Severity
    message: str
    file: str
    range: Range
    help: str | None = None
    recipe: str | None = None
    path: str = ""
    suggestions: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()

    @property
    def elsewhere(self) -> str | None:
        """Where the same stands as well, in words; None where it stands at one place."""
        places = [one.range for one in self.related if one.message == ALSO and one.range]
        if not places:
            return None
        lines = list(dict.fromkeys(str(place.start.line) for place in places))
        shown = ", ".join(lines[:_LISTED]) + (", …" if len(lines) > _LISTED else "")
        more = f"{len(places)} more place{'s' if len(places) > 1 else ''}"
        return f"the same stands at {more} (line{'s' if len(lines) > 1 else ''} {shown})"


class Report(msgspec.Struct, frozen=True):
    """All findings, sorted by file and place. `files` counts the recipes looked at."""

    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    sources: Mapping[str, Source]

    def strictly(self) -> Report:
        """Return the report with all warnings as errors."""
        findings = tuple(replace(finding, severity="error") for finding in self.findings)
        return replace(self, findings=findings)

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return len(self.findings) - self.errors


def make_report(
    problems: Iterable[Problem], files: Iterable[str], sources: Mapping[str, Source]
) -> Report:
    """Return a report of problems whose files are among `sources`; each once."""
    sources, secrets = _hidden(problems := tuple(problems), sources)
    once: dict[tuple[Span, str, str], Problem] = {}
    for problem in problems:
        once.setdefault((problem.span, problem.rule, problem.message), problem)
    found = sorted(once.values(), key=lambda one: (one.span, one.rule, one.message))
    secrets = telling(secrets, chain.from_iterable(map(_texts, found))) if secrets else ()
    shown = (_without(finding(problem, sources), secrets) for problem in found)
    return Report(tuple(shown), tuple(files), sources)


def _hidden(
    problems: Sequence[Problem], sources: Mapping[str, Source]
) -> tuple[Mapping[str, Source], tuple[str, ...]]:
    """Return the texts without the secrets written in them, and these secrets."""
    spans: defaultdict[str, set[Span]] = defaultdict(set)
    for problem in problems:
        if problem.rule == "written-secret" and problem.severity == "warning":
            spans[problem.span.file].add(problem.span)
    for file in {problem.span.file for problem in problems} & set(sources):
        spans[file].update(one.hidden for one in written_secrets(sources[file]))
    secrets = {
        sources[span.file].text[span.start : span.end]
        for found in spans.values()
        for span in found
        if span.file in sources
    }
    hidden = {file: hide_in(source, spans.get(file, ())) for file, source in sources.items()}
    return hidden, tuple(sorted(secrets, key=len, reverse=True))


def _texts(problem: Problem) -> Iterator[str]:
    yield from (problem.message, problem.help or "", *problem.suggestions)
    yield from (note.message for note in problem.notes)


def _without(finding: Finding, secrets: Iterable[str]) -> Finding:
    """Return a finding that tells no secret."""
    if not secrets:
        return finding
    return replace(
        finding,
        message=hide(finding.message, secrets),
        help=hide(finding.help, secrets) if finding.help else None,
        suggestions=tuple(hide(one, secrets) for one in finding.suggestions),
        related=tuple(replace(one, message=hide(one.message, secrets)) for one in finding.related),
    )


def finding(problem: Problem, sources: Mapping[str, Source]) -> Finding:
    """Return a problem with its place in lines and columns."""
    related = tuple(
        Related(note.message, note.span.file, range_of(note.span, sources))
        if note.span
        else Related(note.message)
        for note in problem.notes
    )
    return Finding(
        problem.rule,
        problem.severity,
        problem.message,
        problem.span.file,
        range_of(problem.span, sources),
        problem.help,
        problem.recipe,
        problem.path,
        problem.suggestions,
        related,
    )


def range_of(span: Span, sources: Mapping[str, Source]) -> Range:
    """Return a span in lines and columns."""
    source = sources.get(span.file)
    return Range(_point(source, span.start), _point(source, span.end))


def _point(source: Source | None, offset: int) -> Point:
    if source is None:
        return Point(1, 1, offset)
    line, column = source.position(offset)
    return Point(line, column, source.place(offset))
