from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from beeflow.cli import revision as module
from beeflow.cli.revision import revision
from beeflow.config import Config
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def git(*args: str) -> None:
    me = ("-c", "user.name=Someone", "-c", "user.email=someone@example.com")
    subprocess.run(["git", *me, *args], check=True, capture_output=True)


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    (tmp_path / "recipes/deep").mkdir(parents=True)
    (tmp_path / "recipes/one.yaml").write_text("one")
    (tmp_path / "recipes/deep/zwölf und\tmehr.yaml").write_bytes(b"two\xff")
    (tmp_path / "recipes/link.yaml").symlink_to("one.yaml")
    (tmp_path / "recipes/notes.txt").write_text("none of it")
    git("init", "-q", ".")
    git("add", "-A")
    git("commit", "-qm", "All of it")
    return tmp_path


def files(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


@pytest.mark.usefixtures("top")
def test_a_commit_is_spread_out_as_it_was() -> None:
    with revision("HEAD", Config(), None) as spread:
        assert files(spread.recipes) == {
            "one.yaml": b"one",
            "deep/zwölf und\tmehr.yaml": b"two\xff",
            "link.yaml": b"one",
        }
        assert (spread.recipes / "link.yaml").is_symlink()
        assert str(spread).startswith("HEAD (")
        assert "All of it" in str(spread)
        place = spread.recipes
    assert not place.exists()


def test_the_working_folder_may_lie_deep_in_the_repository(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(top / "recipes")
    with revision("HEAD", Config(), None) as spread:
        assert files(spread.recipes) == {}


def test_the_configuration_of_then_says_where_recipes_are(top: Path) -> None:
    (top / "beeflow.yaml").write_text("recipes: recipes/deep\ntimezone: Europe/Copenhagen\n")
    git("add", "-A")
    git("commit", "-qm", "Elsewhere")
    with revision("HEAD", Config(), None) as spread:
        assert list(files(spread.recipes)) == ["zwölf und\tmehr.yaml"]
        assert spread.timezone == "Europe/Copenhagen"


def test_a_broken_configuration_of_then_does_not_matter(top: Path) -> None:
    (top / "beeflow.yaml").write_text("nonsense: true\n")
    git("add", "-A")
    git("commit", "-qm", "Broken")
    with revision("HEAD", Config(), None) as spread:
        assert "one.yaml" in files(spread.recipes)


@pytest.mark.usefixtures("top")
def test_what_git_says_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null/nowhere")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "nonsense")
    with (
        pytest.raises(UsageError, match="git cannot read an earlier version: "),
        revision("HEAD", Config(), None),
    ):
        pass


@pytest.mark.usefixtures("top")
def test_a_git_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TIMEOUT", 0.0)
    with pytest.raises(UsageError, match="git does not answer"), revision("HEAD", Config(), None):
        pass
