"""A plan for a reader, and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from beeflow.cli.terminal import one_line, printable
from beeflow.types import Json, instant, iso, zone

if TYPE_CHECKING:
    from rich.console import Console

    from beeflow.check import Finding
    from beeflow.drivers.plan.change import Change
    from beeflow.drivers.plan.planning import Plan, Planned, Times
    from beeflow.engine.journal.records import Run

_MARKS: Final = {
    "added": ("+", "green"),
    "changed": ("~", "yellow"),
    "renamed": ("~", "yellow"),
    "removed": ("-", "red"),
    "broken": ("!", "bold red"),
}
_WIDE: Final = 240
_RUNS: Final = 5
"""Runs under way that are named; of the others only their number is told."""

VERSION: Final = 1
"""Of the JSON; a later one may have more fields, not other ones."""


def print_plan(out: Console, plan: Plan) -> None:
    """Print a plan."""
    out.print(f"the recipes here, against {printable(plan.base)}\n")
    for planned in plan.recipes:
        _print_recipe(out, planned)
    _print_findings(out, "new findings", plan.findings, "red")
    _print_findings(out, "no longer found", plan.mended, "green")
    if plan.reworded:
        names = ", ".join(plan.reworded)
        out.print(f"only comments or layout differ in {names}: they do what they did")
    if plan.broken:
        names = ", ".join(plan.broken)
        out.print(f"broken, as before: {names} (`beeflow validate` tells what is wrong)")
    out.print(_summary(plan))


def _print_recipe(out: Console, planned: Planned) -> None:
    mark, style = _MARKS[planned.fate]
    fate = f"was {planned.was}" if planned.was else planned.fate
    heading = Text.assemble((f"{mark} {planned.recipe}", style), f"  {fate}", "  ")
    out.print(heading.append(printable(planned.file), "dim"))
    for line in _lines(planned):
        out.print(Text(f"    {one_line(line, _WIDE)}"))
    out.print()


def _lines(planned: Planned) -> list[str]:
    lines = [planned.about] if planned.about else []
    lines += [change.text for change in planned.changes]
    if planned.fate == "renamed":
        lines.append("what it remembers (throttle, once, state) begins anew under the new id")
    if planned.fate == "broken":
        lines.append("it has errors: a running daemon keeps its last good version, a new one none")
    lines += [_times(one) for one in planned.times]
    return lines + _runs(planned.runs)


def _times(times: Times) -> str:
    if not times.next:
        return f"schedule {times.schedule}: never again"
    home = zone(times.timezone)
    shown = ", ".join(
        instant(at).astimezone(home).strftime("%a %Y-%m-%d %H:%M") for at in times.next
    )
    return f"next times: {shown} ({times.timezone})"


def _runs(runs: tuple[Run, ...]) -> list[str]:
    if not runs:
        return []
    count = "1 run" if len(runs) == 1 else f"{len(runs)} runs"
    named = ", ".join(_run(run) for run in runs[:_RUNS])
    more = ", …" if len(runs) > _RUNS else ""
    ends = "ends" if len(runs) == 1 else "end"
    return [f"{count} under way {ends} on the old text: {named}{more}"]


def _run(run: Run) -> str:
    if run.wake_at is None:
        return f"{run.id} ({run.status})"
    return f"{run.id} ({run.status} until {instant(run.wake_at):%Y-%m-%d %H:%M} UTC)"


def _print_findings(out: Console, title: str, found: tuple[Finding, ...], style: str) -> None:
    if not found:
        return
    out.print(Text(f"{title}:", style))
    for one in found:
        place = f"{one.file}:{one.range.start.line}:{one.range.start.column}"
        out.print(Text(f"    {place}: {one.severity}[{one.rule}]: {one_line(one.message, _WIDE)}"))
    out.print()


def _summary(plan: Plan) -> str:
    if not plan.recipes:
        return f"no changes: {_counted(plan.unchanged)} as before"
    fates = [one.fate for one in plan.recipes]
    told = [f"{fates.count(fate)} {fate}" for fate in _MARKS if fate in fates]
    return f"{', '.join(told)}, {plan.unchanged} unchanged"


def _counted(count: int) -> str:
    return "1 recipe does" if count == 1 else f"{count} recipes do"


# --- as data ---------------------------------------------------------------------------------


def plan_json(plan: Plan) -> dict[str, Json]:
    """Return a plan as JSON."""
    return {
        "version": VERSION,
        "base": plan.base,
        "changes": plan.changes,
        "recipes": [_recipe(one) for one in plan.recipes],
        "unchanged": plan.unchanged,
        "reworded": list(plan.reworded),
        "broken": list(plan.broken),
        "findings": [_finding(one) for one in plan.findings],
        "mended": [_finding(one) for one in plan.mended],
    }


def _recipe(planned: Planned) -> Json:
    return {
        "recipe": planned.recipe,
        "file": planned.file,
        "fate": planned.fate,
        "was": planned.was,
        "about": planned.about,
        "changes": [_change(one) for one in planned.changes],
        "schedules": [
            {
                "schedule": one.schedule,
                "timezone": one.timezone,
                "next": [iso(at) for at in one.next],
            }
            for one in planned.times
        ],
        "runs": [
            {
                "id": run.id,
                "status": run.status,
                "wake_at": None if run.wake_at is None else iso(run.wake_at),
            }
            for run in planned.runs
        ],
    }


def _change(change: Change) -> Json:
    return {
        "kind": change.kind,
        "where": change.where,
        "title": change.title,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "text": change.text,
    }


def _finding(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "file": finding.file,
        "line": finding.range.start.line,
        "column": finding.range.start.column,
        "recipe": finding.recipe,
    }
