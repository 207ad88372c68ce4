from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command


@pytest.mark.usefixtures("project")
def test_a_recipe_is_drawn_as_mermaid(cli: Command) -> None:
    drawn = cli("graph", "live")
    assert drawn.code == 0
    assert drawn.out.startswith('---\ntitle: "live"\n---\nflowchart TD\n')


def test_a_file_is_written_in_the_format_of_its_name(cli: Command, project: Path) -> None:
    drawn = cli("graph", "recipes/live.yaml", "-o", "live.svg")
    assert (drawn.code, drawn.out) == (0, "")
    assert (project / "live.svg").read_text().startswith("<svg ")
    assert cli("graph", "live", "--format", "svg").out == (project / "live.svg").read_text()
    cli("graph", "live", "-o", "live.md")
    assert "flowchart TD" in (project / "live.md").read_text()


def test_without_a_recipe_all_are_drawn(cli: Command, project: Path) -> None:
    (project / "recipes/broken.yaml").write_text("trigger: {webhook: nothing}\n")
    drawn = cli("graph")
    assert drawn.code == 0
    assert 'n1(["event.created"]):::trigger' in drawn.out
    assert "left out, they have errors: broken" in drawn.err
    assert "What triggers what in recipes" in cli("graph", "--format", "svg").out


def test_what_cannot_be_drawn_is_refused(cli: Command, project: Path) -> None:
    assert cli("graph", "nobody").code == 3
    refused = cli("graph", "live", "-o", "no/such/folder.svg")
    assert (refused.code, refused.out) == (2, "")
    assert "no/such/folder.svg: cannot be written" in refused.err
    for recipe in (project / "recipes").iterdir():
        recipe.unlink()
    assert cli("graph").code == 3


@pytest.mark.usefixtures("project")
def test_a_name_that_means_another_format_is_refused(cli: Command) -> None:
    drawn = cli("graph", "live", "-o", "live.png")
    assert drawn.code == 2
    assert "`.png` is neither of the two formats: name it .svg" in drawn.err
    assert cli("graph", "live", "-o", "live.png", "--format", "svg").code == 0
