"""The explanation: trigger, conditions and policy of one recipe for one event, and what it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from beeflow.drivers.explain.candidates import beyond
from beeflow.drivers.explain.looking import Ground, Look, look
from beeflow.drivers.explain.notes import Note, policy, standing
from beeflow.drivers.explain.smallest import Search, Smallest
from beeflow.engine.commands import Clause, Decide
from beeflow.engine.interpreter.decisions import texts
from beeflow.engine.journal.records import Filter
from beeflow.engine.scope import kind_of

if TYPE_CHECKING:
    from beeflow.drivers.account import Decided
    from beeflow.engine.event import Event
    from beeflow.engine.journal.protocol import History
    from beeflow.engine.journal.records import OpenRun

Fired: TypeAlias = "bool | Literal['depends', 'not_yet']"
"""`depends` is on what only the platform knows; `not_yet` of a run that is queued or collects."""

_DEEPEST: Final = 8
"""Runs in one chain of causes (recipe language, section 6)."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be explained. `history` is where the event is from, None for one of one's own."""

    ground: Ground
    event: Event
    types: Mapping[str, Sequence[str]]
    history: History | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """An explanation.

    `fired` is what happened, or what would; `because` says why in a sentence. `decision` is that
    on the conditions, `recorded` where it is what a run decided then. `smallest` is the smallest
    change to the event that would have fired it; None where it fired, or none was found. `beyond`
    is what the conditions read that does not stand in the event.
    """

    event: Event
    fired: Fired
    because: str
    triggers: tuple[Decided, ...]
    decision: Decide | None
    recorded: bool
    notes: tuple[Note, ...]
    unanswered: tuple[str, ...]
    runs: tuple[OpenRun, ...]
    smallest: Smallest | None = None
    beyond: tuple[str, ...] = ()


async def explain(question: Question) -> Explanation:
    """Return why the recipe fired for the event, or did not."""
    runs = await _runs(question)
    ground = await _ground(question, runs)
    found = look(ground, question.event)
    notes = [note async for note in _notes(question, runs)]
    decided = _recorded(runs)
    if found.fires and not runs and question.history is not None:
        notes.append(_no_run(question))
    fired = _fired(found, runs, notes)
    explanation = Explanation(
        event=question.event,
        fired=fired,
        because=_because(found, decided, runs, notes, fired),
        triggers=found.triggers,
        decision=decided or found.decision,
        recorded=decided is not None,
        notes=tuple(notes),
        unanswered=tuple(found.unanswered),
        runs=tuple(runs),
        beyond=beyond(text for one in ground.recipe.conditions for text in texts(one)),
    )
    if fired is not False or found.fires:
        return explanation
    return replace(explanation, smallest=Search(ground, question.event, question.types).run(found))


# --- what is on record -----------------------------------------------------------------------


async def _runs(question: Question) -> list[OpenRun]:
    """Return the recipe's runs for the event, oldest first."""
    if question.history is None:
        return []
    listed = await question.history.runs(Filter(limit=0, event=question.event.id))
    mine = [run.id for run in reversed(listed) if run.recipe == question.ground.recipe.id]
    opened = [await question.history.run(run) for run in mine]
    return [one for one in opened if one is not None]


async def _ground(question: Question, runs: Sequence[OpenRun]) -> Ground:
    """Return the ground with what is on record: answers, kept values, a throttle that refused."""
    ground = question.ground
    for opened in runs:
        ground.recorded.add(opened.records.values())
    state: dict[str, Any] = {}
    if question.history is not None:
        shadow = "~shadow" if ground.recipe.mode == "shadow" else ""
        state = await question.history.state(ground.recipe.id + shadow)
    refused = {
        record.input.get("key")
        for opened in runs
        if (record := opened.records.get("throttle")) is not None
        and record.output is False
        and isinstance(record.input, Mapping)
    }
    return replace(
        ground,
        state=state,
        passes=lambda key: key not in refused,
        trigger=_made_for(question, runs),
    )


def _made_for(question: Question, runs: Sequence[OpenRun]) -> int | None:
    """Return the trigger that an event from the inside was made for; -2 where for no one here."""
    if runs:
        return runs[-1].run.trigger
    event = question.event
    if kind_of(event) in {"schedule", "event_start", "watch"} and "/" in event.key:
        return None if event.key.split("/")[1] == question.ground.recipe.id else -2
    return None


