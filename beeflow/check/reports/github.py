"""The report as commands of GitHub Actions, which annotate a pull request with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beeflow.check.report import Finding, Report


def render(report: Report) -> str:
    """Return a line for each finding; nothing where there are none."""
    return "".join(f"{_command(finding)}\n" for finding in report.findings)


def _command(finding: Finding) -> str:
    start, end = finding.range.start, finding.range.end
    where = {
        "file": finding.file,
        "line": str(start.line),
        "endLine": str(end.line),
        "col": str(start.column),
        "endColumn": str(max(end.column - 1, 1)),
        "title": finding.rule,
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in where.items())
    help_ = f"\nhelp: {finding.help}" if finding.help else ""
    help_ += f"\n{finding.elsewhere}" if finding.elsewhere else ""
    return f"::{finding.severity} {listed}::{_data(finding.message + help_)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
