from __future__ import annotations

from beeflow.check.typing.remarks import MaybeNull, PartlyThere, Remarks, WrongOperand
from beeflow.recipe.model import Expr
from beeflow.recipe.problem import Span

ONE, OTHER = Expr("a.b", Span("r.yaml", 0, 3)), Expr("a.b", Span("r.yaml", 9, 12))


def test_what_shows_at_many_places_is_told_once() -> None:
    remarks = Remarks()
    for text in (ONE, OTHER):
        remarks.add(text, MaybeNull("a.b", "it must not", (0, 3), ("a", "b")), {})
        remarks.add(text, PartlyThere("a", "b", (), (2, 1), ("a", "b")), {})
    assert [told.text for told in remarks.told] == [ONE, ONE]


def test_each_mistake_of_its_own_is_told() -> None:
    remarks = Remarks()
    for text in (ONE, OTHER):
        remarks.add(text, WrongOperand("no", (0, 3)), {})
        remarks.add(text, MaybeNull("(a or b)", "it must not", (0, 3)), {})
    assert len(remarks.told) == 4
