"""The model of a disk that loses power: it keeps what it must, and may lose the rest."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from faults.outage import SECTOR, Disk
from faults.shim import Op
from faults.tape import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

TRIES = 300
OLD, NEW = b"o" * SECTOR * 4, b"n" * SECTOR * 4


def write(data: bytes, offset: int = 0, name: str = "a") -> Entry:
    return Entry(Op.WRITE, name, offset, data)


def synced(covers: int, name: str = "a") -> Entry:
    return Entry(Op.SYNC, name, covers)


def outcomes(entries: Sequence[Entry]) -> list[dict[str, bytes]]:
    """Return what the disk may hold after these entries, drawn many times."""
    disk = Disk()
    disk.play(entries, len(entries))
    return [disk.lose_power(Random(seed)) for seed in range(TRIES)]


MADE = [Entry(Op.CREATE, "a"), Entry(Op.SYNC, "", 1)]


def test_what_is_synced_is_kept() -> None:
    entries = [*MADE, write(OLD), synced(3)]
    assert all(files == {"a": OLD} for files in outcomes(entries))


def test_what_is_not_synced_is_kept_lost_or_torn_at_sectors() -> None:
    held = {files["a"] for files in outcomes([*MADE, write(OLD), synced(3), write(NEW)])}
    assert {OLD, NEW} < held
    for content in held:
        sectors = [content[at : at + SECTOR] for at in range(0, len(content), SECTOR)]
        assert set(sectors) <= {OLD[:SECTOR], NEW[:SECTOR]}


def test_writes_are_lost_each_for_itself_and_the_later_may_be_kept_alone() -> None:
    entries = [*MADE, write(b"first"), write(b"second", 2 * SECTOR)]
    held = {files["a"] for files in outcomes(entries)}
    assert b"first" in held
    assert bytes(2 * SECTOR) + b"second" in held
    assert b"" in held


def test_a_sync_covers_nothing_that_came_after_it_began() -> None:
    entries = [*MADE, write(OLD), write(NEW), synced(3)]
    assert {files["a"] for files in outcomes(entries)} >= {OLD, NEW}


def test_a_truncation_is_lost_or_kept() -> None:
    entries = [*MADE, write(OLD), synced(3), Entry(Op.TRUNCATE, "a", 7)]
    assert {files["a"] for files in outcomes(entries)} == {OLD, OLD[:7]}


def test_a_file_whose_folder_is_not_synced_may_be_gone_with_all_that_is_synced_in_it() -> None:
    entries = [Entry(Op.CREATE, "a"), write(OLD), synced(2)]
    assert {tuple(files.items()) for files in outcomes(entries)} == {(), (("a", OLD),)}


def test_a_removed_file_may_be_back_and_a_renamed_one_have_either_name() -> None:
    removed = [*MADE, write(OLD), synced(3), Entry(Op.UNLINK, "a")]
    assert {tuple(files.items()) for files in outcomes(removed)} == {(), (("a", OLD),)}
    renamed = [*MADE, write(OLD), synced(3), Entry(Op.RENAME, "a", 0, b"b")]
    held = {tuple(files.items()) for files in outcomes(renamed)}
    assert held == {(("a", OLD),), (("b", OLD),)}


def test_what_another_file_was_given_the_name_of_is_not_taken_for_it() -> None:
    again = [*MADE, write(OLD), synced(3), Entry(Op.UNLINK, "a"), Entry(Op.CREATE, "a"), write(NEW)]
    held = {files.get("a") for files in outcomes([*again, Entry(Op.SYNC, "", 7)])}
    assert OLD not in held
    assert {b"", NEW} < held
