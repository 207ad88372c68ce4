from __future__ import annotations

from beeflow.check.typing.remarks import MaybeNull, Remarks, WrongOperand, cause_of
from beeflow.recipe.model import Expr
from beeflow.recipe.problem import Span

ONE, OTHER = Expr("a.b", Span("r.yaml", 0, 3)), Expr("a.b", Span("r.yaml", 9, 12))


def test_what_is_about_one_path_has_one_cause() -> None:
    assert cause_of(("a", "b")) == "a.b"
    assert cause_of(None) == ""


def test_each_mistake_of_its_own_is_told() -> None:
    remarks = Remarks()
    for text in (ONE, OTHER):
        remarks.add(text, WrongOperand("no", (0, 3)), {})
        remarks.add(text, MaybeNull("(a or b)", "it must not", (0, 3)), {})
    assert len(remarks.told) == 4
