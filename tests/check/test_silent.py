"""Recipes that are odd, and right: not a word about any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeflow.check import Facts, check_paths
from beeflow.check.reports import text

HERE = Path(__file__).parent
RECIPES = HERE.parents[1] / "recipes"


@pytest.mark.parametrize("folder", [HERE / "silent", RECIPES], ids=["odd", "ours"])
def test_what_is_right_is_silent(folder: Path, facts: Facts) -> None:
    report = check_paths([folder], facts)
    assert text.render(report).startswith("0 errors, 0 warnings"), text.render(report)


def test_there_are_recipes() -> None:
    assert len(list((HERE / "silent").glob("*.yaml"))) >= 15
