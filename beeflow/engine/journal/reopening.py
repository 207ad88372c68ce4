"""Which runs a person may open again, and what is kept of their records."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from beeflow.engine.journal import ids
from beeflow.engine.journal.policy import Spot
from beeflow.engine.journal.records import Record, Status
from beeflow.errors import NothingFound, UsageError

RETRIABLE: Final = ("failed", "unknown", "cancelled")


def require_there(run_id: str, status: Status | None) -> Status:
    """Return a run's status; raise `NothingFound` for a run that is not there."""
    if status is None:
        raise no_run(run_id)
    return status


def no_run(run_id: str) -> NothingFound:
    """Return the answer for a run that is not there."""
    return NothingFound(f"there is no run {run_id}: `beeflow runs list` shows those there are")


def named_run(run_id: str) -> int:
    """Return the number of a run that a person named; raise `NothingFound` for no id of one."""
    number = ids.run_number(run_id)
    if number is None:
        raise NothingFound(f"`{run_id}` is not the id of a run, such as r-12")
    return number


def require_retriable(run_id: str, status: Status | None, outcome: str | None) -> None:
    """Raise `UsageError` for a run that may not be retried."""
    standing = _ended(run_id, status, outcome)
    if outcome not in RETRIABLE:
        raise UsageError(
            f"{run_id} {standing}, and only a run that ended {', '.join(RETRIABLE[:-1])} or "
            f"{RETRIABLE[-1]} can be retried"
        )


def require_unknown(run_id: str, status: Status | None, outcome: str | None) -> None:
    """Raise `UsageError` for a run that has no unknown outcome to answer."""
    standing = _ended(run_id, status, outcome)
    if outcome != "unknown":
        raise UsageError(f"{run_id} {standing}, and only a run that ended unknown can be resolved")


def _ended(run_id: str, status: Status | None, outcome: str | None) -> str:
    there = require_there(run_id, status)
    return f"ended {outcome}" if outcome else f"has not ended (it is {there})"


def require_path(run_id: str, path: str, records: Mapping[str, Record]) -> None:
    """Raise `NothingFound` where a run has no record at a path."""
    if path in records:
        return
    near = difflib.get_close_matches(path, records, n=1)
    mend = f": did you mean `{near[0]}`?" if near else ""
    raise NothingFound(f"{run_id} has no record at `{path}`{mend}")


def kept_for_retry(records: Mapping[str, Record]) -> list[Record]:
    """Return what was done; what failed, is open, or handled the failure is tried anew."""
    return [
        one for one in records.values() if one.status == "done" and not _below_on_error(one.path)
    ]


def kept_for_answer(records: Mapping[str, Record], answer: Record) -> list[Record]:
    """Return the records with the answer in its place; the failure is none any more."""
    answered = {**records, answer.path: answer}
    return [one for one in answered.values() if not _below_on_error(one.path)]


def _below_on_error(path: str) -> bool:
    """Whether a record belongs to the recipe's `on_error`."""
    return path == "on_error" or path.startswith("on_error/")


def spot_again(spot: Spot) -> Spot:
    """Return how a run joins its group that is opened again: behind the others, never dropped."""
    return spot if spot.mode == "parallel" else replace(spot, mode="queue", max=None)
