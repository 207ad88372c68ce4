"""An explanation for a reader, and as data."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from beeflow.cli.account_text import value_text
from beeflow.cli.terminal import one_line, printable
from beeflow.drivers.occasion import NOT_THERE
from beeflow.types import Json, iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rich.console import Console

    from beeflow.drivers.explain.explaining import Explanation
    from beeflow.engine.commands import Clause
    from beeflow.recipe.model import Recipe

_WIDE: Final = 200
_ANSWERS: Final[Mapping[object, tuple[str, str]]] = {
    True: ("yes, it fired", "bold green"),
    False: ("no, it did not fire", "bold red"),
    "depends": ("it depends", "bold yellow"),
    "not_yet": ("not yet", "bold yellow"),
}
_VERDICTS: Final[Mapping[object, tuple[str, str]]] = {
    True: ("holds", "green"),
    False: ("does not hold", "red"),
    None: ("not looked at", "dim"),
    "unknown": ("known only when it runs", "yellow"),
}

VERSION: Final = 1
"""Of the JSON; a later one may have more fields, not other ones."""


def explanation_json(
    recipe: Recipe, explained: Explanation, hide: Callable[[Json], Json]
) -> dict[str, Json]:
    """Return an explanation as JSON, with what nobody may read hidden."""
    event, decision = explained.event, explained.decision
    told: Json = {
        "version": VERSION,
        "recipe": recipe.id,
        "event": {"id": event.id, "type": event.type, "received_at": iso(event.received_at)},
        "fired": explained.fired,
        "because": explained.because,
        "triggers": [
            {
                "number": at,
                "holds": word.value is True,
                "lines": [_line(one) for one in word.clauses],
                "clauses": _clauses(word.clauses),
            }
            for at, word in enumerate(explained.triggers, 1)
        ],
        "conditions": None
        if decision is None
        else {
            "value": decision.value,
            "recorded": explained.recorded,
            "clauses": _clauses(decision.clauses),
        },
        "policy": [
            {"kind": note.kind, "text": note.text, "run": note.run} for note in explained.notes
        ],
        "unanswered": list(explained.unanswered),
        "runs": [one.run.id for one in explained.runs],
        "smallest_change": _smallest(explained),
        "beyond_the_event": list(explained.beyond),
    }
    hidden = hide(told)
    assert isinstance(hidden, dict)  # noqa: S101 - as it was
    return hidden


def _line(clause: Clause) -> Json:
    """Return one line of a trigger: what is expected where, what is there, whether it holds."""
    path, actual = clause.operands[0]
    expected: Json = clause.text.partition(": ")[2] or clause.text
    if path != "type":
        with contextlib.suppress(ValueError):
            expected = json.loads(str(expected))
    present = actual != NOT_THERE
    return {
        "path": path,
        "expected": expected,
        "actual": actual if present else None,
        "present": present,
        "holds": clause.value is True,
    }


def _clauses(clauses: tuple[Clause, ...]) -> list[Json]:
    return [
        {
            "text": one.text,
            "value": "unknown" if one.value is None and one.operands else one.value,
            "operands": [{"text": text, "value": value} for text, value in one.operands],
        }
        for one in clauses
    ]


def _smallest(explained: Explanation) -> Json:
    if explained.smallest is None:
        return None
    found = explained.smallest
    return {
        "changes": [
            {
                "path": one.path,
                "before": one.before,
                "after": one.after,
                "present": one.present,
                "kept": one.kept,
            }
            for one in found.differences
        ],
        "fires": True if found.look.verdict == "fires" else "depends",
        "unanswered": list(found.look.unanswered),
    }


# --- for a reader ----------------------------------------------------------------------------


def print_explanation(out: Console, told: Mapping[str, Any], name: str) -> None:
    """Print an explanation, as `explanation_json` returns it."""
    event = told["event"]
    title = f"{told['recipe']}: {name}" if name else told["recipe"]
    out.print(Text.assemble((printable(title), "bold"), f"  {printable(_event(event))}"))
    answer, style = _ANSWERS[told["fired"]]
    out.print(Text.assemble((answer, style), f": {one_line(told['because'], 400)}\n"))
    for trigger in told["triggers"]:
        number = f" {trigger['number']}" if len(told["triggers"]) > 1 else ""
        _print_part(out, f"trigger{number}", trigger["holds"], trigger["clauses"])
    if told["conditions"] is not None:
        then = ", as the run decided" if told["conditions"]["recorded"] else ""
        conditions = told["conditions"]
        _print_part(out, f"conditions{then}", conditions["value"], conditions["clauses"])
    for read in told["unanswered"]:
        out.print(Text(f"nobody has an answer of {printable(read)} on record", "dim"))
    for note in told["policy"]:
        out.print(Text.assemble(("policy", "bold"), f"  {one_line(note['text'], 400)}"))
    for line in _change(told):
        out.print(line)


def _event(event: Mapping[str, Any]) -> str:
    return " ".join(
        str(part) for part in (event["type"], event["id"], event["received_at"]) if part
    )


def _print_part(out: Console, what: str, value: object, clauses: list[Any]) -> None:
    label, style = _VERDICTS[value]
    out.print(Text.assemble((what, "bold"), "  ", (label, style)))
    for clause in clauses:
        label, style = _VERDICTS[clause["value"]]
        out.print(Text.assemble(f"    {one_line(clause['text'], _WIDE)}  ", (label, style)))
        for operand in clause["operands"]:
            value_ = (value_text(operand["value"]), "magenta")
            out.print(Text.assemble(f"      {one_line(operand['text'])} = ", value_))


def _change(told: Mapping[str, Any]) -> Iterator[Text]:
    """Yield the smallest change to the event, or that none was found."""
    found = told["smallest_change"]
    if found is None:
        if told["fired"] is False and not _is_hindered(told):
            yield Text("\nno change to the event was found that would have fired it", "bold")
            if told["beyond_the_event"] and told["conditions"] is not None:
                listed = ", ".join(f"`{one}`" for one in told["beyond_the_event"])
                yield Text(f"    its conditions read what does not stand in the event: {listed}")
        return
    where = "" if found["fires"] is True else f", if {', '.join(found['unanswered'])} lets it"
    yield Text(f"\nthe smallest change to the event that would have fired it{where}:", "bold")
    for one in found["changes"]:
        before = _json(one["before"]) if one["present"] else "(not there)"
        after = _json(one["after"]) if one["kept"] else "(not there)"
        yield Text.assemble(
            f"    {printable(one['path'])}: ", (before, "red"), " → ", (after, "green")
        )


def _is_hindered(told: Mapping[str, Any]) -> bool:
    """Whether it is not the event that is in the way."""
    return all(one["holds"] is False for one in told["triggers"]) is False and (
        told["conditions"] is None or told["conditions"]["value"] is not False
    )


def _json(value: Json) -> str:
    return one_line(json.dumps(value, ensure_ascii=False), _WIDE)
