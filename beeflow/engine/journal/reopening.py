"""Which runs a person may open again, and what is kept of their records."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.engine.journal import ids
from beeflow.engine.journal.records import Record, Status
from beeflow.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from beeflow.engine.journal.policy import Spot

RETRIABLE: Final = ("failed", "unknown", "cancelled")

REOPENED: Final = "reopened"
"""Path and kind of the record that says when a run was opened again."""

HANDLED: Final = "/handled"
"""How the path ends at which the interpreter tells that the recipe handled a failure."""

_ATTEMPTS: Final = frozenset({"call", "would", "look"})


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


def kept_for_retry(records: Mapping[str, Record], now: float) -> list[Record]:
    """Return what stays of a run that is tried again at `now`.

    What was done stays, with the attempts it took, and so does a failure that the recipe handled.
    What failed is tried anew, with fresh attempts: of a guarded call only its first look stays,
    so that what it made late is known for its own. Waits that were under way begin again, but for
    those for another run.
    """
    handled = _handled(records)
    failed = _failed_calls(records, handled)
    kept = [
        one
        for one in records.values()
        if _below(one.path, handled) or not (_undone(one) or _attempted(one.path, failed))
    ]
    return [*(one for one in kept if not _below_on_error(one.path)), _reopened(now)]


def kept_for_answer(records: Mapping[str, Record], answer: Record, now: float) -> list[Record]:
    """Return the records with the answer in its place; the failure is none any more."""
    answered = {**records, answer.path: answer}
    kept = [one for one in answered.values() if not _below_on_error(one.path)]
    return [*kept, _reopened(now)]


def _reopened(now: float) -> Record:
    """Return the note from when on the run has its whole `timeout` again."""
    return Record(REOPENED, REOPENED, "done", now, now)


def _below_on_error(path: str) -> bool:
    """Whether a record belongs to the recipe's `on_error`."""
    return path == "on_error" or path.startswith("on_error/")


def _handled(records: Mapping[str, Record]) -> tuple[str, ...]:
    """Return the paths at which the recipe handled a failure."""
    return tuple(path.removesuffix(HANDLED) for path in records if path.endswith(HANDLED))


def _below(path: str, tops: tuple[str, ...]) -> bool:
    return any(path == top or path.startswith((f"{top}/", f"{top}#")) for top in tops)


def _failed_calls(records: Mapping[str, Record], handled: tuple[str, ...]) -> frozenset[str]:
    """Return the paths of the calls that did not come to a good end, without the attempt."""
    tried: set[str] = set()
    done: set[str] = set()
    for one in records.values():
        if one.kind in {"call", "would", "look"} and one.status != "done":
            tried.add(_call_of(one.path))
        elif one.kind in {"call", "would"}:
            done.add(_call_of(one.path))
    return frozenset(path for path in tried - done if not _below(path, handled))


def _call_of(path: str) -> str:
    """Return where the call stands of which this is an attempt, or a look."""
    return path.rpartition("#")[0].removesuffix("/look")


def _undone(record: Record) -> bool:
    """Whether a record is of something that is not done, attempts of calls aside."""
    if record.kind == "run" and isinstance(record.output, Mapping):
        # A recipe that was run and still runs is waited for again, and not run twice.
        return record.output.get("outcome") in RETRIABLE
    return record.status == "open" or (record.status == "failed" and record.kind not in _ATTEMPTS)


def _attempted(path: str, failed: frozenset[str]) -> bool:
    """Whether a record is of the attempts of a call that failed."""
    head, _, last = path.rpartition("/")
    if last.startswith("look#0."):
        return False
    if last in {"once", "release"} or last.startswith(("look#", "look-backoff#", "backoff#")):
        return head in failed
    return path.rpartition("#")[0] in failed


def spot_again(spot: Spot) -> Spot:
    """Return how a run joins its group that is opened again: behind the others, never dropped."""
    return spot if spot.mode == "parallel" else replace(spot, mode="queue", max=None)
