"""The export of a journal: what one line of it holds.

The lines are JSON objects of one member each, whose name says what the line is: `journal` (the
first line: what was exported, and how), `event`, or `run`. A run stands after the event it began
with. Operations (docs/operations.md) describe the members; `FORMAT` counts up when one changes
its meaning or goes. Nothing leaves unmasked unless the masking says so: see `Masking`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from beeflow.engine.listing import event_row, run_detail
from beeflow.types import Json, iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.engine.event import Event
    from beeflow.engine.hiding import Masking
    from beeflow.engine.journal.records import OpenRun

FORMAT: Final = 1
"""The form of these lines."""

_CALLS: Final = frozenset({"call", "look", "would"})
"""The kinds of records that tell of an action: performed, looked up, or not made in a shadow."""


def heading(version: str, at: float, *, masked: bool) -> dict[str, Json]:
    """Return the first line of an export made at the instant `at` by beeflow `version`."""
    told: Json = {"format": FORMAT, "beeflow": version, "exported_at": iso(at), "masked": masked}
    return {"journal": told}


def event_line(event: Event, masking: Masking) -> dict[str, Json]:
    """Return the line of an event: what came in, with its payload."""
    row = event_row(event, 0)
    del row["runs"]
    row["payload"] = masking.secrets(masking.payload(event))
    return {"event": row}


def run_line(opened: OpenRun, masking: Masking) -> dict[str, Json]:
    """Return the line of a run: how it stands, its calls with their answers, its other steps."""
    detail: dict[str, Any] = run_detail(opened, masking)
    steps = detail.pop("steps")
    detail["events"] = [event.id for event in opened.events]
    calls = [_call(step) for step in steps if step["kind"] in _CALLS]
    others = [step for step in steps if step["kind"] not in _CALLS]
    return {"run": detail, "calls": calls, "steps": others}


def _call(step: Mapping[str, Any]) -> Json:
    """Return a call with its action, effect and arguments beside its answer."""
    given = step["input"] if isinstance(step["input"], dict) else {}
    told = {name: given.get(name) for name in ("action", "effect", "args")}
    told["refused"] = given.get("refused", False)
    rest = {name: value for name, value in step.items() if name not in {"input", "until"}}
    return {**rest, **told}
