from __future__ import annotations

import asyncio

import pytest

from beeflow.server import gate as gate_module
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


def test_only_so_many_are_let_in(clock: list[float]) -> None:
    assert clock
    gate = Gate(list, in_flight=2)
    ticket = gate.begin()
    gate.begin()
    with pytest.raises(Refused) as caught:
        gate.begin()
    assert caught.value.status == 503
    assert gate.in_flight == 2
    gate.end(ticket)
    gate.begin()


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
