"""The plan of event starts, and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.journal.sample import event
from msgspec.structs import replace

from beeflow.engine.journal.records import Admission, PlanChange, PlannedEvent

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import Journal

LAUNCH = PlannedEvent("E1", 5000.0, 100.0, {"title": "Launch", "tags": ["a"]})
TALK = PlannedEvent("E2", 6000.0, 110.0, {})


async def test_planned_events_are_found_by_their_start(journal: Journal) -> None:
    await journal.plan([TALK, LAUNCH, replace(LAUNCH, event_ref="E0")], 200.0)

    assert [one.event_ref for one in await journal.planned(0.0, 1e9)] == ["E0", "E1", "E2"]
    assert await journal.planned(5000.0, 6000.0) == [TALK]
    assert [one.event_ref for one in await journal.planned(4999.0, 5000.0)] == ["E0", "E1"]
    assert await journal.planned(6000.0, 9000.0) == []
    assert await journal.planned_refs() == {"E0": 5000.0, "E1": 5000.0, "E2": 6000.0}
    assert await journal.planned_ref("E1") == LAUNCH
    assert await journal.planned_ref("E9") is None


async def test_an_unchanged_start_keeps_when_it_became_known(journal: Journal) -> None:
    await journal.plan([LAUNCH], 100.0)

    await journal.plan([replace(LAUNCH, seen_at=300.0, data={"title": "New"})], 300.0)

    assert await journal.planned_ref("E1") == replace(LAUNCH, data={"title": "New"})


async def test_a_moved_start_became_known_when_it_was_moved(journal: Journal) -> None:
    await journal.plan([LAUNCH], 100.0)
    moved = replace(LAUNCH, start_at=7000.0, seen_at=300.0)

    await journal.plan([moved], 300.0)

    assert await journal.planned_ref("E1") == moved


async def test_a_webhook_changes_the_plan_the_same_way(journal: Journal) -> None:
    async def change(key: str, planned: PlannedEvent | None) -> PlannedEvent | None:
        await journal.admit(Admission(event(key), plan=(PlanChange("E1", planned),)))
        return await journal.planned_ref("E1")

    assert await change("a", LAUNCH) == LAUNCH
    assert await change("b", replace(LAUNCH, seen_at=300.0)) == LAUNCH
    moved = replace(LAUNCH, start_at=7000.0, seen_at=300.0)
    assert await change("c", moved) == moved
    assert await change("d", None) is None


async def test_references_that_are_gone_leave_the_plan(journal: Journal) -> None:
    await journal.plan([LAUNCH, TALK], 200.0)

    await journal.plan(["E1", "never there"], 300.0)

    assert await journal.planned_refs() == {"E2": 6000.0}


async def test_what_became_known_after_the_list_was_read_stands(journal: Journal) -> None:
    newer = replace(LAUNCH, start_at=7000.0, seen_at=300.0)
    await journal.plan([newer, TALK], 300.0)

    await journal.plan([LAUNCH, "E2"], 299.0)

    assert await journal.planned_refs() == {"E1": 7000.0}


async def test_marks_are_read_by_their_beginning(journal: Journal) -> None:
    await journal.mark({"a/1": 1, "a/2": {"x": [None]}, "a_1": 2, "A/1": 3, "b": "", "a%": 4})

    assert await journal.marks("a/") == {"a/1": 1, "a/2": {"x": [None]}}
    assert await journal.marks("a%") == {"a%": 4}
    assert await journal.marks("b") == {"b": ""}
    assert len(await journal.marks("")) == 6
    assert await journal.marks("z") == {}


async def test_a_mark_is_replaced_and_removed(journal: Journal) -> None:
    await journal.mark({"a": 1, "b": False})
    await journal.mark({"a": 2, "b": None, "never there": None})

    assert await journal.marks("") == {"a": 2}
