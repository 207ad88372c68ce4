"""Where the recipes of tests are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from drivers.testing.bench import LIVE, known

from beeflow.drivers.testing.library import Library

if TYPE_CHECKING:
    from pathlib import Path

HAND = "inputs: {n: {type: integer, default: 1}}\nactions:\n  - wait: 1s\n"


def test_a_recipe_is_found_by_its_id_in_whatever_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/other.yaml").write_text(f"id: live\n{LIVE}")
    (tmp_path / "live.yaml").write_text(f"id: else\n{HAND}")
    library = Library(tmp_path, known())
    found = library.find("live")
    assert found is not None
    assert found.document.source.path.endswith("deep/other.yaml")
    assert set(library.ids()) == {"live", "else"}
    assert library.find("nobody") is None
    assert library.problems("nobody") == ()
    assert library.recipe("live", {}).id == "live"


def test_inputs_stand_over_a_recipes_own(tmp_path: Path) -> None:
    (tmp_path / "hand.yaml").write_text(HAND)
    library = Library(tmp_path, known())
    assert library.recipe("hand", {"n": 7}).inputs["n"].value == 7
    assert library.recipe("hand", {"n": "x"}).inputs["n"].value == 1
    assert library.recipe("hand", {"other": 3}) is library.recipe("hand", {})


def test_only_sound_recipes_are_played(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("actions:\n  - action: slack.pst\n")
    library = Library(tmp_path, known())
    assert [one.rule for one in library.problems("bad")] == ["unknown-action"]
    with pytest.raises(LookupError, match="bad"):
        library.recipe("bad", {})


def test_a_folder_that_is_not_there_has_no_recipes(tmp_path: Path) -> None:
    library = Library(tmp_path, known()).beside(tmp_path / "nowhere")
    assert library.ids() == ()
    assert library.find("live") is None
