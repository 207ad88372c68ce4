"""A dry run for a reader: numbered steps with the recipe's lines, and what each would do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import singledispatch
from typing import TYPE_CHECKING, Final

from rich.text import Text

from beeflow.cli.terminal import one_line, printable
from beeflow.drivers.account import (
    Account,
    Arm,
    Assigned,
    Assumed,
    Awaited,
    Called,
    Decided,
    Ended,
    Guarded,
    Happening,
    Kept,
    Started,
    Step,
    Verdict,
    Waited,
)
from beeflow.types import Json, format_duration, instant

if TYPE_CHECKING:
    from rich.console import Console

    from beeflow.engine.commands import Clause

_WIDE: Final = 160
"""Characters of a value that are shown on one line."""

_FIELDS: Final = 6
"""Fields of an answer that are named."""

_VERDICTS: Final[Mapping[Verdict | None, tuple[str, str]]] = {
    True: ("holds", "green"),
    False: ("does not hold", "red"),
    "unknown": ("known after apply", "yellow"),
    None: ("not looked at", "dim"),
}

_EFFECTS: Final = {
    "read": "a read, not made",
    "idempotent": "idempotent",
    "guarded": "looked for first",
    "once": "once",
}


def print_account(out: Console, account: Account) -> None:
    """Print a dry run."""
    title = f"{account.recipe}: {account.title}" if account.title else account.recipe
    out.print(Text.assemble((printable(title), "bold"), (f"  {account.file}", "dim")))
    if (blueprint := _blueprint(account)) is not None:
        out.print(f"lines are those of the blueprint {printable(blueprint)}")
    if account.mode == "shadow":
        out.print("a shadow recipe: its writes are only recorded")
    out.print(f"{printable(account.trigger)}: {printable(account.origin)}")
    out.print(f"at {moment(account.at)}\n")
    known: tuple[Arm, ...] = ()
    told = account.at
    for number, step in enumerate(account.steps, 1):
        if step.at != told:
            out.print(Text(f"     {_later(step.at - account.at)}{moment(step.at)}", "blue"))
            told = step.at
        for depth, arm in enumerate(step.arms):
            if arm not in known[: depth + 1]:
                out.print(Text(f"{_indent(depth)}         {arm.title}:", "cyan"))
        known = step.arms
        _print_step(out, number, step)


def _blueprint(account: Account) -> str | None:
    """Return the file of the steps, where they stand in another than the recipe's."""
    files = (step.file for step in reversed(account.steps) if step.file is not None)
    return next((file for file in files if not account.file.endswith(file)), None)


def _later(seconds: float) -> str:
    """Return how long after the start something happens, as it stands before its time."""
    return f"{format_duration(seconds)} later, at " if seconds else "at "


def moment(instant_: float) -> str:
    """Return an instant as people read it, in UTC."""
    return instant(instant_).strftime("%Y-%m-%d %H:%M:%S UTC")


def _indent(depth: int) -> str:
    return "  " * depth


def _print_step(out: Console, number: int, step: Step) -> None:
    if isinstance(step.what, Assumed):
        out.print()
    where = f"line {step.line}" if step.line else ""
    lines = list(_lines(step.what, step))
    margin = f"{number:>3}  {where:<9}{_indent(len(step.arms))}"
    out.print(Text.assemble((margin, "dim"), lines[0]))
    for line in lines[1:]:
        out.print(Text.assemble(" " * (len(margin) + 2), line))


@singledispatch
def _lines(what: Happening, step: Step) -> Iterator[Text]:
    """Yield a heading, and lines below it."""
    raise NotImplementedError(f"{what} at {step.path}")


@_lines.register
def _decided(what: Decided, step: Step) -> Iterator[Text]:
    label, style = _VERDICTS[what.value]
    yield Text.assemble((_named(what.what, step), "bold"), "  ", (label, style))
    if what.value == "unknown" and what.what not in {"conditions", "until"}:
        yield Text("both ways are shown", "dim")
    yield from _clauses(what.clauses)


def _clauses(clauses: tuple[Clause, ...]) -> Iterator[Text]:
    for clause in clauses:
        verdict: Verdict | None = clause.value
        if verdict is None and clause.operands:
            verdict = "unknown"
        label, style = _VERDICTS[verdict]
        yield Text.assemble(one_line(clause.text, _WIDE), "  ", (label, style))
        for name, value in clause.operands:
            yield Text.assemble(f"  {one_line(name)} = ", (value_text(value), "magenta"))


