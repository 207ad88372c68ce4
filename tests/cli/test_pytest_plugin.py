"""A team's own pytest run collects the tests of recipes."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cli.test_testing import RIGHT

from beeflow.cli.pytest_plugin import pytest_collect_file
from beeflow.cli.testing.collecting import RecipeTest, RecipeTests


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


def collected(request: pytest.FixtureRequest, path: Path) -> list[RecipeTest]:
    found = pytest_collect_file(path, request.session)
    assert isinstance(found, RecipeTests)
    return list(found.collect())


def test_an_item_fails_with_what_was_expected(team: Path, request: pytest.FixtureRequest) -> None:
    file = team / "recipes/live.test.yaml"
    file.write_text(RIGHT.replace("E1 is live", "E1 is on"))
    first, second = collected(request, file)
    second.runtest()
    with pytest.raises(AssertionError, match="the calls differ") as raised:
        first.runtest()
    assert "message: E1 is on" in first.repr_failure(raised)
    assert first.reportinfo() == (file, 2, "live: writes a line")
    with pytest.raises(KeyError) as other:
        raise KeyError(1)
    assert "KeyError" in str(first.repr_failure(other))


def test_a_wrong_file_is_not_collected(team: Path, request: pytest.FixtureRequest) -> None:
    file = team / "recipes/bad.test.yaml"
    file.write_text("recipe: nowhere\ntests: []\n")
    with pytest.raises(pytest.Collector.CollectError, match="unknown-recipe"):
        collected(request, file)
    assert pytest_collect_file(team / "recipes/live.yaml", request.session) is None


def test_a_wrong_configuration_is_told(
    team: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecipeTests, "_root", lambda _self: team)
    (team / "beeflow.yaml").write_text("timezone: nowhere\n")
    with pytest.raises(pytest.Collector.CollectError, match="nowhere"):
        collected(request, team / "recipes/live.test.yaml")
    (team / "beeflow.yaml").write_text("timezone: Europe/Copenhagen\n")
    assert len(collected(request, team / "recipes/live.test.yaml")) == 2


def test_the_plugin_is_found_where_beeflow_is_installed() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"beeflow": "beeflow.cli.pytest_plugin"}
