from __future__ import annotations

import asyncio

import pytest

from beeflow.server import gate as gate_module
from beeflow.server.allowance import QUICK
from beeflow.server.answers import Refused
from beeflow.server.gate import BODY_BUDGET, CROWD, PATIENCE, UNHEARD, Gate


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(gate_module, "perf_counter", lambda: now[0])
    return now


def test_it_closes_while_the_first_has_waited_too_long(clock: list[float]) -> None:
    gate = Gate(list)
    first, second = gate.begin(), gate.begin()
    clock[0] += PATIENCE * 0.9
    gate.check()
    clock[0] += PATIENCE * 0.2
    with pytest.raises(Refused, match="overloaded"):
        gate.check()
    gate.end(first)
    gate.end(second)
    gate.check()


def test_it_counts_from_the_one_that_waits_longest(clock: list[float]) -> None:
    gate = Gate(list)
    first = gate.begin()
    clock[0] += 0.15
    gate.begin()
    gate.end(first)
    clock[0] += 0.1
    gate.check()


async def test_only_so_many_are_let_in_and_others_wait_for_their_turn() -> None:
    gate = Gate(list, in_flight=2)
    first, _ = gate.begin(), gate.begin()
    assert not gate.has_room
    waiting = [asyncio.create_task(gate.turn()) for _ in range(2)]
    await asyncio.sleep(0)
    assert gate.in_flight == 2
    gate.end(first)
    assert not gate.has_room  # it is for the one that waits longest
    ticket = await waiting[0]
    assert not waiting[1].done()
    gate.end(ticket)
    gate.end(await waiting[1])
    assert gate.has_room


async def test_whose_turn_does_not_come_in_a_moment_is_sent_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = Gate(list, in_flight=1)
    gate.begin()
    monkeypatch.setattr(gate_module, "MOMENT", 0.01)
    early = asyncio.create_task(gate.turn())
    await asyncio.sleep(0)
    monkeypatch.setattr(gate_module, "MOMENT", 0.02)
    late = asyncio.create_task(gate.turn())
    for one in (early, late):
        with pytest.raises(Refused) as caught:
            await one
        assert (caught.value.status, caught.value.code) == (503, "overloaded")
    assert gate.in_flight == 1


async def test_at_the_end_those_that_wait_are_sent_away_at_once() -> None:
    gate = Gate(list, in_flight=1)
    ticket = gate.begin()
    waiting = asyncio.create_task(gate.turn())
    await asyncio.sleep(0)
    gate.close()
    for one in (waiting, gate.turn()):
        with pytest.raises(Refused, match="shutting_down"):
            await one
    with pytest.raises(Refused, match="shutting_down"):
        gate.check()
    gate.end(ticket)
    assert not gate.in_flight


@pytest.mark.parametrize("in_time", [True, False])
async def test_who_gives_up_waiting_takes_no_room(in_time: bool) -> None:
    gate = Gate(list, in_flight=1)
    ticket = gate.begin()
    waiting = asyncio.create_task(gate.turn())
    await asyncio.sleep(0)
    if in_time:
        waiting.cancel()
        await asyncio.sleep(0)
    gate.end(ticket)
    waiting.cancel()  # else: its turn has come, but it does not know yet
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not gate.in_flight


def fill(gate: Gate) -> list[int]:
    """Let in as many as there is room for."""
    tickets = []
    while gate.has_room:
        tickets.append(gate.begin())
    return tickets


def test_fewer_are_let_in_where_they_take_too_long(clock: list[float]) -> None:
    gate = Gate(list)
    before = fill(gate)
    clock[0] += QUICK * 1.1
    for ticket in before:
        gate.end(ticket)
    assert len(fill(gate)) < len(before)


def test_in_a_crowd_who_was_not_heard_in_time_is_sent_away(clock: list[float]) -> None:
    gate = Gate(list)
    late, in_time = clock[0] - UNHEARD * 1.1, clock[0] - UNHEARD * 0.9
    tickets = [gate.begin() for _ in range(CROWD - 1)]
    gate.check(late)
    tickets.append(gate.begin())
    gate.check(in_time)
    with pytest.raises(Refused, match="overloaded"):
        gate.check(late)
    gate.end(tickets.pop())
    gate.check(late)


def test_what_hinders_closes_it() -> None:
    reasons = ["reading the journal"]
    gate = Gate(lambda: reasons)
    with pytest.raises(Refused, match="not_ready"):
        gate.check()
    reasons.clear()
    gate.check()


def test_bodies_share_a_budget() -> None:
    gate = Gate(list)
    gate.collect(BODY_BUDGET)
    with pytest.raises(Refused, match="overloaded"):
        gate.collect(1)
    gate.collected(BODY_BUDGET)
    gate.collect(1)


async def test_it_tells_when_nothing_is_on_its_way_any_more() -> None:
    gate = Gate(list)
    await gate.empty()
    first, second = gate.begin(), gate.begin()
    waiting = asyncio.create_task(gate.empty())
    await asyncio.sleep(0)
    gate.end(first)
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.end(second)
    await waiting
