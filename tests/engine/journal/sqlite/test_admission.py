"""What only the journal on disk can get wrong about an event."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import begin, event

from beeflow.engine.journal.records import Admission
from beeflow.engine.journal.sqlite import SqliteJournal

if TYPE_CHECKING:
    from pathlib import Path


async def test_what_a_table_refuses_hurts_only_who_sent_it(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")

    answers = await asyncio.gather(
        begin(journal, "a"),
        journal.admit(Admission(event("odd", body="a text, and no bytes"))),
        begin(journal, "b"),
        return_exceptions=True,
    )

    assert isinstance(answers[1], sqlite3.IntegrityError)
    assert await journal.ready() == ("r-1", "r-2")
    assert not journal.broken.is_set()
    await journal.close()


async def test_ids_go_on_without_a_gap_over_duplicates(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    for key in "aaabab":
        await begin(journal, key)

    assert (await begin(journal, "c")).event_id == "e-3"
    await journal.close()

    journal = await SqliteJournal.open(folder / "beeflow.db")
    assert journal.missing == 0
    await journal.close()


@pytest.mark.parametrize("size", [0, 1, 5000, 1_000_000])
async def test_the_body_is_kept_byte_for_byte(folder: Path, size: int) -> None:
    body = b'{ "x" :\t"' + b"y" * size + b'" }'
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await journal.admit(Admission(event("a", body=body)))
    again = await journal.admit(Admission(event("a", body=body)))
    other = await journal.admit(Admission(event("a", body=body.replace(b"\t", b" "))))
    await journal.close()

    kept = sqlite3.connect(folder / "beeflow.db")
    assert kept.execute("SELECT body FROM event").fetchall() == [(body,)]
    kept.close()
    assert (again.status, other.status) == ("duplicate", "conflict")
