"""The report as SARIF 2.1.0: for code scanning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from beeflow import __version__
from beeflow.check.rules import RULES
from beeflow.check.visible import visible

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
    wrong, right = _shown(rule.wrong), _shown(rule.right)
    return {
        "id": name,
        "shortDescription": {"text": rule.description.partition(". ")[0].rstrip(".") + "."},
        "fullDescription": {"text": rule.description},
        "defaultConfiguration": {"level": rule.severity},
        "help": {
            "text": f"{rule.description}\n\nWrong:\n{wrong}\n\nRight:\n{right}",
            "markdown": f"{rule.description}\n\nWrong:\n\n```yaml\n{wrong}\n```\n\n"
            f"Right:\n\n```yaml\n{right}\n```",
        },
    }


def _shown(example: str) -> str:
    return "\n".join(visible(line) for line in example.splitlines())


def _result(finding: Finding, index: int) -> Json:
    text = finding.message if not finding.help else f"{finding.message} ({finding.help})"
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": text},
        "locations": [_location(finding.file, finding.range)],
    }
    related = [_related(one) for one in dict.fromkeys(finding.related) if one.range is not None]
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
