"""The demo's account for a reader: what happened, which recipe did what, and what came of it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.text import Text

from beeflow.cli.demo.stage import ZONE, Stage
from beeflow.cli.run_text import OUTCOME_STYLES, decision_name
from beeflow.cli.terminal import one_line, printable
from beeflow.types import Json, instant, parse_datetime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from beeflow.cli.demo.watcher import Seen

_LABEL = 10
_LONG = "a long list"
_ALIKE = 2
"""So many runs of one recipe with one outcome are told in a scene."""
_TOLD = 6
"""So many messages and mails are told in a scene."""
_LINES = 8
"""So many lines are told of a run."""


def print_opening(out: Console, stage: Stage) -> None:
    """Say what runs where."""
    out.print(Text("A webinar's life, in fast motion", "bold"))
    out.print(
        "Nothing leaves this machine: BeeStreamed, Slack and the mail server are a sandbox.\n"
    )
    _line(out, "dashboard", f"{stage.daemon.url}/", "blue")
    _line(out, "sandbox", f"{stage.sandbox.url}/_sandbox", "blue")
    for deployed in stage.daemon.hand.recipes():
        name = deployed.recipe.name if deployed.recipe else "broken"
        _line(out, "recipe", f"{deployed.id}: {name}")


def print_scene(out: Console, number: int, seen: Seen) -> None:
    """Tell one scene."""
    clock = instant(seen.at).astimezone(ZONE).strftime("%a %H:%M")
    out.print(Text.assemble(f"\n{number}. ", (seen.title, "bold"), (f"  ({clock})", "dim")))
    for (kind, answer), count in Counter(map(_delivery, seen.webhooks)).items():
        times = f", {count} times" if count > 1 else ""
        _line(out, "webhook", f"{kind}, signed and delivered: {answer}{times}")
    _print_runs(out, seen.runs)
    _print_told(out, "Slack", [f"{one['channel']}: {one['text']}" for one in seen.slack])
    _print_told(out, "mail", [f"to {_people(one)}: {one['subject']}" for one in seen.mails])
    if not seen.runs:
        _line(out, "", "no recipe is for this", "dim")
    for what, found in seen.effects:
        mark, style = ("seen", "green") if found else ("NOT SEEN", "bold red")
        _line(out, mark, what, style)


def _print_told(out: Console, where: str, lines: list[str]) -> None:
    """Tell what came to Slack or by mail; of very many only the first."""
    for line in lines[:_TOLD]:
        _line(out, where, one_line(line), "magenta")
    if len(lines) > _TOLD:
        _line(out, where, f"… and {len(lines) - _TOLD} more", "magenta")


def _people(mail: dict[str, Json]) -> str:
    to = mail["to"]
    return ", ".join(map(str, to)) if isinstance(to, list) else str(to)


def _delivery(webhook: dict[str, Any]) -> tuple[str, str]:
    return webhook["type"], webhook["answer"] or webhook["status"]


def _print_runs(out: Console, runs: list[dict[str, Any]]) -> None:
    """Tell the runs; of many that are alike only the first few."""
    told = Counter[tuple[str, str]]()
    for run in runs:
        alike = (str(run["recipe"]), str(run["outcome"] or run["status"]))
        told[alike] += 1
        if told[alike] <= _ALIKE:
            _print_run(out, run)
    for (recipe, state), count in told.items():
        if count > _ALIKE:
            more = f"{recipe}: {count - _ALIKE} more runs, {state} like those"
            _line(out, "recipe", more, "cyan")


def _print_run(out: Console, run: dict[str, Any]) -> None:
    state = run["outcome"] or run["status"]
    event = run["events"][0]
    because = f"started by {event['type']} ({event['id']})"
    _line(out, "recipe", f"{run['recipe']}, run {run['id']}, {because}", "cyan")
    lines = [line for step in run["steps"] for line in _step(step)]
    if len(lines) > _LINES:
        lines[_LINES - 1 :] = [Text(f"… and {len(lines) - _LINES + 1} more lines", "dim")]
    for line in lines:
        out.print(Text.assemble(" " * (_LABEL + 5), line))
    told = f"{state}: {one_line(run['reason'])}" if run["reason"] else state
    if state == "waiting":
        told = f"sleeps until {_clock(run['wake_at'])}; while it does, it is only in the journal"
    out.print(Text(f"{'':{_LABEL + 5}}{told}", OUTCOME_STYLES.get(state, "yellow")))


def _clock(text: str) -> str:
    """Return the organiser's time of an instant that is written in ISO 8601."""
    return parse_datetime(text).astimezone(ZONE).strftime("%H:%M")


def _step(step: dict[str, Any]) -> Iterator[Text]:
    """Yield the steps that carry the story: what was decided, called, and waited for."""
    given = step["input"] or {}
    if step["kind"] == "decide":
        for clause in given["clauses"]:
            yield from _clause(decision_name(step["path"]), clause)
    elif step["kind"] == "call":
        args = ", ".join(f"{name}: {_brief(value)}" for name, value in given["args"].items())
        yield Text.assemble("calls ", (given["action"], "bold"), f"  {one_line(args, 140)}")
        if step["error"]:
            yield Text(f"failed: {one_line(step['error']['message'])}", "red")


def _clause(what: str, clause: dict[str, Any]) -> Iterator[Text]:
    verdict, style = {True: ("holds", "green"), False: ("does not hold", "red")}.get(
        clause["value"], ("was not looked at", "dim")
    )
    shown = [(name, _brief(value)) for name, value in clause["operands"]]
    values = [f"`{name}` is {value}" for name, value in shown if value != _LONG]
    because = f", as {' and '.join(values)}" if values else ""
    told = f"{what} `{one_line(clause['text'])}` "
    yield Text.assemble(told, (verdict, style), because)


def _brief(value: Json) -> str:
    """Return a value in a few words."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return _LONG
    if isinstance(value, str) and value.startswith("[{"):
        return _LONG
    return one_line(value if isinstance(value, str) else json.dumps(value), 90)


def _line(out: Console, label: str, text: str, style: str = "") -> None:
    out.print(Text.assemble((f"   {label:<{_LABEL}}", "dim"), (printable(text), style)))


def print_end(out: Console, seen: list[Seen], seconds: float) -> None:
    """Say whether everything was seen."""
    effects = [effect for one in seen for effect in one.effects]
    found = sum(1 for _, was_seen in effects if was_seen)
    style = "bold green" if found == len(effects) else "bold red"
    out.print(Text(f"\n{found} of {len(effects)} expected effects seen, in {seconds:.1f} s", style))
