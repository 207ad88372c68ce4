"""The page about editors, commits and pull requests: every snippet is parsed, every command run."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from beeflow import __version__
from beeflow.check import Facts, check_text
from beeflow.cli.ending import run
from beeflow.cli.group import beeflow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "editors-and-ci.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
RIGHT = "actions:\n  - action: log.write\n    with: {message: hello}\n"
WRONG = RIGHT.replace("message", "mesage")


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


def snippet(name: str) -> Any:
    """Return the YAML under a line that names its file."""
    (text,) = (text for text in blocks("yaml") if text.startswith(f"# {name}\n"))
    return yaml.safe_load(text)


def workflow_commands() -> list[str]:
    steps = snippet(".github/workflows/recipes.yml")["jobs"]["validate"]["steps"]
    return [step["run"] for step in steps if step.get("run", "").startswith("beeflow ")]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "go-live.yaml").write_text(RIGHT)
    return tmp_path


def carry_out(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> int:
    """Run a line of a shell: a beeflow command, its input and output from and to files."""
    words = shlex.split(line, comments=True)
    assert words[0] == "beeflow"
    target = words[words.index(">") + 1] if ">" in words else None
    given = Path(words[words.index("<") + 1]).read_bytes() if "<" in words else b""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8"))
    ends = [words.index(sign) for sign in "<>" if sign in words]
    code = run(beeflow, words[1 : min(ends, default=len(words))])
    if target is not None:
        Path(target).write_text(capsys.readouterr().out, "utf-8")
    return code


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("line", [*"".join(blocks("sh")).splitlines(), *workflow_commands()])
def test_every_command_on_the_page_works(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if "--watch" in line:
        monkeypatch.setattr("beeflow.cli.watching.watch", lambda *_, **_options: iter(()))
    assert carry_out(line, monkeypatch, capsys) == 0


@pytest.mark.parametrize("line", workflow_commands())
def test_the_workflow_fails_on_a_mistake(
    line: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (project / "recipes" / "go-live.yaml").write_text(WRONG)
    assert carry_out(line, monkeypatch, capsys) == 1


def test_the_workflow_hands_on_the_file_that_it_writes() -> None:
    steps = snippet(".github/workflows/recipes.yml")["jobs"]["validate"]["steps"]
    (upload,) = (one for one in steps if "upload-sarif" in one.get("uses", ""))
    written = [line.split("> ")[1] for line in workflow_commands() if "sarif" in line]
    assert written == [upload["with"]["sarif_file"]]
    assert upload["if"] == "always()"


def test_the_hook_is_the_one_that_the_page_names() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (repo,) = snippet(".pre-commit-config.yaml")["repos"]
    assert [one["id"] for one in repo["hooks"]] == [hook["id"]]
    assert repo["rev"] == f"v{__version__}"


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("recipes/a.yaml", True),
        ("recipes/deep/a.yml", True),
        ("apps/recipes/blueprints/a.yaml", True),
        ("recipes/a.test.yaml", False),
        ("recipes/_draft.yaml", False),
        ("recipes/.hidden.yaml", False),
        ("recipes/notes.md", False),
        ("beeflow.yaml", False),
    ],
)
def test_the_hook_takes_recipes_and_nothing_else(path: str, taken: bool) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    found = re.search(hook["files"], path) and not re.search(hook["exclude"], path)
    assert bool(found) is taken


def test_the_hook_refuses_a_mistake_and_lets_the_rest_pass(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    command, *args = shlex.split(hook["entry"])
    assert command == "beeflow"
    (project / "recipes" / "wrong.yaml").write_text(WRONG)
    assert run(beeflow, [*args, "recipes/go-live.yaml"]) == 0
    assert run(beeflow, [*args, "recipes/go-live.yaml", "recipes/wrong.yaml"]) == 1
    assert "recipes/wrong.yaml:3:" in capsys.readouterr().out


def test_the_recipe_that_names_its_schema_fits_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (text,) = (text for text in blocks("yaml") if "yaml-language-server" in text)
    (name,) = re.findall(r"\$schema=(\S+)$", text, re.MULTILINE)
    (project / "recipes" / "say.yaml").write_text(text)
    assert run(beeflow, ["validate", "--strict", "recipes/say.yaml"]) == 0
    capsys.readouterr()
    run(beeflow, ["validate", "--schema"])
    schema = (project / "recipes" / name).resolve()
    schema.write_text(capsys.readouterr().out, "utf-8")
    assert schema == project / "recipe.schema.json"
    validator = jsonschema.Draft202012Validator(json.loads(schema.read_text("utf-8")))
    validator.validate(yaml.safe_load(text))
    (settings,) = map(json.loads, blocks("json"))
    assert list(settings["yaml.schemas"]) == ["recipe.schema.json"]


def test_the_ignored_finding_is_ignored() -> None:
    (text,) = (text for text in blocks("yaml") if "beeflow: ignore" in text)
    assert check_text(text, Facts()).findings == ()
    loud = text.replace("  # beeflow: ignore", "  # ignore")
    assert [one.rule for one in check_text(loud, Facts()).findings] == ["unknown-action"]
