"""The report as JUnit XML: a test case for each recipe, a failure for each with an error."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from beeflow.check.report import Finding, Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """Return the report as one XML document."""
    by_file: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        by_file[finding.file].append(finding)
    files = dict.fromkeys((*report.files, *by_file))
    failed = sum(any(_fails(one) for one in by_file[file]) for file in files)
    counts = {"tests": str(len(files)), "failures": str(failed), "errors": "0"}
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", {"name": "beeflow validate", **counts})
    for file in files:
        _case(suite, file, by_file[file])
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, file: str, findings: list[Finding]) -> None:
    names = {"name": _clean(file), "classname": "beeflow.validate", "file": _clean(file)}
    case = ET.SubElement(suite, "testcase", names)
    errors = [one for one in findings if _fails(one)]
    if errors:
        message = f"{len(errors)} error" + ("s" if len(errors) > 1 else "")
        failure = ET.SubElement(case, "failure", {"type": errors[0].rule, "message": message})
        failure.text = "\n".join(_line(one) for one in errors)
    rest = [one for one in findings if not _fails(one)]
    if rest:
        ET.SubElement(case, "system-out").text = "\n".join(_line(one) for one in rest)


def _fails(finding: Finding) -> bool:
    return finding.severity == "error"


def _line(finding: Finding) -> str:
    start = finding.range.start
    help_ = f" ({finding.help})" if finding.help else ""
    help_ += f"; {finding.elsewhere}" if finding.elsewhere else ""
    place = f"{finding.file}:{start.line}:{start.column}"
    return _clean(f"{place}: {finding.severity}[{finding.rule}]: {finding.message}{help_}")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
