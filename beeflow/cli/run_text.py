"""A run for a reader: its decisions with their values, its calls, its waits, its end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from rich.text import Text

from beeflow.cli.terminal import one_line, printable
from beeflow.types import Json, format_duration

if TYPE_CHECKING:
    from rich.console import Console

Row: TypeAlias = Mapping[str, Any]
"""A run, or one of its steps, as `beeflow.engine.listing` gives it."""

OUTCOME_STYLES: Final = {
    "succeeded": "green",
    "failed": "red",
    "unknown": "yellow",
    "cancelled": "yellow",
    "skipped": "dim",
}

_SILENT: Final = frozenset({"now", "state", "release"})
"""Records that only serve the replay of a run."""

_WIDE: Final = 160


def print_run(out: Console, run: Row) -> None:
    """Print a run with all of its steps."""
    outcome = run["outcome"] or run["status"]
    style = OUTCOME_STYLES.get(outcome, "")
    out.print(Text.assemble((f"{run['id']}  {run['recipe']}  ", "bold"), (outcome, style)))
    for label, value in _facts(run):
        out.print(Text.assemble((f"  {label:<10}", "dim"), value))
    for event in run["events"]:
        told = f"{event['id']}  {event['type']}  from {event['source']}, {event['received_at']}"
        out.print(Text.assemble(("  event     ", "dim"), printable(told)))
    out.print()
    for line in steps_text(run["steps"]):
        out.print(line)
    for line in fault_text(run["ending"]):
        out.print(line)
    for path in run["open"]:
        out.print(f"\nwhat became of {path} is not known; once you know, answer it:")
        out.print(f"  beeflow runs resolve {run['id']} --path {path} succeeded|failed")


def _facts(run: Row) -> Iterator[tuple[str, str]]:
    yield "created", run["created_at"]
    if run["ended_at"]:
        yield "ended", run["ended_at"]
    if run["wake_at"]:
        yield "wakes", run["wake_at"]
    if run["reason"]:
        yield "reason", one_line(str(run["reason"]), 400)
    if run["attempt"] > 1:
        yield "attempt", str(run["attempt"])
    if run["inputs"]:
        yield "inputs", value_text(run["inputs"])


def fault_text(ending: Row | None) -> Iterator[Text]:
    """Yield where in the recipe a run failed, and the values in what could not be evaluated."""
    fault = ending.get("fault") if ending else None
    if not fault:
        return
    where = f"{fault['file']}:{fault['line']}" if fault["line"] else fault["path"]
    step = f"step {one_line(fault['step'])}, " if fault["step"] else ""
    if where:  # a run that took too long failed at no step
        yield Text(f"failed in {step}{printable(where)}", "red")
    for name, value in fault["operands"]:
        yield Text.assemble(f"  {one_line(name)} = ", (value_text(value), "magenta"))


def steps_text(steps: Sequence[Row]) -> Iterator[Text]:
    """Yield the lines of a run's steps, those that mean something to a reader."""
    for step in steps:
        if step["kind"] in _SILENT or (step["kind"] == "look" and step["status"] == "done"):
            continue
        yield from step_text(step)


def step_text(step: Row) -> Iterator[Text]:
    """Yield the lines of one step."""
    told = _TOLD.get(step["kind"], _other)
    first, *rest = told(step)
    clock = step["started_at"][11:23]
    yield Text.assemble((f"{clock}  ", "dim"), first)
    for line in (*rest, *_failure(step)):
        yield Text.assemble(" " * 16, line)


def _decision(step: Row) -> Iterator[Text]:
    given = step["input"] or {}
    holds, style = ("true", "green") if given.get("value") is True else ("false", "red")
    yield Text.assemble((decision_name(step["path"]), "bold"), "  ", (holds, style))
    for clause in given.get("clauses", ()):
        yield from clause_text(clause)


def decision_name(path: str) -> str:
    """Return what a decision is called: `conditions`, `if`, `choose`, `until`."""
    head, _, last = path.rpartition("/")
    if head.endswith("/choose"):
        return "choose"
    if last in {"guard", "if"}:
        return "if"
    return "until" if last.startswith("until") else last


def clause_text(clause: Row) -> Iterator[Text]:
    """Yield a clause of a decision with the values in it."""
    mark, style = {True: ("holds", "green"), False: ("does not hold", "red")}.get(
        clause["value"], ("not looked at", "dim")
    )
    yield Text.assemble(one_line(clause["text"], _WIDE), "  ", (mark, style))
    for name, value in clause["operands"]:
        yield Text.assemble(f"  {one_line(name)} = ", (value_text(value), "magenta"))


def _call(step: Row) -> Iterator[Text]:
    given = step["input"] or {}
    prefix = "would call " if step["kind"] == "would" else ""
    took = f"  {step['seconds']:.3f} s" if step["seconds"] is not None else "  under way"
    yield Text.assemble((f"{prefix}{given.get('action', '?')}", "bold"), (took, "dim"))
    for name, value in (given.get("args") or {}).items():
        yield Text(f"{printable(name)}: {value_text(value)}")
    if step["status"] == "done":
        yield Text.assemble("→ ", (value_text(step["output"]), "magenta"))


def _wait(step: Row) -> Iterator[Text]:
    until = f" until {step['until']}" if step["until"] else ""
    over = "" if step["status"] == "open" else ", over"
    given = step["input"] or {}
    what = f" {' or '.join(given['webhook'])}" if "webhook" in given else ""
    yield Text.assemble((step["kind"], "bold"), f"{what}{until}{over}")


def _set(step: Row) -> Iterator[Text]:
    yield Text(step["kind"], "bold")
    for name, value in (step["input"] or {}).items():
        yield Text(f"{printable(name)}: {value_text(value)}")


def _once(step: Row) -> Iterator[Text]:
    free = "not done before" if step["output"] else "done before: passed over"
    key = value_text((step["input"] or {}).get("key"))
    yield Text.assemble(("once", "bold"), f"  {key}: {free}")


def _other(step: Row) -> Iterator[Text]:
    shown = step["input"] if step["input"] is not None else step["output"]
    value = "" if shown is None else f"  {value_text(shown)}"
    yield Text.assemble((step["kind"], "bold"), value)


def _failure(step: Row) -> Iterator[Text]:
    error = step["error"]
    if error:
        retry = error.get("retry_after")
        after = f" (not before {format_duration(retry)})" if retry else ""
        yield Text(f"failed: {one_line(str(error['message']), 400)}{after}", "red")


_TOLD: Final[Mapping[str, Callable[[Row], Iterator[Text]]]] = {
    "decide": _decision,
    "call": _call,
    "would": _call,
    "look": _call,
    "wait": _wait,
    "wait_for": _wait,
    "backoff": _wait,
    "run": _wait,
    "set": _set,
    "claim": _once,
}


def value_text(value: Json) -> str:
    """Return a value on one line, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return one_line(text, _WIDE)
