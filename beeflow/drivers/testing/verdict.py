"""The verdict on a test: what it expected held against what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from beeflow.drivers.testing.comparing import Row, side_by_side
from beeflow.drivers.testing.reasons import Reason, reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beeflow.drivers.testing.model import Case
    from beeflow.drivers.testing.played import Played
    from beeflow.engine.journal.records import OpenRun
    from beeflow.recipe.problem import Span

About: TypeAlias = Literal["runs", "outcome", "error", "because", "calls", "unmocked", "trouble"]


class Failing(msgspec.Struct, frozen=True):
    """One thing that is not as expected. `span` is its place in the test file."""

    about: About
    message: str
    span: Span
    rows: tuple[Row, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """What became of a test; it passed when nothing is `failing`.

    `reasons` tell why the events that started nothing did not.
    """

    case: Case
    played: Played
    failing: tuple[Failing, ...]
    reasons: tuple[Reason, ...]

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return not self.failing


def judge(case: Case, played: Played) -> Verdict:
    """Return the verdict on a test that was played."""
    why = reasons(played)
    found = (
        *_trouble(case, played),
        *_runs(case, played),
        *_outcomes(case, played),
        *_error(case, played),
        *_because(case, why),
        *_unmocked(case, played),
        *_calls(case, played),
    )
    return Verdict(case, played, found, why)


def _place(case: Case, key: str) -> Span:
    return case.wanted.places.get(key, case.span)


def _trouble(case: Case, played: Played) -> Iterator[Failing]:
    if played.trouble:
        yield Failing("trouble", f"the test did not come to its end: {played.trouble}", case.span)


def _runs(case: Case, played: Played) -> Iterator[Failing]:
    wanted, there = case.wanted.runs, len(played.own)
    if wanted is not None and wanted != there:
        message = f"{counted(there, 'run')}, and {wanted or 'none'} expected"
        yield Failing("runs", message, _place(case, "runs"))


def counted(count: int, thing: str) -> str:
    """Return `no run`, `1 run`, `2 runs`."""
    if not count:
        return f"no {thing}"
    return f"1 {thing}" if count == 1 else f"{count} {thing}s"


def _outcomes(case: Case, played: Played) -> Iterator[Failing]:
    wanted = case.wanted.outcome
    there = [str(one.run.outcome) for one in played.own]
    if wanted is None:
        return
    if isinstance(wanted, str):
        right = bool(there) and all(one == wanted for one in there)
        asked = wanted if len(there) <= 1 else f"{wanted}, each of them"
    else:
        right = there == list(wanted)
        asked = ", ".join(wanted) or "no run"
    if not right:
        message = f"ended {', '.join(there)}" if there else "there was no run"
        yield Failing("outcome", f"{message}; expected: {asked}", _place(case, "outcome"))


def _error(case: Case, played: Played) -> Iterator[Failing]:
    wanted = case.wanted.error
    if wanted is None:
        return
    faults = [fault for one in played.own if (fault := fault_of(one)) is not None]
    place = _place(case, "error")
    if not faults:
        yield Failing("error", "no run failed, and an error was expected", place)
        return
    if not any(_is_error(wanted, fault) for fault in faults):
        fault = faults[0]
        said = ", ".join(f"{key}: {_told(fault, key)}" for key in wanted)
        asked = ", ".join(f"{key}: {value}" for key, value in wanted.items())
        yield Failing("error", f"the error is {said}; expected: {asked}", place)


def fault_of(opened: OpenRun) -> Mapping[str, Any] | None:
    """Return why a run failed, as the journal has it; None for one that did not."""
    ending = opened.run.ending or {}
    fault: Any = ending.get("fault")
    return fault if isinstance(fault, dict) else None


def _told(fault: Mapping[str, Any], key: str) -> str:
    """Return `step`, `kind` or `message` of an error."""
    return str(fault["step"] if key == "step" else fault["failure"][key])


def _is_error(wanted: Mapping[str, str], fault: Mapping[str, Any]) -> bool:
    return all(
        value in _told(fault, key) if key == "message" else value == _told(fault, key)
        for key, value in wanted.items()
    )


def _because(case: Case, why: Sequence[Reason]) -> Iterator[Failing]:
    wanted = case.wanted.because
    if wanted is None or any(wanted in one.clause for one in why):
        return
    place = _place(case, "because")
    if not why:
        message = f"no start was held back, and one that is because of `{wanted}` was expected"
        yield Failing("because", message, place)
        return
    said = " and ".join(dict.fromkeys(one.text for one in why))
    yield Failing("because", f"nothing came of it because {said}; expected: `{wanted}`", place)


def _unmocked(case: Case, played: Played) -> Iterator[Failing]:
    if case.wanted.calls is not None:
        return  # the calls tell: it is one too many
    for name in dict.fromkeys(played.unmocked):
        message = f"`{name}` writes, and the test neither mocks nor expects it"
        yield Failing("unmocked", message, _place(case, "calls"))


def _calls(case: Case, played: Played) -> Iterator[Failing]:
    wanted = case.wanted.calls
    if wanted is None:
        return
    rows = side_by_side(wanted, played.calls)
    if not all(row.same for row in rows):
        yield Failing("calls", _summary(rows), _place(case, "calls"), rows)


def _summary(rows: Sequence[Row]) -> str:
    missing = sum(row.made is None for row in rows)
    extra = sum(row.wanted is None for row in rows)
    other = sum(not row.same for row in rows) - missing - extra
    parts = [
        f"{count} {what}"
        for count, what in ((other, "different"), (missing, "missing"), (extra, "not expected"))
        if count
    ]
    return f"the calls differ: {', '.join(parts)}"
