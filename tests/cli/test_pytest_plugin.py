"""A team's own pytest run collects the tests of recipes."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cli.test_testing import RIGHT


def run(folder: Path, *args: str) -> str:
    """Run pytest as a team would, with nothing of ours but the plugin."""
    command = [sys.executable, "-m", "pytest", "-p", "beeflow.cli.pytest_plugin", *args]
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ran = subprocess.run(
        [*command, "--rootdir", str(folder)],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout


@pytest.fixture
def team(project: Path) -> Path:
    (project / "recipes/live.test.yaml").write_text(RIGHT)
    (project / "test_own.py").write_text("def test_own():\n    assert True\n")
    return project


def test_tests_of_recipes_run_beside_others(team: Path) -> None:
    wrong = RIGHT.replace("recipe: live", "recipe: hello").replace("E1 is live", "E1 is on")
    (team / "recipes/hello.test.yaml").write_text(wrong)
    (team / "recipes/bad.test.yml").write_text("recipe: nowhere\ntests: []\n")
    said = run(team, "-v", "--continue-on-collection-errors")
    assert "recipes/live.test.yaml::writes a line PASSED" in said
    assert "test_own.py::test_own PASSED" in said
    assert "hello: writes a line" in said
    assert "message: E1 is on" in said
    assert "recipes/bad.test.yml:1:9: error[unknown-recipe]" in said
    assert "2 failed, 3 passed, 1 error" in said
    assert "Traceback" not in said


def test_the_plugin_is_found_where_beeflow_is_installed() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"beeflow": "beeflow.cli.pytest_plugin"}
