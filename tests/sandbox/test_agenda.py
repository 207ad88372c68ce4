from __future__ import annotations

from beeflow.sandbox.agenda import Agenda


def test_the_earliest_comes_first_and_equals_in_order() -> None:
    agenda = Agenda()
    agenda.add(5, "delivery", "late")
    agenda.add(1, "recording", "first")
    agenda.add(1, "recording", "second")
    assert agenda.take(0.5) is None
    taken = [due.ref for _ in range(3) if (due := agenda.take(4))]
    assert taken == ["first", "second"]
    last = agenda.take(5)
    assert last is not None
    assert (last.ref, last.at, last.kind) == ("late", 5, "delivery")
