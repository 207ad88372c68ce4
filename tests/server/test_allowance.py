from __future__ import annotations

from beeflow.server.allowance import LEAST, QUICK, Allowance


def full(allowance: Allowance, began: float, seconds: float) -> None:
    """Have as many take so long as there may be."""
    at_once = int(allowance.number)
    for number in range(at_once, 0, -1):
        allowance.took(began, began + seconds, number)


def test_all_are_let_in_until_one_took_too_long() -> None:
    allowance = Allowance(1000)
    assert allowance.number == 1000
    full(allowance, 0.0, QUICK / 2)
    assert allowance.number == 1000


def test_after_a_cut_it_grows_while_all_goes_quickly_up_to_the_most() -> None:
    allowance = Allowance(500)
    full(allowance, 0.0, QUICK * 2)
    assert allowance.number == 350
    full(allowance, 1.0, QUICK / 2)
    assert 350 < allowance.number < 359
    for second in range(2, 100):
        full(allowance, second, QUICK / 2)
    assert allowance.number == 500


def test_what_is_not_used_is_not_raised() -> None:
    allowance = Allowance(1000)
    full(allowance, 0.0, QUICK * 2)
    allowance.took(1.0, 1.0 + QUICK / 2, 350)
    assert allowance.number == 700


def test_it_is_cut_once_for_all_that_were_let_in_together() -> None:
    allowance = Allowance(1000)
    full(allowance, 1.0, QUICK * 2)
    assert allowance.number == 700
    allowance.took(1.0 + QUICK, 1.0 + QUICK * 3, 100)
    assert allowance.number == 700


def test_it_is_cut_further_while_it_goes_on_but_not_for_ever() -> None:
    allowance = Allowance(1000)
    for second in range(30):
        full(allowance, second, 0.9)
    assert allowance.number == LEAST


def test_it_is_cut_from_what_was_used() -> None:
    allowance = Allowance(1000)
    for second in range(100):
        full(allowance, second, QUICK / 2)
    allowance.took(200.0, 201.0, 500)
    assert allowance.number == 350


def test_there_may_be_fewer_than_the_least() -> None:
    allowance = Allowance(1)
    full(allowance, 1.0, QUICK * 2)
    assert allowance.number == 1
