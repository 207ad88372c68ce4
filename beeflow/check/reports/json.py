"""The report as JSON, version 1: for editors and scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beeflow.check.report import Finding, Point, Range, Related, Report
    from beeflow.types import Json


def render(report: Report) -> str:
    """Return the report as one JSON object."""
    return json.dumps(as_json(report), indent=2, ensure_ascii=False) + "\n"


def as_json(report: Report) -> dict[str, Json]:
    """Return the report as JSON values."""
    return {
        "version": 1,
        "summary": {
            "errors": report.errors,
            "warnings": report.warnings,
            "files": len(report.files),
        },
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "help": finding.help,
        "file": finding.file,
        "range": _range(finding.range),
        "recipe": finding.recipe,
        "path": finding.path,
        "suggestions": list(finding.suggestions),
        "related": [_related(related) for related in finding.related],
    }


def _range(place: Range) -> dict[str, Json]:
    return {"start": _point(place.start), "end": _point(place.end)}


def _point(point: Point) -> dict[str, Json]:
    return {"line": point.line, "column": point.column, "offset": point.offset}


def _related(related: Related) -> dict[str, Json]:
    return {
        "message": related.message,
        "file": related.file,
        "range": _range(related.range) if related.range else None,
    }
