"""A file that appears whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.private_file import appearing
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_it_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out"
    (tmp_path / "out.part").write_text("left by one that was killed")

    with appearing(target) as part:
        part.write_text("whole")
        assert not target.exists()

    assert target.read_text() == "whole"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_nothing_is_left_of_one_that_broke(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("before")

    with pytest.raises(ZeroDivisionError), appearing(target, replace=True) as part:
        part.write_text(f"half{1 / 0}")

    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def test_what_is_there_is_only_replaced_when_asked(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("before")

    with pytest.raises(UsageError, match="there already"), appearing(target):
        pytest.fail("the block is not entered")

    with appearing(target, replace=True) as part:
        part.write_text("after")
    assert target.read_text() == "after"


def test_of_a_link_it_is_the_file_that_the_link_leads_to(tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "folder" / "file"
    file.parent.mkdir()
    link.symlink_to(file)

    with appearing(link) as part:
        part.write_text("whole")

    assert link.is_symlink()
    assert file.read_text() == "whole"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".", "is a folder"),
        ("no/where", "has no folder: make"),
        ("pipe", "is no regular file, and stays"),
        ("x" * 300, "x cannot be written: File name too long"),
    ],
)
def test_a_place_that_takes_no_file_is_named(tmp_path: Path, name: str, why: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match=why), appearing(tmp_path / name, replace=True):
        pytest.fail("the block is not entered")
