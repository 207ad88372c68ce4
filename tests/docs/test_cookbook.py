from __future__ import annotations

from pathlib import Path

from beeflow.cli.cookbook_page import page

PAGE = Path(__file__).parents[2] / "docs" / "cookbook.md"


def test_the_page_is_true_of_the_recipes() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m beeflow.cli.cookbook_page docs/cookbook.md"
