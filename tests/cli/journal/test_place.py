"""Sizes for people, and what may not be written over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.cli.ending import USAGE
from beeflow.cli.journal.place import require_apart, sized
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (1536 * 1024, "1.5 MiB"),
        (3000 * 2**30, "3,000.0 GiB"),
    ],
)
def test_bytes_are_told_in_the_largest_unit(size: int, text: str) -> None:
    assert sized(size) == text


@pytest.mark.parametrize("journal", ["beeflow.db", "link.db"])
@pytest.mark.parametrize(
    "name",
    ["beeflow.db", "link.db", "hard.db", "beeflow.db-wal", "beeflow.db-shm", "beeflow.db.lock"],
)
def test_nothing_is_written_over_the_journal(tmp_path: Path, journal: str, name: str) -> None:
    (tmp_path / "beeflow.db").touch()
    (tmp_path / "link.db").symlink_to("beeflow.db")
    (tmp_path / "hard.db").hardlink_to(tmp_path / "beeflow.db")
    (tmp_path / "beeflow.db.lock").touch()

    with pytest.raises(UsageError, match="belongs to the journal"):
        require_apart(tmp_path / name, tmp_path / journal)
    require_apart(tmp_path / "beeflow.db.v1", tmp_path / journal)


def test_neither_a_copy_nor_an_export_replaces_the_journal(cli: Command, project: Path) -> None:
    assert cli("run", "hello", "--json").code == 0
    before = (project / "beeflow.db").stat().st_ino

    for command in ("backup", "export"):
        refused = cli("journal", command, "beeflow.db", "--force")
        assert refused.code == USAGE
        assert "belongs to the journal beeflow.db: name another file" in refused.err
    assert (project / "beeflow.db").stat().st_ino == before
