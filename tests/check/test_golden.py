"""Whole reports, as people see them. `BEEFLOW_UPDATE_GOLDEN=1` writes them anew, to be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from beeflow.check import Facts, check_paths
from beeflow.check.reports import text

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in GOLDEN.glob("*.yaml"))


@pytest.mark.parametrize("case", CASES)
def test_a_report_is_as_it_was(case: str, facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    known = replace(facts, secrets=frozenset({"HOOK"}), recipes=frozenset({case}))
    got = text.render(check_paths([Path(f"{case}.yaml")], known))
    expected = GOLDEN / f"{case}.out"
    if os.environ.get("BEEFLOW_UPDATE_GOLDEN"):
        expected.write_text(got, "utf-8")
    assert got == expected.read_text("utf-8")


def test_there_are_cases() -> None:
    assert len(CASES) >= 10
