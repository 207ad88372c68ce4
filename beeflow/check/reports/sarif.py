"""The report as SARIF 2.1.0: for code scanning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from beeflow import __version__
from beeflow.check.rules import RULES

if TYPE_CHECKING:
    from beeflow.check.report import Finding, Range, Related, Report
    from beeflow.types import Json

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> str:
    """Return the report as one SARIF log."""
    names = sorted({finding.rule for finding in report.findings})
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "beeflow",
                "version": __version__,
                "rules": [_rule(name) for name in names],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, names.index(finding.rule)) for finding in report.findings],
    }
    log: dict[str, Json] = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(name: str) -> Json:
    rule = RULES[name]
    return {
        "id": name,
        "shortDescription": {"text": rule.description},
        "help": {"text": f"Wrong:\n{rule.wrong}\n\nRight:\n{rule.right}"},
    }


def _result(finding: Finding, index: int) -> Json:
    text = finding.message if not finding.help else f"{finding.message} ({finding.help})"
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": text},
        "locations": [_location(finding.file, finding.range)],
    }
    related = [_related(one) for one in finding.related if one.range is not None]
    if related:
        result["relatedLocations"] = related
    return result


def _related(related: Related) -> Json:
    assert related.file is not None and related.range is not None  # noqa: S101, PT018 - filtered
    return {**_location(related.file, related.range), "message": {"text": related.message}}


def _location(file: str, place: Range) -> dict[str, Json]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(file)},
            "region": {
                "startLine": place.start.line,
                "startColumn": place.start.column,
                "endLine": place.end.line,
                "endColumn": place.end.column,
                "charOffset": place.start.offset,
                "charLength": place.end.offset - place.start.offset,
            },
        }
    }
