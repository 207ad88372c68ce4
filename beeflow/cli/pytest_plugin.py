"""The pytest plugin: a team's own pytest run collects *.test.yaml, and each test in it.

It is found by its entry point (`pytest11`) wherever beeflow is installed, so it imports nothing of
beeflow until there is a test file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a test file of recipes."""
    if not file_path.name.endswith((".test.yaml", ".test.yml")):
        return None
    # A pytest run without such files has no use for half a second of imports.
    from beeflow.cli.testing.collecting import RecipeTests  # noqa: PLC0415

    collected: pytest.Collector = RecipeTests.from_parent(parent, path=file_path)
    return collected
