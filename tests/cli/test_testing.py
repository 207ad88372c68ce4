"""`beeflow test` from the outside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from beeflow.cli.testing import watching

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli.project import Command

RIGHT = """\
recipe: live
tests:
  - name: writes a line
    event: {webhook: event.updated.status, data: {event_ref: E1, status: live}}
    expect: {outcome: succeeded, calls: [log.write: {message: E1 is live}]}
  - name: not for a rehearsal
    event: {webhook: event.updated.status, data: {event_ref: REHEARSAL, status: live}}
    expect: {runs: 0, because: REHEARSAL, calls: []}
"""


@pytest.fixture
def tested(project: Path) -> Path:
    (project / "recipes/live.test.yaml").write_text(RIGHT)
    return project


@pytest.mark.usefixtures("tested")
@pytest.mark.parametrize(
    "args", [(), ("recipes",), ("recipes/live.test.yaml",), ("recipes/live.yaml",)]
)
def test_tests_are_named_by_folder_file_or_recipe(cli: Command, args: tuple[str, ...]) -> None:
    shown = cli("test", *args)
    assert shown.code == 0
    assert shown.out.splitlines() == [
        "recipes/live.test.yaml",
        "  ok    writes a line",
        "  ok    not for a rehearsal",
        "",
        "2 passed in 1 file",
    ]


def test_a_changed_recipe_is_told_in_words(cli: Command, tested: Path) -> None:
    recipe = tested / "recipes/live.yaml"
    text = recipe.read_text()
    (tested / "recipes/live.test.yaml").write_text(
        RIGHT.replace(
            "calls: [log.write: {message: E1 is live}]", "calls: [{log.write: , at: 10m}]"
        )
    )
    recipe.write_text(text.replace("actions:\n", "actions:\n  - wait: 5m\n"))
    shown = cli("test")
    assert shown.code == 1
    assert "5m earlier than expected: 5m after the start, not 10m" in shown.out
    assert "the wait before it is at recipes/live.yaml:5" in shown.out
    assert shown.out.endswith("1 passed, 1 failed in 1 file\n")


@pytest.mark.usefixtures("tested")
def test_only_some_tests(cli: Command) -> None:
    assert cli("test", "-k", "REHEARSAL").out.endswith("1 passed in 1 file\n")
    assert cli("test", "-k", "live.test", "-k", "line").out.endswith("1 passed in 1 file\n")
    assert cli("test", "-k", "zebra").code == 3
    assert "no test has `zebra` in its name" in cli("test", "-k", "zebra").err


@pytest.mark.usefixtures("project")
def test_nothing_to_test(cli: Command) -> None:
    assert cli("test").code == 3
    assert cli("test", "nowhere").code == 3
    assert cli("test", "--nonsense").code == 2


def test_a_wrong_test_file_is_a_finding(cli: Command, tested: Path) -> None:
    (tested / "recipes/bad.test.yaml").write_text(RIGHT.replace("recipe: live", "recipe: lve"))
    (tested / "recipes/dark.test.yaml").write_bytes(b"\xff\xfe\0")
    shown = cli("test")
    assert shown.code == 1
    assert "recipes/bad.test.yaml:1:9: error[unknown-recipe]" in shown.out
    assert "did you mean `live`?" in shown.out
    assert "recipes/dark.test.yaml:1:1: error[yaml-encoding]" in shown.out
    assert shown.out.endswith("2 passed, 2 files not run in 3 files\n")


def test_a_file_that_cannot_be_read(cli: Command, tested: Path) -> None:
    (tested / "recipes/gone.test.yaml").symlink_to(tested / "nowhere")
    shown = cli("test")
    assert shown.code == 1
    assert "recipes/gone.test.yaml:1:1: error[unreadable-file]" in shown.out


def test_a_test_file_outside_of_the_recipes_is_about_its_neighbours(
    cli: Command, tested: Path
) -> None:
    other = tested / "other"
    other.mkdir()
    for name in ("live.yaml", "live.test.yaml"):
        (tested / "recipes" / name).rename(other / name)
    assert cli("test", "other").code == 0
    assert cli("test", "other/live.test.yaml").code == 0


WRONG = RIGHT.replace("E1 is live", "E1 is on")


def test_json(cli: Command, tested: Path) -> None:
    (tested / "recipes/live.test.yaml").write_text(WRONG)
    shown = cli("test", "--json", "--coverage")
    assert shown.code == 1
    told = json.loads(shown.out)
    assert told["version"] == 1
    assert told["summary"] == {"passed": 1, "failed": 1, "broken": 0, "files": 1}
    (file,) = told["files"]
    first, second = file["tests"]
    assert (file["file"], file["recipe"]) == ("recipes/live.test.yaml", "live")
    assert (first["name"], first["line"], first["passed"]) == ("writes a line", 3, False)
    (failure,) = first["failures"]
    assert (failure["about"], failure["line"]) == ("calls", 5)
    (row,) = failure["calls"]
    assert row["expected"] == {
        "action": "log.write",
        "args": {"message": "E1 is on"},
        "at": None,
        "line": 5,
    }
    assert (row["made"]["file"], row["made"]["line"]) == ("recipes/live.yaml", 5)
    assert row["differences"] == [
        {"path": "message", "expected": "E1 is on", "actual": "E1 is live", "there": True}
    ]
    assert second["reasons"][0]["about"] == "conditions"
    assert [one["recipe"] for one in told["coverage"]["recipes"]] == ["hello", "live"]


def test_junit(cli: Command, tested: Path) -> None:
    (tested / "recipes/live.test.yaml").write_text(WRONG)
    (tested / "recipes/bad.test.yaml").write_text("recipe: x\ntests: []\n")
    printed = cli("test", "--format", "junit").out
    shown = cli("test", "--junit", "out.xml")
    assert shown.out.endswith("1 passed, 1 failed, 1 file not run in 2 files\n")
    assert (tested / "out.xml").read_text() == printed
    root = ET.fromstring(printed)
    assert root.attrib == {"tests": "3", "failures": "1", "errors": "1"}
    failure = root.find(".//failure")
    error = root.find(".//error")
    assert failure is not None
    assert error is not None
    assert "message: E1 is live" in str(failure.text)
    assert error.attrib["type"] == "unknown-recipe"


@pytest.mark.usefixtures("tested")
def test_coverage_and_its_floor(cli: Command) -> None:
    shown = cli("test", "--coverage")
    assert shown.code == 0
    assert "recipes/live.yaml   1/1    3/3       1/2      83%" in shown.out
    assert "recipes/live.yaml:1: `data.status` of `match` always holds" in shown.out
    assert "recipes/hello.yaml: there are no tests of it" in shown.out
    low = cli("test", "--fail-under", "100")
    assert low.code == 1
    assert "beeflow: coverage is 62.5%, and at least 100% is asked for" in low.err
    assert cli("test", "--fail-under", "60").code == 0
    one = cli("test", "recipes/live.test.yaml", "--coverage")
    assert "hello" not in one.out
    assert cli("test", "--fail-under", "101").code == 2


def test_survivors_are_named(cli: Command, tested: Path) -> None:
    shown = cli("test", "--mutate")
    assert shown.code == 1
    assert "recipes/live.yaml:1: `data.status` is left out of `match`" in shown.out
    assert "2 of 3 changes to the recipes made a test fail" in shown.out
    told = json.loads(cli("test", "--mutate", "--json").out)["mutation"]
    assert [one["noticed_by"] for one in told] == [None, "writes a line", "writes a line"]
    idle = "event: {webhook: event.updated.status, data: {status: idle}}"
    (tested / "recipes/more.test.yaml").write_text(
        f"recipe: live\ntests:\n  - {{name: idle, {idle}, expect: {{runs: 0}}}}\n"
    )
    assert "3 of 3 changes to the recipes made a test fail" in cli("test", "--mutate").out
    (tested / "recipes/live.test.yaml").write_text(WRONG)
    assert "the recipes are not changed while a test fails" in cli("test", "--mutate").out


def test_update(cli: Command, tested: Path) -> None:
    file = tested / "recipes/live.test.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + WRONG.replace("\n", "\r\n").encode())
    shown = cli("test", "--update")
    assert shown.code == 0
    assert "recipes/live.test.yaml: 1 test updated" in shown.out
    assert file.read_bytes() == b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode()
    file.write_text(RIGHT.replace("because: REHEARSAL", "because: zebra"))
    shown = cli("test", "--update")
    assert shown.code == 1
    assert "nothing of it can be updated" in shown.out


def test_a_run_becomes_a_test(cli: Command, tested: Path) -> None:
    event = {"type": "event.updated.status", "data": {"event_ref": "E7", "status": "live"}}
    assert cli("run", "live", "--event", "-", stdin=json.dumps(event)).code == 0
    printed = cli("test", "--record", "r-1")
    assert printed.code == 0
    assert printed.out.startswith('recipe: live\ntests:\n  - name: "as r-1 did on ')
    assert "- log.write: {message: E7 is live}" in printed.out
    file = tested / "recipes/live.test.yaml"
    added = cli("test", "--record", "r-1", "recipes/live.test.yaml")
    assert "a test was added" in added.out
    assert file.read_text().startswith(RIGHT)
    assert cli("test").out.endswith("3 passed in 1 file\n")
    file.unlink()
    assert "written, with the test" in cli("test", "--record", "r-1", "recipes/live.test.yaml").out
    assert cli("test").out.endswith("1 passed in 1 file\n")


@pytest.mark.usefixtures("tested")
def test_what_cannot_be_recorded(cli: Command, tested: Path) -> None:
    event = {"type": "event.updated.status", "data": {"event_ref": "E7", "status": "live"}}
    cli("run", "live", "--event", "-", stdin=json.dumps(event))
    assert cli("test", "--record", "r-9").code == 3
    assert cli("test", "--record", "r-1", "a", "b").code == 2
    both = cli("test", "--record", "r-1", "--mutate")
    assert (both.code, "give it by itself" in both.err) == (2, True)
    (tested / "other.test.yaml").write_text(RIGHT.replace("recipe: live", "recipe: hello"))
    shown = cli("test", "--record", "r-1", "other.test.yaml")
    assert (shown.code, "tests `hello`, and the run is of `live`" in shown.err) == (2, True)
    (tested / "other.test.yaml").write_text("[]\n")
    shown = cli("test", "--record", "r-1", "other.test.yaml")
    assert (shown.code, "this is no test file" in shown.err) == (2, True)


def test_a_recorded_test_that_does_not_fit_any_more(cli: Command, tested: Path) -> None:
    event = {"type": "event.updated.status", "data": {"event_ref": "E7", "status": "live"}}
    cli("run", "live", "--event", "-", stdin=json.dumps(event))
    recipe = tested / "recipes/live.yaml"
    recipe.write_text(recipe.read_text().replace("is live", "is on"))
    shown = cli("test", "--record", "r-1")
    assert shown.code == 0
    assert "`live`, as it is now, does not do what the run did" in shown.err
    recipe.unlink()
    assert "the test needs a hand: there is no recipe `live`" in cli("test", "--record", "r-1").err


def test_watching(cli: Command, tested: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def changes(*folders: Path, **_more: object) -> Iterator[object]:
        assert folders == (tested.joinpath("recipes").relative_to(tested),)
        (tested / "recipes/live.test.yaml").write_text(WRONG)
        yield set()
        (tested / "recipes/live.test.yaml").unlink()
        yield set()
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "watch", changes)
    shown = cli("test", "--watch")
    assert shown.code == 130
    assert "2 passed in 1 file" in shown.out
    assert "1 passed, 1 failed in 1 file" in shown.out
    assert "there are no tests" in shown.out
    assert watching._is_yaml(None, "a/b.test.yaml")
    assert not watching._is_yaml(None, "a/b.txt")
