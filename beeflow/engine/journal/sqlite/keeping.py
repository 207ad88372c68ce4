"""What outlives a run: kept values, the once-ledger, throttles, the texts of recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from beeflow.engine.journal import encoding, policy
from beeflow.engine.journal.sqlite import reading, recording
from beeflow.engine.journal.sqlite.queries import load

if TYPE_CHECKING:
    from sqlite3 import Connection

    from beeflow.engine.commands import Claim, Pass, WriteState
    from beeflow.engine.journal.records import Record
    from beeflow.types import Json

_SQL = load("keeping")


class Asker(msgspec.Struct, frozen=True):
    """The run that asks, the recipe's namespace, and the record that is to hold the answer."""

    run: int
    namespace: str
    record: Record


def change_state(db: Connection, asker: Asker, change: WriteState) -> dict[str, Json]:
    """Apply a change to a recipe's kept values; returns them all."""
    values = policy.changed_state(reading.state(db, asker.namespace), change)
    _answer(db, asker, values)
    db.execute(_SQL["write_state"], (asker.namespace, encoding.encode(values)))
    return values


def claim(db: Connection, asker: Asker, claim: Claim) -> bool:
    """Take a key in the once-ledger; a step that has it keeps it."""
    key = (asker.namespace, claim.once_id, encoding.clean(claim.key))
    holder = db.execute(_SQL["claimant"], key).fetchone()
    answer = holder is None or holder == (asker.run, asker.record.path)
    _answer(db, asker, answer)
    if holder is None:
        db.execute(_SQL["claim"], (*key, asker.run, asker.record.path))
    return answer


def release(db: Connection, asker: Asker, claim: Claim) -> None:
    """Give a claim of this run back."""
    key = (asker.namespace, claim.once_id, encoding.clean(claim.key))
    recording.append(db, recording.part(asker.run, (asker.record,)))
    db.execute(_SQL["release"], (*key, asker.run))


def passes(db: Connection, asker: Asker, throttle: Pass, at: float) -> bool:
    """Say whether an event of the instant `at` passes a throttle, and open its window if so."""
    key, until = (asker.namespace, encoding.clean(throttle.key)), at + throttle.within
    near = (*key, at - throttle.within, until, asker.run)
    answer = db.execute(_SQL["passed_near"], near).fetchone() is None
    _answer(db, asker, answer)
    if answer:
        db.execute(_SQL["pass"], (*key, at, until, asker.run))
    return answer


def _answer(db: Connection, asker: Asker, answer: Json) -> None:
    record = replace(asker.record, output=answer)
    recording.append(db, recording.part(asker.run, (record,)))


def touch(db: Connection) -> None:
    """Write what is there already: it takes a page of the log, and changes nothing."""
    db.execute(_SQL["touch"])


def keep_bundle(db: Connection, recipe_hash: str, encoded: bytes) -> None:
    """Keep the text of a recipe."""
    db.execute(_SQL["keep_bundle"], (recipe_hash, encoded))
