"""The results of tests as JUnit XML: a suite for each file, as CI systems show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from beeflow.check.report import make_report
from beeflow.check.reports import text as report_text
from beeflow.cli.testing.failure import failure_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.cli.testing.session import Ran
    from beeflow.drivers.testing.running import Bench
    from beeflow.drivers.testing.verdict import Verdict

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(ran: Sequence[Ran]) -> str:
    """Return the results as one XML document."""
    suites = ET.Element("testsuites", _counts(ran))
    for one in ran:
        names = {"name": _clean(one.bench.file), "file": _clean(one.bench.file)}
        suite = ET.SubElement(suites, "testsuite", {**names, **_counts([one])})
        if one.bench.suite.broken:
            _broken(suite, one.bench)
        for verdict in one.verdicts:
            _case(suite, one.bench, verdict)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _counts(ran: Sequence[Ran]) -> dict[str, str]:
    verdicts = [verdict for one in ran for verdict in one.verdicts]
    broken = sum(one.bench.suite.broken for one in ran)
    failed = sum(not verdict.passed for verdict in verdicts)
    return {
        "tests": str(len(verdicts) + broken),
        "failures": str(failed),
        "errors": str(broken),
    }


def _broken(suite: ET.Element, bench: Bench) -> None:
    case = _element(suite, bench, "the test file is right", 1)
    report = make_report(bench.suite.problems, [bench.file], bench.sources)
    first = next(one for one in report.findings if one.severity == "error")
    error = ET.SubElement(case, "error", {"type": first.rule, "message": _clean(first.message)})
    error.text = _clean("\n".join(report_text.findings(report)))


def _case(suite: ET.Element, bench: Bench, verdict: Verdict) -> None:
    line = bench.suite.document.source.position(verdict.case.span.start).line
    case = _element(suite, bench, verdict.case.name, line)
    if verdict.passed:
        return
    first = verdict.failing[0]
    said = {"type": first.about, "message": _clean(first.message)}
    failure = ET.SubElement(case, "failure", said)
    failure.text = _clean("\n".join(line.plain.rstrip() for line in failure_lines(verdict, bench)))


def _element(suite: ET.Element, bench: Bench, name: str, line: int) -> ET.Element:
    about = {
        "name": _clean(name),
        "classname": f"beeflow.test.{bench.suite.recipe or 'unknown'}",
        "file": _clean(bench.file),
        "line": str(line),
    }
    return ET.SubElement(suite, "testcase", about)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
