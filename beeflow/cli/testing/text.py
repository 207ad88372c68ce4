"""The results of tests for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from beeflow.check.report import make_report
from beeflow.check.reports import text as report_text
from beeflow.cli.colour import colour_wanted
from beeflow.cli.terminal import console, printable
from beeflow.cli.testing.failure import failure_lines
from beeflow.drivers.testing.verdict import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from beeflow.cli.testing.session import Ran
    from beeflow.drivers.testing.running import Bench


def print_results(ran: Sequence[Ran]) -> None:
    """Print a line for each test, then why the failing ones fail, then the summary."""
    out = console()
    for one in ran:
        _print_tests(out, one)
    for one in ran:
        _print_failures(out, one)
    out.print(summary(ran))


def _print_tests(out: Console, ran: Ran) -> None:
    out.print(Text(printable(ran.bench.file), "bold"))
    if ran.bench.suite.problems:
        print_problems(out, ran.bench)
    for verdict in ran.verdicts:
        word, style = ("ok  ", "green") if verdict.passed else ("FAIL", "bold red")
        out.print(Text.assemble("  ", (word, style), f"  {printable(verdict.case.name)}"))
    out.print()


def print_problems(out: Console, bench: Bench) -> None:
    """Print what is wrong with a test file, as `beeflow validate` would."""
    report = make_report(bench.suite.problems, [bench.file], bench.sources)
    colours = report_text.ANSI if colour_wanted() else report_text.PLAIN
    for line in report_text.findings(report, colours):
        out.out(line, highlight=False)


def _print_failures(out: Console, ran: Ran) -> None:
    for verdict in ran.verdicts:
        if verdict.passed:
            continue
        line = ran.bench.suite.document.source.position(verdict.case.span.start).line
        where = f"{printable(ran.bench.file)}:{line}"
        name = printable(verdict.case.name)
        out.print(Text.assemble(("FAIL", "bold red"), f"  {where}  ", (name, "bold")))
        for text in failure_lines(verdict, ran.bench):
            out.print(text)
        out.print()


def summary(ran: Sequence[Ran]) -> Text:
    """Return the last line: how many passed, failed, and were not run."""
    verdicts = [verdict for one in ran for verdict in one.verdicts]
    failed = sum(not verdict.passed for verdict in verdicts)
    broken = sum(one.bench.suite.broken for one in ran)
    parts = [f"{len(verdicts) - failed} passed"]
    if failed:
        parts.append(f"{failed} failed")
    if broken:
        parts.append(f"{counted(broken, 'file')} not run")
    told = f"{', '.join(parts)} in {counted(len(ran), 'file')}"
    return Text(told, "bold red" if failed or broken else "bold green")
