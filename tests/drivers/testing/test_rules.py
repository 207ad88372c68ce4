"""The rules that only test files have: their examples, as the rules page shows them, are run here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drivers.testing.bench import known

import beeflow
from beeflow.check import RULES, explain
from beeflow.check.examples import files_of
from beeflow.check.rules.of_tests import OF_TESTS
from beeflow.drivers.testing.library import Library
from beeflow.drivers.testing.running import open_bench
from beeflow.recipe.document import Source

if TYPE_CHECKING:
    from beeflow.check.rule import Rule

PACKAGE = Path(beeflow.__file__).parent
FIRST_RULE = re.compile(r'(?:Finding|[A-Za-z]*Problem)\(\s*"([a-z]+-[a-z-]+)"')


def found(root: Path, example: str) -> list[tuple[str, str]]:
    for file in files_of(example):
        path = root / file.name
        path.parent.mkdir(exist_ok=True)
        path.write_text(file.text, "utf-8")
    tests = root / "live.test.yaml"
    bench = open_bench(Source(tests.as_posix(), tests.read_text("utf-8")), Library(root, known()))
    return [(one.rule, one.severity) for one in bench.suite.problems]


@pytest.mark.parametrize("one", OF_TESTS.values(), ids=list(OF_TESTS))
def test_the_example_has_this_finding_or_none(one: Rule, tmp_path: Path) -> None:
    told = found(tmp_path, one.wrong)
    assert told[0] == (one.name, one.severity)
    # What is wrong with a recipe is told behind it.
    assert len(told) == (2 if one.name == "broken-recipe" else 1)
    for old in tmp_path.rglob("*.yaml"):
        old.unlink()
    assert found(tmp_path, one.right) == []


@pytest.mark.parametrize("name", list(OF_TESTS))
def test_they_are_explained_like_all_others(name: str) -> None:
    assert explain(name).startswith(f"{name} (")
    assert name not in RULES


def test_every_rule_of_a_finding_in_a_test_file_is_explained() -> None:
    files = [*(PACKAGE / "drivers" / "testing").rglob("*.py"), PACKAGE / "check" / "answers.py"]
    names = {name for file in files for name in FIRST_RULE.findall(file.read_text("utf-8"))}
    assert names >= set(OF_TESTS)
    assert names <= {*RULES, *OF_TESTS}
