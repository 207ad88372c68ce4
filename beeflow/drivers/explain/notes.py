"""Run policy in the way of a recipe: what became of its runs for an event, and through whom."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from beeflow.engine.journal.records import Filter
from beeflow.types import format_duration, iso

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import History
    from beeflow.engine.journal.records import OpenRun, Record, Run
    from beeflow.engine.ports import Secrets
    from beeflow.recipe.model import Recipe

NoteKind: TypeAlias = Literal[
    "disabled", "shadow", "secret_missing", "throttled", "dropped", "queued", "delayed",
    "debounced", "cancelled", "refused", "too_deep", "once", "failed", "no_run", "other_text",
]  # fmt: skip

_LOOKED_AT: Final = 200
"""Earlier runs that are looked through for the one that stands in the way."""


class Note(msgspec.Struct, frozen=True):
    """Something that run policy did, or would do. `run` is the run that is meant, or in the way."""

    kind: NoteKind
    text: str
    run: str | None = None


def standing(recipe: Recipe, secrets: Secrets) -> Iterator[Note]:
    """Yield what keeps a recipe from firing whatever the event is."""
    if not recipe.enabled:
        yield Note("disabled", "the recipe is disabled (`enabled: false`): nothing starts it")
    if recipe.mode == "shadow":
        yield Note("shadow", "it is a shadow recipe: its writes are only recorded")
    for name in sorted(recipe.secrets):
        if secrets.get(name) is None:
            text = f"there is no secret `{name}`: a daemon does not load the recipe without it"
            yield Note("secret_missing", text)


async def policy(history: History, recipe: Recipe, opened: OpenRun) -> AsyncIterator[Note]:
    """Yield what became of a run before its first step, and of steps that `once` passed over."""
    run = opened.run
    if run.status == "queued":
        yield await _queued(history, run)
    elif run.status == "delayed":
        until = iso(run.wake_at) if run.wake_at is not None else "it is over"
        yield Note("delayed", f"run {run.id} collects until {until}", run.id)
    elif run.outcome == "skipped" and run.reason == "debounced":
        yield await _debounced(history, recipe, run)
    elif run.outcome == "skipped" and run.reason.startswith("dropped"):
        yield await _dropped(history, run)
    elif run.outcome == "cancelled":
        yield Note("cancelled", f"run {run.id} was {_cancelled(run.reason)}", run.id)
    elif run.outcome in {"failed", "unknown"}:
        yield Note("failed", f"run {run.id} began, and ended {run.outcome}: {run.reason}", run.id)
    throttle = opened.records.get("throttle")
    if throttle is not None and throttle.output is False:
        yield await _throttled(history, recipe, run, throttle)
    for note in _once(opened.records.values()):
        yield note


def _cancelled(reason: str) -> str:
    return reason if reason.startswith("cancelled") else f"cancelled: {reason}"


# --- who is in the way -----------------------------------------------------------------------


async def _queued(history: History, run: Run) -> Note:
    ahead = await _company(history, run)
    behind = f" behind {', '.join(ahead)}" if ahead else ""
    text = f"run {run.id} is queued{behind}: runs of its group ({run.group}) go one after the other"
    return Note("queued", text, ahead[0] if ahead else run.id)


async def _dropped(history: History, run: Run) -> Note:
    there = await _company(history, run)
    who = f" (in the group {run.group}: {', '.join(there)})" if there else ""
    return Note("dropped", f"run {run.id} was {run.reason}{who}", there[0] if there else run.id)


async def _company(history: History, run: Run) -> list[str]:
    """Return the runs of the same group that had not ended when this one began."""
    others = await history.runs(Filter(_LOOKED_AT, recipe=run.recipe))
    return [
        other.id
        for other in reversed(others)
        if other.group == run.group
        and other.id != run.id
        and other.created_at <= run.created_at
        and (other.ended_at is None or other.ended_at > run.created_at)
    ]


async def _debounced(history: History, recipe: Recipe, run: Run) -> Note:
    later = [
        other
        for other in await history.runs(Filter(_LOOKED_AT, recipe=run.recipe))
        if other.created_at >= run.created_at and other.id != run.id and other.group == run.group
    ]
    quiet = f" ({format_duration(recipe.debounce.quiet)} of quiet)" if recipe.debounce else ""
    place = f"run {later[-1].id} took its place" if later else "a later event took its place"
    text = f"run {run.id} was debounced{quiet}: {place}"
    return Note("debounced", text, later[-1].id if later else run.id)


async def _throttled(history: History, recipe: Recipe, run: Run, refused: Record) -> Note:
    """Say which run took the window that this one fell into."""
    given = refused.input if isinstance(refused.input, Mapping) else {}
    key = given.get("key")
    within = recipe.throttle.within if recipe.throttle else 0.0
    since = run.created_at - within - 1.0
    shown = f" for `{key}`" if key else ""
    for other in await history.runs(Filter(_LOOKED_AT, since=since, recipe=run.recipe)):
        if other.created_at > run.created_at or other.id == run.id:
            continue
        opened = await history.run(other.id)
        passed = opened.records.get("throttle") if opened else None
        if passed is not None and passed.output is True and passed.input == refused.input:
            text = (
                f"run {run.id} was throttled: run {other.id} went through{shown} at "
                f"{iso(other.created_at)}, and within {format_duration(within)} only one does"
            )
            return Note("throttled", text, other.id)
    text = f"run {run.id} was throttled: within {format_duration(within)} one went through{shown}"
    return Note("throttled", text, run.id)


def _once(records: Iterable[Record]) -> Iterator[Note]:
    """Yield the steps that `once` passed over, because their key was taken."""
    for record in records:
        if record.kind == "claim" and record.output is False:
            key = record.input.get("key") if isinstance(record.input, Mapping) else None
            step = record.path.removesuffix("/once")
            yield Note("once", f"{step} was passed over: `once` for `{key}` was taken before")
