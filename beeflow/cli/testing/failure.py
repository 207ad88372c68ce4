"""A failing test for a reader: what was expected beside what came, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from rich.text import Text

from beeflow.cli.terminal import printable
from beeflow.cli.testing.places import Places
from beeflow.drivers.testing.comparing import SOON, Difference, Row, is_operators
from beeflow.drivers.testing.verdict import fault_of
from beeflow.types import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beeflow.drivers.testing.model import WantedCall
    from beeflow.drivers.testing.played import Made
    from beeflow.drivers.testing.reasons import Reason
    from beeflow.drivers.testing.running import Bench
    from beeflow.drivers.testing.verdict import Failing, Verdict
    from beeflow.recipe.document import Node
    from beeflow.types import Json

_LEFT: Final = 50
"""Columns of the side of what was expected."""

_LONGEST: Final = 400
"""Characters of a value that are shown."""

_INDENT: Final = "       "


def failure_lines(verdict: Verdict, bench: Bench) -> Iterator[Text]:
    """Yield the lines that tell why a test failed."""
    places = Places(bench, verdict.played)
    for failing in verdict.failing:
        yield Text.assemble((f"  {places.at(failing.span)}: ", "bold"), printable(failing.message))
        yield from _rows(failing, places)
    yield from _faults(verdict)
    if _wants_reason(verdict):
        for reason in verdict.reasons:
            yield from _reason(reason, verdict, places)
    for said in dict.fromkeys(verdict.played.said):
        yield Text(f"  beeflow said: {printable(said)}", "dim")


def _wants_reason(verdict: Verdict) -> bool:
    """Whether a reader asks why nothing came of an event."""
    about = {one.about for one in verdict.failing}
    return not verdict.played.own or bool(about & {"runs", "outcome", "because"})


# --- calls side by side ----------------------------------------------------------------------


def _rows(failing: Failing, places: Places) -> Iterator[Text]:
    if not failing.rows:
        return
    played = places.played
    left = f"expected ({places.bench.file})"
    right = f"made ({places.recipe_file(played.recipes[0])})"
    yield Text(f"{_INDENT}{_padded(left)}  {right}", "dim")
    for number, row in enumerate(failing.rows, 1):
        yield from _row(number, row, places)


def _row(number: int, row: Row, places: Places) -> Iterator[Text]:
    wanted, made = row.wanted, row.made
    left = "(nothing)" if wanted is None else _wanted(wanted, places)
    right = "(not made)" if made is None else _made(made, places)
    if row.same:
        yield Text(f"  {number:>2}   {_padded(left)}  {right}", "dim")
        return
    sign, style = _sign(row)
    head = Text(f"  {number:>2} ")
    head.append(sign, f"bold {style}")
    head.append(f" {_padded(left)}  {right}", style)
    yield head
    if wanted is None and made is not None:
        yield from (Text(f"{_INDENT}{' ' * _LEFT}    {line}", style) for line in _told(made.args))
    elif made is None and wanted is not None and wanted.args is not None:
        plain = wanted.args.plain()
        shown = _told(plain) if isinstance(plain, dict) else ()
        yield from (Text(f"{_INDENT}  {line}", style) for line in shown)
    elif made is not None:
        yield from _late(row, made, places)
        for one in row.differences:
            yield from _difference(one, places)


def _sign(row: Row) -> tuple[str, str]:
    if row.made is None:
        return "-", "red"
    return ("+", "green") if row.wanted is None else ("\u2260", "yellow")


def _wanted(wanted: WantedCall, places: Places) -> str:
    at = "" if wanted.at is None else f"  at {format_duration(wanted.at)}"
    return f":{places.line(wanted.span)} {wanted.action}{at}"


def _made(made: Made, places: Places) -> str:
    spot = places.made(made)
    where = f":{spot.line} " if spot is not None else ""
    own = made.recipe == places.played.recipes[0].id
    if spot is not None and not own:
        where = f"{spot.text} "
    name = f' "{spot.name}"' if spot is not None and spot.name else ""
    would = "  (would have)" if made.would else ""
    return printable(f"{where}{made.action}{name}  at {_after(made.after)}{would}")


def _after(seconds: float) -> str:
    return format_duration(0.0 if abs(seconds) < SOON else seconds)


def _told(args: Mapping[str, Json]) -> Iterator[str]:
    for name, value in args.items():
        yield f"{name}: {shown(value)}"


def _late(row: Row, made: Made, places: Places) -> Iterator[Text]:
    """Tell in words when a call came, and which wait decides that."""
    wanted, late = row.wanted, row.late
    if late is None or wanted is None or wanted.at is None:
        return
    side = "later" if late > 0 else "earlier"
    told = f"{_after(abs(late))} {side} than expected: {_after(made.after)} after the start"
    left = f"at: {_after(wanted.at)} (:{places.line(wanted.at_span or wanted.span)})"
    yield Text(f"{_INDENT}  {_padded(left, 2)}  {told}, not {_after(wanted.at)}", "yellow")
    spot = places.wait_before(made)
    if spot is not None:
        name = f' "{spot.name}"' if spot.name else ""
        yield Text(f"{_INDENT}{' ' * _LEFT}    the wait before it is at {spot.text}{name}")


def _difference(one: Difference, places: Places) -> Iterator[Text]:
    line = places.line(one.node.span)
    expected = _expected(one.node)
    actual = f"{one.path}: {shown(one.actual)}" if one.there else f"{one.path} is not there"
    left = f"{one.path}: {expected} (:{line})"
    if cell_len(left) <= _LEFT - 2 and cell_len(actual) <= _LEFT:
        yield Text(f"{_INDENT}  {_padded(left, 2)}  {actual}", "yellow")
        return
    yield Text(f"{_INDENT}  {one.path} (:{line})", "yellow")
    yield Text(f"{_INDENT}    expected  {expected}", "yellow")
    yield Text(f"{_INDENT}    made      {shown(one.actual) if one.there else '(not there)'}")
    mark = _parting(expected, shown(one.actual))
    if one.there and mark is not None:
        yield Text(f"{_INDENT}              {' ' * mark}^ from here on", "dim")


def _expected(node: Node) -> str:
    value = node.plain()
    if is_operators(node) and isinstance(value, dict):
        return ", ".join(f"{name} {shown(operand)}" for name, operand in value.items())
    return shown(value)


def _parting(one: str, other: str) -> int | None:
    """Return the column at which two long values begin to differ, where that helps."""
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return same or None


def shown(value: Json) -> str:
    """Return a value on one line, as JSON, but texts that need no quotes."""
    if isinstance(value, str) and value and value == value.strip() and value.isprintable():
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    text = printable(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\u2026"


def _padded(text: str, indent: int = 0) -> str:
    return text + " " * max(0, _LEFT - indent - cell_len(text))


# --- why -------------------------------------------------------------------------------------


def _faults(verdict: Verdict) -> Iterator[Text]:
    """Tell why runs failed, unless that is what was expected."""
    for one in verdict.played.own:
        fault = fault_of(one)
        if fault is None or verdict.case.wanted.outcome == "failed":
            continue
        where = f"{fault['file']}:{fault['line']}" if fault["line"] else one.run.recipe
        step = f"step `{fault['step']}`: " if fault["step"] else ""
        yield Text(f"  {where}: the run {one.run.outcome}: {step}{_message(fault)}", "red")
        for text, value in fault["operands"]:
            yield Text(f"      {printable(text)}: {shown(value)}", "dim")


def _message(fault: Mapping[str, Any]) -> str:
    return printable(str(fault["failure"]["message"]))


def _reason(reason: Reason, verdict: Verdict, places: Places) -> Iterator[Text]:
    recipe = verdict.played.recipes[0]
    spot = places.reason(reason, recipe)
    where = spot.text if spot is not None else places.recipe_file(recipe)
    yield Text(f"  {where}: nothing came of it: {printable(reason.text)}", "yellow")
    for text, value in reason.operands:
        yield Text(f"      {printable(text)}: {shown(value)}", "dim")