@_lines.register
def _called(what: Called, step: Step) -> Iterator[Text]:
    effect = "a read, made" if what.real else _EFFECTS[what.effect]
    if what.shadow:
        effect = "shadow: would be recorded, and not sent"
    heading = Text.assemble((_named(what.action, step), "bold"), (f"  ({effect})", "dim"))
    if what.irreversible:
        heading.append("  cannot be taken back", "bold red")
    if what.into:
        heading.append(f"  as {what.into}")
    yield heading
    yield from _mapping(what.args)
    if what.failure is not None:
        yield Text(f"fails: {one_line(what.failure.message, 400)}", "red")
    elif what.real:
        yield Text(f"answer: {value_text(what.answer)}", "magenta")
    elif what.gives and what.into and what.effect != "read":
        yield Text(f"known after apply: {_fields(what.gives)}", "dim")


def _fields(gives: tuple[tuple[str, str], ...]) -> str:
    """Return the fields of an answer on one line: `poll_ref (a text)`."""
    told = ", ".join(f"{printable(name)} ({kind})" for name, kind in gives[:_FIELDS])
    return told + (", …" if len(gives) > _FIELDS else "")


@_lines.register
def _waited(what: Waited, step: Step) -> Iterator[Text]:
    if what.until is None:
        yield Text.assemble((_named("wait", step), "bold"), "  for as long as is known after apply")
        return
    span = format_duration(what.until - step.at)
    yield Text.assemble((_named("wait", step), "bold"), f"  {span}, until {moment(what.until)}")


@_lines.register
def _awaited(what: Awaited, step: Step) -> Iterator[Text]:
    kinds = " or ".join(what.types)
    until = f"until {moment(what.until)} at the latest"
    yield Text.assemble((_named("wait_for", step), "bold"), f"  {kinds}, {until}")
    yield from _mapping(what.match)
    if what.event_ref is not None:
        yield Text(f"of the event {value_text(what.event_ref)}")
    then = "the step fails" if what.on_timeout == "fail" else "the run goes on, `timed_out` is true"
    yield Text(f"if none comes: {then}", "dim")


@_lines.register
def _assigned(what: Assigned, step: Step) -> Iterator[Text]:
    yield Text(_named("set", step), "bold")
    yield from _mapping(what.values)


@_lines.register
def _kept(what: Kept, step: Step) -> Iterator[Text]:
    yield Text(_named("state", step), "bold")
    yield from _mapping(what.assign)
    for name, amount in what.increment.items():
        yield Text(f"{printable(name)}: + {value_text(amount)}")
    for name in what.delete:
        yield Text(f"{printable(name)}: deleted")


@_lines.register
def _guarded(what: Guarded, step: Step) -> Iterator[Text]:
    del step
    if what.by == "once":
        yield Text.assemble(("once", "bold"), f"  only if {value_text(what.key)} was never done")
        return
    window = format_duration(what.within or 0.0)
    key = f" for {value_text(what.key)}" if what.key else ""
    yield Text.assemble(("throttle", "bold"), f"  only if there was none{key} within {window}")


@_lines.register
def _started(what: Started, step: Step) -> Iterator[Text]:
    how = "without waiting for it" if what.detach else "and wait for its end"
    yield Text.assemble((_named("run", step), "bold"), f"  {printable(what.recipe)}, {how}")
    yield from _mapping(what.inputs)


@_lines.register
def _ended(what: Ended, step: Step) -> Iterator[Text]:
    del step
    style = {"succeeded": "green", "skipped": "yellow"}.get(what.outcome, "red")
    heading = Text.assemble(("ends", "bold"), "  ", (what.outcome, style))
    if what.reason and what.error is None:
        heading.append(f": {one_line(what.reason, 400)}")
    yield heading
    if what.error is not None:
        yield Text(one_line(what.error.message, 400), "red")
    for name, value in what.operands:
        yield Text.assemble(f"  {one_line(name)} = ", (value_text(value), "magenta"))


@_lines.register
def _assumed(what: Assumed, step: Step) -> Iterator[Text]:
    texts = " and ".join(one_line(clause.text) for clause in what.clauses)
    how = "holds" if what.value else "does not hold"
    yield Text.assemble(("otherwise", "bold cyan"), f"  if `{texts}` {how} (line {step.line})")


def _named(what: str, step: Step) -> str:
    """Return what a step is, with the name its author gave it."""
    return f"{what}: {one_line(step.name)}" if step.name else what


def _mapping(values: Mapping[str, Json]) -> Iterator[Text]:
    for name, value in values.items():
        text = value if isinstance(value, str) else value_text(value)
        first, *rest = text.rstrip("\n").split("\n") if "\n" in text else [text]
        yield Text(f"{printable(name)}: {printable(first)}")
        for line in rest:
            yield Text(f"{' ' * (len(name) + 2)}{printable(line)}")


def value_text(value: Json) -> str:
    """Return a value on one line, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return one_line(text, _WIDE)
