from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema

from beeflow.check import FORMATS, RULES, Facts, Finding, Point, Range, Report, check_text
from beeflow.check.report import Related
from beeflow.check.reports import text

if TYPE_CHECKING:
    from beeflow.check.rule import Rule

WRONG = """\
trigger: {webhook: event.created}
actions:
  - action: polls.create
    as: poll
    with: {event_ref: a, question: "é😀", options: [b]}
  - action: log.write
    if: now.hour > 9
    as: x
    with: {message: "é😀 {{ poll.pol_ref }}"}
  - action: log.write
    with: {message: "{{ x }}"}
"""


@pytest.fixture(scope="module")
def report(facts: Facts) -> Report:
    return check_text(WRONG, facts)


def test_a_report_counts(report: Report) -> None:
    assert (report.errors, report.warnings, report.files) == (1, 1, ("<stdin>",))


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_takes_findings_and_none(name: str, report: Report, facts: Facts) -> None:
    assert FORMATS[name](report).endswith("\n")
    empty = FORMATS[name](check_text("actions: []", facts))
    assert empty.endswith("\n") or (name == "github" and not empty)


def test_json_has_the_promised_form(report: Report) -> None:
    got = json.loads(FORMATS["json"](report))
    assert got["version"] == 1
    assert got["summary"] == {"errors": 1, "warnings": 1, "files": 1}
    first = got["findings"][0]
    assert first == {
        "rule": "unknown-field",
        "severity": "error",
        "message": "`poll` has no field `pol_ref`",
        "help": "did you mean `poll_ref`? (has: message, poll_ref, status)",
        "file": "<stdin>",
        "range": {
            "start": {"line": 9, "column": 33, "offset": WRONG.index("pol_ref")},
            "end": {"line": 9, "column": 40, "offset": WRONG.index("pol_ref") + 7},
        },
        "recipe": "stdin",
        "path": "actions/1/with/message",
        "suggestions": ["poll_ref"],
        "related": first["related"],
    }
    assert first["related"][0]["range"]["start"] == {"line": 3, "column": 5, "offset": 47}


def test_text_puts_carets_under_wide_characters(report: Report) -> None:
    lines = FORMATS["text"](report).splitlines()
    line = next(at for at, one in enumerate(lines) if "pol_ref }}" in one)
    assert lines[line + 1].index("^") == lines[line].index("pol_ref") + 1


def test_text_is_coloured_on_demand(report: Report) -> None:
    assert "\x1b[" not in text.render(report)
    assert "\x1b[1;31merror[unknown-field]\x1b[0m" in text.render(report, text.ANSI)


def test_nothing_in_a_recipe_steers_a_terminal(facts: Facts) -> None:
    for hostile in ('name: "\\u001b[2J\\u202e"\nmode: "\\e[31m"\nactions: []', "name: \x1b[2J\n"):
        rendered = text.render(check_text(hostile, facts))
        assert "\x1b" not in rendered
        assert "\u202e" not in rendered


def test_a_remark_without_a_place_stands_as_it_is() -> None:
    assert text._note(Related("as it is")) == "as it is"


def test_sarif_is_well_formed(report: Report) -> None:
    log = json.loads(FORMATS["sarif"](report))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["charLength"] >= 1
    assert run["results"][0]["relatedLocations"][0]["message"]["text"]


@pytest.fixture(scope="module")
def sarif_schema() -> jsonschema.Draft202012Validator:
    """Return the part of the standard that our reports use, and nothing beyond it."""
    schema = json.loads((Path(__file__).parent / "sarif.schema.json").read_text("utf-8"))
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_sarif_is_as_the_standard_says(
    rule: Rule, facts: Facts, sarif_schema: jsonschema.Draft202012Validator
) -> None:
    """Hold each report against the official schema, from which `pydantic_sarif` is made."""
    for example in (rule.wrong, rule.right):
        log = FORMATS["sarif"](check_text(example, facts))
        sarif_schema.validate(json.loads(log))
        StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate_json(log)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"startLine": 9', '"startLine": 0'),
        ('"level": "error"', '"level": "fatal"'),
        ('"columnKind": "unicodeCodePoints"', '"columnKind": "characters"'),
        ('"ruleId"', '"rule_id"'),
        ('"version": "2.1.0"', '"version": "2.0.0"'),
    ],
)
def test_the_official_schema_would_notice(report: Report, old: str, new: str) -> None:
    log = FORMATS["sarif"](report)
    assert old in log
    with pytest.raises(ValidationError):
        StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate_json(
            log.replace(old, new)
        )


def test_sarif_says_of_each_rule_what_it_is(report: Report) -> None:
    (run,) = json.loads(FORMATS["sarif"](report))["runs"]
    rule = run["tool"]["driver"]["rules"][0]
    assert rule["id"] == "maybe-undefined"
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert "```yaml\n" in rule["help"]["markdown"]


def test_a_path_in_sarif_is_a_reference(facts: Facts) -> None:
    report = check_text("x: 1", facts, name=Path("my recipes/é#1.yaml"))
    (run,) = json.loads(FORMATS["sarif"](report))["runs"]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "my%20recipes/%C3%A9%231.yaml"


def test_github_gets_one_escaped_line_each(report: Report) -> None:
    lines = FORMATS["github"](report).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(
        "::error file=<stdin>,line=9,endLine=9,col=33,endColumn=39,title=unknown-field::"
    )
    assert "%0Ahelp: did you mean" in lines[0]


def test_github_cannot_be_given_orders_by_a_recipe() -> None:
    point = Point(1, 1, 0)
    finding = Finding(
        "a,b:c",
        "warning",
        "100%\r\n::error::x",
        "a:b,c%\n.yaml",
        Range(point, point),
        help="1, 2: 3",
    )
    assert FORMATS["github"](Report((finding,), (), {})) == (
        "::warning file=a%3Ab%2Cc%25%0A.yaml,line=1,endLine=1,col=1,endColumn=1,"
        "title=a%2Cb%3Ac::100%25%0D%0A::error::x%0Ahelp: 1, 2: 3\n"
    )


def test_strictly_all_are_errors(report: Report) -> None:
    strict = report.strictly()
    assert (strict.errors, strict.warnings) == (2, 0)
    failure = ET.fromstring(FORMATS["junit"](strict)).find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.attrib["message"] == "2 errors"


def test_junit_fails_what_has_an_error(report: Report, facts: Facts) -> None:
    root = ET.fromstring(FORMATS["junit"](report))
    assert root.attrib["failures"] == "1"
    case = root.find("testsuite/testcase")
    assert case is not None
    failure = case.find("failure")
    assert failure is not None
    assert "unknown-field" in (failure.text or "")
    assert "maybe-undefined" in (case.findtext("system-out") or "")
    fine = ET.fromstring(FORMATS["junit"](check_text("actions: []", facts)))
    assert fine.attrib["failures"] == "0"


def test_junit_counts_several_errors(facts: Facts) -> None:
    root = ET.fromstring(FORMATS["junit"](check_text("nmae: a\nmode: b\nactions: []", facts)))
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.attrib["message"] == "2 errors"
