from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow import resources
from beeflow.resources import data_folder

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_schemas_and_the_recipes_came_along() -> None:
    assert (data_folder("schemas") / "beestreamed.openapi.yaml").is_file()
    assert list(data_folder("recipes").glob("*.yaml"))


def test_in_a_wheel_they_are_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "beeflow" / "_data" / "schemas"
    packed.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "beeflow")
    assert data_folder("schemas") == packed
    assert data_folder("recipes") == tmp_path / "recipes"
