"""Every example of the page on tests is run, and what it shows of the command is what comes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.ending import run
from beeflow.cli.group import beeflow
from beeflow.drivers.testing import vocabulary
from beeflow.recipe.parser.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).parents[2] / "docs/testing.md").read_text("utf-8")
BLOCK = re.compile(r"^```(yaml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SED = re.compile(r"sed -i 's/(.*)/(.*)/' (\S+) && (.*)")


def files() -> dict[str, str]:
    named = re.compile(r"# (recipes/\S+)\n")
    blocks = [one[2] for one in BLOCK.finditer(PAGE) if one[1] == "yaml"]
    found = {match[1]: text for text in blocks if (match := named.match(text))}
    assert len(found) == len(blocks), "every block names its file"
    return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in files().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def command(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    run(beeflow, shlex.split(line)[1:])
    return capsys.readouterr().out


@pytest.mark.usefixtures("project")
def test_every_example_passes(capsys: pytest.CaptureFixture[str]) -> None:
    said = command("beeflow test", capsys)
    tests = sum(name.endswith(".test.yaml") for name in files())
    assert re.search(rf"^\d+ passed in {tests} files$", said.splitlines()[-1]), said


def shown() -> Iterator[tuple[str, str]]:
    for one in BLOCK.finditer(PAGE):
        if one[1] == "console":
            line, _, output = one[2].partition("\n")
            yield line.removeprefix("$ "), output


@pytest.mark.parametrize(("line", "output"), tuple(shown()))
def test_what_a_command_prints(
    project: Path, line: str, output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = SED.fullmatch(line)
    if changed:
        file = project / changed[3]
        file.write_text(file.read_text().replace(changed[1], changed[2]))
        line = changed[4]
    if line == "beeflow test":
        line = "beeflow test recipes/go-live.test.yaml"
    elif "-k" in line:
        line += " recipes/go-live.test.yaml"
    assert command(line, capsys) == output


def words() -> Iterator[str]:
    for one in vars(vocabulary).values():
        if isinstance(one, Vocabulary):
            yield from one.keys
        elif isinstance(one, tuple):
            yield from one


@pytest.mark.parametrize("word", sorted(set(words())))
def test_every_word_of_a_test_file_is_on_the_page(word: str) -> None:
    assert re.search(rf"`[^`]*(?<![\w-]){re.escape(word)}(?![\w-])[^`]*`", PAGE), word
