from __future__ import annotations

import pytest

from beeflow.engine import commands as c
from beeflow.engine.interpreter.interrupts import StepFailed
from beeflow.engine.machine import Diverged, Machine
from beeflow.errors import Failure


def single(path: str) -> c.Steps:
    result = yield c.Now(path)
    return result.value if isinstance(result, c.Answer) else None


def failing(path: str) -> c.Steps:
    yield c.Now(path)
    raise StepFailed(c.Fault(Failure("action", path)))


def root(*branches: object, limit: int = 9) -> c.Steps:
    made = tuple((lambda one=one: one) for one in branches)
    gathered = yield c.Gather("g", made, limit)
    assert isinstance(gathered, c.Gathered)
    values = [end.value if end.raised is None else str(end.raised) for end in gathered.ends]
    return c.Ending("succeeded", ",".join(map(str, values)))


def test_branches_are_asked_side_by_side_and_answered_in_any_order() -> None:
    machine = Machine(root(single("a"), single("b")))
    assert [one.path for one in machine.asked] == ["a", "b"]
    machine.resolve("b", c.Answer(2))
    machine.resolve("a", c.Answer(1))
    assert machine.ended == c.Ending("succeeded", "1,2")


def test_no_more_branches_than_the_limit_are_under_way() -> None:
    machine = Machine(root(single("a"), single("b"), single("c"), limit=2))
    assert set(machine.pending) == {"a", "b"}
    machine.resolve("a", c.Answer(1))
    assert set(machine.pending) == {"b", "c"}


def test_after_a_failure_no_further_branch_begins_and_the_others_end() -> None:
    machine = Machine(root(failing("a"), single("b"), single("c"), limit=2))
    machine.resolve("a", c.Answer())
    assert set(machine.pending) == {"b"}
    machine.resolve("b", c.Answer(2))
    assert machine.ended == c.Ending("succeeded", "a,2")


def test_a_gathering_of_nothing_is_over_at_once() -> None:
    assert Machine(root()).ended == c.Ending("succeeded", "")


def test_many_branches_that_ask_nothing_need_no_deep_stack() -> None:
    def quiet(number: int) -> c.Steps:
        yield from ()
        return number

    machine = Machine(root(*(quiet(number) for number in range(5000)), limit=1))
    assert machine.ended is not None


def test_two_commands_at_one_path_are_an_error() -> None:
    with pytest.raises(Diverged, match="two commands at a"):
        Machine(root(single("a"), single("a")))


def test_an_answer_that_nobody_waits_for_is_an_error() -> None:
    with pytest.raises(Diverged, match="nothing waits"):
        Machine(root(single("a"))).resolve("b", c.Answer())


def test_a_run_must_end_with_an_ending() -> None:
    machine = Machine(single("a"))
    with pytest.raises(Diverged, match="without an ending"):
        machine.resolve("a", c.Answer(1))


def test_closing_lets_go_of_every_branch() -> None:
    closed = []

    def watched(path: str) -> c.Steps:
        try:
            yield c.Now(path)
        finally:
            closed.append(path)

    machine = Machine(root(watched("a"), watched("b")))
    machine.close()
    assert closed == ["a", "b"]
    assert not machine.pending