def _recorded(runs: Sequence[OpenRun]) -> Decide | None:
    """Return the decision on the conditions as the last run made it."""
    record = runs[-1].records.get("conditions") if runs else None
    told = record.input if record is not None else None
    if not isinstance(told, Mapping):
        return None
    listed: Any = told.get("clauses")
    clauses = tuple(
        Clause(one["text"], one["value"], tuple((text, value) for text, value in one["operands"]))
        for one in listed
    )
    return Decide("conditions", bool(told.get("value")), clauses)


async def _notes(question: Question, runs: Sequence[OpenRun]) -> Any:
    """Yield what policy did, and would do."""
    recipe = question.ground.recipe
    for note in standing(recipe, question.ground.secrets):
        yield note
    if question.history is None:
        return
    for opened in runs:
        if opened.run.recipe_hash != recipe.hash:
            text = f"run {opened.run.id} went by an earlier text of the recipe than the one here"
            yield Note("other_text", text, opened.run.id)
        async for note in policy(question.history, recipe, opened):
            yield note


def _no_run(question: Question) -> Note:
    """Say why an event that the recipe wants started no run of it."""
    event = question.event
    if kind_of(event) == "run":
        text = (
            f"the run that this event tells of was the {_DEEPEST}th in one chain of causes: "
            "nothing follows it"
        )
        return Note("too_deep", text)
    text = (
        "the recipe as it is here wants the event, and no run began: it was not live then, or "
        f"worded otherwise (`beeflow events replay {event.id}` lets the event enter again)"
    )
    return Note("no_run", text)


# --- in a sentence ---------------------------------------------------------------------------

_HINDERED: Final = frozenset({"throttled", "dropped", "debounced"})
_LATER: Final = frozenset({"queued", "delayed"})
_IDLE: Final = frozenset({"disabled", "secret_missing", "no_run", "too_deep"})


def _fired(found: Look, runs: Sequence[OpenRun], notes: Sequence[Note]) -> Fired:
    """Return whether it fired: as on record, else as it would."""
    if runs:
        last = runs[-1].run
        return "not_yet" if last.status in _LATER else last.outcome != "skipped"
    if any(note.kind in _IDLE for note in notes) or not found.fires:
        return False
    return "depends" if found.verdict == "depends" else True


def _because(
    found: Look,
    decided: Decide | None,
    runs: Sequence[OpenRun],
    notes: Sequence[Note],
    fired: Fired,
) -> str:
    if fired not in {False, "not_yet"}:
        return _done(found, runs)
    kinds = _HINDERED | _LATER if runs else _IDLE
    hindrance = next((note for note in notes if note.kind in kinds), None)
    if hindrance is not None:
        return hindrance.text
    if decided is not None and decided.value is False:
        return _condition(decided)
    if found.verdict == "not_wanted":
        return _unwanted(found)
    if found.verdict == "failed":
        return f"its conditions cannot be evaluated: {found.failure}"
    if found.decision is not None and found.decision.value is False:
        return _condition(found.decision)
    return runs[-1].run.reason if runs else "no run began"


def _done(found: Look, runs: Sequence[OpenRun]) -> str:
    if runs:
        run = runs[-1].run
        return f"run {run.id} {run.outcome or f'is {run.status}'}"
    if found.verdict == "depends":
        return (
            f"it would, where what {', '.join(found.unanswered)} answers lets the conditions hold"
        )
    return "the trigger wants the event, and all conditions hold"


def _condition(decision: Decide) -> str:
    failing = [one.text for one in decision.clauses if one.value is False]
    return (
        f"the condition `{failing[0]}` does not hold" if failing else "its conditions do not hold"
    )


def _unwanted(found: Look) -> str:
    """Say which line of the trigger that came nearest is in the way."""
    if not found.triggers:
        return "the recipe has no trigger: it is started by hand, or by other recipes"
    nearest = max(found.triggers, key=lambda word: [one.value is True for one in word.clauses])
    clause = next(one for one in nearest.clauses if one.value is False)
    actual = clause.operands[0][1] if clause.operands else None
    return f"the trigger wants `{clause.text}`, and it is {_shown(actual)}"


def _shown(value: object) -> str:
    return "null" if value is None else str(value)
