from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.engine.journal.sqlite.place import Place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    for name in ("beeflow.db", "beeflow.db-wal"):
        (tmp_path / name).touch()
    return tmp_path / "beeflow.db"


def test_what_grows_and_is_cut_stays_in_its_place(path: Path) -> None:
    place = Place.of(path)
    path.write_bytes(b"x" * 5000)
    path.with_name("beeflow.db-shm").touch()
    assert place.left() is None


@pytest.mark.parametrize("name", ["beeflow.db", "beeflow.db-wal"])
def test_what_is_deleted_moved_or_replaced_is_not(path: Path, name: str) -> None:
    place, file = Place.of(path), path.with_name(name)
    file.rename(path.with_name("elsewhere"))
    assert place.left() == file
    file.touch()
    assert place.left() == file
    path.with_name("elsewhere").replace(file)
    assert place.left() is None


def test_a_log_that_was_not_there_is_not_missed(path: Path) -> None:
    path.with_name("beeflow.db-wal").unlink()
    assert Place.of(path).left() is None
