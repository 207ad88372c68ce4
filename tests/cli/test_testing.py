"""`beeflow test` from the outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
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


def test_a_test_file_outside_of_the_recipes_is_about_its_neighbours(
    cli: Command, tested: Path
) -> None:
    other = tested / "other"
    other.mkdir()
    for name in ("live.yaml", "live.test.yaml"):
        (tested / "recipes" / name).rename(other / name)
    assert cli("test", "other").code == 0
    assert cli("test", "other/live.test.yaml").code == 0
