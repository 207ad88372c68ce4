"""What a backtest found: for a reader, as Markdown for a pull request, and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from rich.text import Text

from beeflow.cli.terminal import counted, one_line, print_table
from beeflow.drivers.backtest.backtesting import NOT_PLAYED
from beeflow.drivers.backtest.differences import call_text, decision, pairs
from beeflow.types import Json, iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from beeflow.drivers.backtest.backtesting import Backtested
    from beeflow.drivers.backtest.deeds import Deed, Made
    from beeflow.drivers.backtest.differences import Difference

VERSION: Final = 1
"""Of the JSON; a later one may have more fields, not other ones."""

_WIDE: Final = 90
_SHOWN: Final = 3
"""Differences of the same kind whose calls are shown side by side."""


class Sides(msgspec.Struct, frozen=True):
    """What the two sides are called: `recorded`, or a revision; and the recipes that are here."""

    before: str
    after: str


class Kind(msgspec.Struct, frozen=True):
    """Differences that read the same: of one recipe, with the same words."""

    recipe: str
    texts: tuple[str, ...]
    found: tuple[Difference, ...]


def kinds(found: Sequence[Difference]) -> list[Kind]:
    """Return differences by what they say, the most frequent first."""
    grouped: dict[tuple[str, tuple[str, ...]], list[Difference]] = {}
    for one in found:
        grouped.setdefault((one.recipe, one.texts), []).append(one)
    listed = [Kind(recipe, texts, tuple(all_)) for (recipe, texts), all_ in grouped.items()]
    return sorted(listed, key=lambda kind: -len(kind.found))


def summary(done: Backtested) -> Iterator[str]:
    """Yield what was played, and what cannot be told."""
    played = ", ".join(done.played) or "none"
    same = f"; {done.same} the same on both sides" if done.same else ""
    yield f"{counted(done.events, 'event')} played; recipes compared: {played}{same}"
    yield (
        f"{counted(len(done.differences), 'difference')} in {done.compared} decisions; "
        f"{counted(done.recorded, 'read')} answered from the record"
    )
    if done.unfinished:
        told = counted(done.unfinished, "decision")
        yield f"{told} not compared: a run had not ended when it was recorded, or does not end"
    if done.sampled:
        told = ", ".join(f"{name} {count}" for name, count in done.sampled.items())
        yield f"not on record, answered with the documented sample: {told}"
    yield f"not played: {NOT_PLAYED}"


# --- for a reader ----------------------------------------------------------------------------


def print_backtest(out: Console, done: Backtested, sides: Sides, limit: int) -> None:
    """Print the table of differences, the newest last, and the calls of each kind side by side."""
    out.print(Text.assemble((sides.before, "bold"), " → ", (sides.after, "bold"), "\n"))
    rows = done.differences[-limit:] if limit else done.differences
    if rows:
        cells = [_cells(one) for one in rows]
        print_table(
            out, ("event", "received at", "type", "recipe", "differs"), cells, ("cyan", "dim")
        )
        if len(rows) < len(done.differences):
            out.print(f"… the newest {len(rows)} of {len(done.differences)} (--limit 0: all)")
        out.print()
    for kind in kinds(done.differences)[: limit or None]:
        _print_kind(out, kind, sides)
    for line in summary(done):
        out.print(line)


def _cells(one: Difference) -> list[str]:
    event = one.event
    return [event.id, iso(event.received_at)[:19], event.type, one.recipe, "; ".join(one.texts)]


def _print_kind(out: Console, kind: Kind, sides: Sides) -> None:
    example = kind.found[0]
    times = counted(len(kind.found), "event")
    out.print(Text.assemble((kind.recipe, "bold"), f"  {times}, such as {example.event.id}"))
    for text in kind.texts:
        out.print(Text(f"    {one_line(text, 200)}", "yellow"))
    rows = [(sides.before, sides.after), *_side_by_side(example)]
    wide = max(len(one_line(left, _WIDE)) for left, _ in rows)
    for at, (left, right) in enumerate(rows):
        style = "dim" if not at else ""
        line = f"    {one_line(left, _WIDE).ljust(wide)}  |  {one_line(right, _WIDE)}"
        out.print(Text(line.rstrip(), style))
    out.print()


def _side_by_side(one: Difference) -> Iterator[tuple[str, str]]:
    """Yield the decisions, then the calls, each beside the one that it became."""
    yield decision(one.before), decision(one.after)
    calls = [call for deed in one.before for call in deed.calls]
    others = [call for deed in one.after for call in deed.calls]
    for left, right in pairs(calls, others):
        yield _text(left), _text(right)


def _text(call: Made | None) -> str:
    return "" if call is None else call_text(call)


# --- as Markdown -----------------------------------------------------------------------------


def markdown(done: Backtested, sides: Sides, limit: int) -> str:
    """Return what was found as Markdown, for a comment on a pull request."""
    found = counted(len(done.differences), "difference")
    lines = [f"### Backtest: {found}", "", f"`{sides.before}` → `{sides.after}`", ""]
    if done.differences:
        lines += ["| recipe | events | what differs |", "|---|---|---|"]
        lines += [_row(kind) for kind in kinds(done.differences)]
        lines.append("")
        for kind in kinds(done.differences)[: limit or None]:
            lines += _details(kind, sides)
    lines += [f"- {line}" for line in summary(done)]
    return "\n".join(lines) + "\n"


def _row(kind: Kind) -> str:
    texts = "<br>".join(_cell(text) for text in kind.texts)
    return f"| {_cell(kind.recipe)} | {len(kind.found)} | {texts} |"


def _details(kind: Kind, sides: Sides) -> Iterator[str]:
    examples = kind.found[:_SHOWN]
    listed = ", ".join(one.event.id for one in examples)
    times = counted(len(kind.found), "event")
    yield f"<details><summary>{_cell(kind.recipe)}: {times}, such as {listed}</summary>"
    yield ""
    yield f"| {_cell(sides.before)} | {_cell(sides.after)} |"
    yield "|---|---|"
    for left, right in _side_by_side(examples[0]):
        yield f"| {_cell(left)} | {_cell(right)} |"
    yield ""
    yield "</details>"
    yield ""


def _cell(text: str) -> str:
    """Return text in which nothing means anything to Markdown."""
    line = one_line(text, 300)
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>|~#$" else char for char in line)


# --- as data ---------------------------------------------------------------------------------


def backtest_json(done: Backtested, sides: Sides) -> dict[str, Json]:
    """Return what was found as JSON."""
    sampled: dict[str, Json] = dict(done.sampled)
    return {
        "version": VERSION,
        "before": sides.before,
        "after": sides.after,
        "events": done.events,
        "recipes": list(done.played),
        "same": done.same,
        "compared": done.compared,
        "unfinished": done.unfinished,
        "reads": {"recorded": done.recorded, "sampled": sampled},
        "not_played": NOT_PLAYED,
        "differences": [_difference(one) for one in done.differences],
    }


def _difference(one: Difference) -> Json:
    event = one.event
    return {
        "event": event.id,
        "type": event.type,
        "received_at": iso(event.received_at),
        "recipe": one.recipe,
        "differs": list(one.texts),
        "before": [_deed(deed) for deed in one.before],
        "after": [_deed(deed) for deed in one.after],
    }


def _deed(deed: Deed) -> Json:
    return {
        "outcome": deed.outcome,
        "why": deed.why,
        "calls": [
            {
                "after": round(call.after, 3),
                "action": call.action,
                "args": dict(call.args),
                "would": call.would,
            }
            for call in deed.calls
        ],
    }
