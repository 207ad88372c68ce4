"""Every rule's examples, as the rules page shows them, are run here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from check.examples import HERE, run

from beeflow.check import RULES, Facts, Report, checking
from beeflow.check.report import make_report
from beeflow.check.reports import text
from beeflow.cli import rehearsal
from beeflow.cli.rehearsal import rehearsed
from beeflow.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from beeflow.recipe.problem import Problem

GOLDEN = Path(__file__).parent / "golden" / "examples"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def report_on(example: str, name: str, folder: Path, facts: Facts) -> Report:
    report = run(example, folder, facts)
    if name == "dry-run" and report.findings == ():
        report, _ = rehearsed(report, [HERE], Config(recipes=HERE))
    return report


@pytest.mark.parametrize("name", list(RULES))
def test_what_is_wrong_has_just_this_finding(name: str, folder: Path, facts: Facts) -> None:
    report = report_on(RULES[name].wrong, name, folder, facts)
    got = text.render(report)
    assert [one.rule for one in report.findings] == [name], got
    assert report.findings[0].severity == RULES[name].severity
    expected = GOLDEN / f"{name}.out"
    if os.environ.get("BEEFLOW_UPDATE_GOLDEN"):
        expected.write_text(got, "utf-8")
    assert got == expected.read_text("utf-8"), "BEEFLOW_UPDATE_GOLDEN=1 writes it anew"


@pytest.mark.parametrize("name", list(RULES))
def test_what_is_right_is_silent(name: str, folder: Path, facts: Facts) -> None:
    report = report_on(RULES[name].right, name, folder, facts)
    assert report.findings == (), text.render(report)


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_that_is_switched_off_breaks_its_test(
    name: str, folder: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example's finding is that rule's own: without it nobody else tells of it."""
    if RULES[name].look or RULES[name].survey:
        others = {other: rule for other, rule in RULES.items() if other != name}
        monkeypatch.setattr(checking, "RULES", others)
    else:
        # It is found where recipes are read, comments are weighed, or runs are rehearsed.
        monkeypatch.setattr(checking, "make_report", without(name, make_report))
        monkeypatch.setattr(rehearsal, "_failures", lambda _: ())
    with pytest.raises(AssertionError):
        test_what_is_wrong_has_just_this_finding(name, folder, facts)


def without(name: str, made: Callable[..., Report]) -> Callable[..., Report]:
    """Make reports that leave a rule out."""

    def make(problems: Iterable[Problem], *more: Any) -> Report:
        return made([one for one in problems if one.rule != name], *more)

    return make


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.out")} == set(RULES)
