from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.recipe.templates import signatures
from beeflow.recipe.templates.builtins import FILTERS, FUNCTIONS, METHODS, TESTS
from beeflow.recipe.templates.signatures import signature_of

if TYPE_CHECKING:
    from beeflow.recipe.templates.registry import Builtin

ALL: dict[str, tuple[Builtin, str]] = {
    f"{one.entry.kind} {one.entry.name}": (one, "")
    for table in (FILTERS, TESTS, FUNCTIONS)
    for one in table.values()
} | {
    f"method {of}.{name}": (one, of) for name, kinds in METHODS.items() for of, one in kinds.items()
}


@pytest.mark.parametrize("name", sorted(ALL))
def test_each_has_a_signature_with_arguments_that_it_has(name: str) -> None:
    builtin, of = ALL[name]
    signature = signature_of(builtin, of)
    known = set(builtin.shape.parameters)
    assert set(signature.arguments) <= known
    assert signature.excuse is None or signature.excuse in known


def test_there_is_none_for_what_does_not_exist() -> None:
    def names(table: dict[str, Builtin]) -> set[str]:
        return {one.entry.name for one in table.values()}

    assert set(signatures.FILTERS) == names(FILTERS)
    assert set(signatures.TESTS) == names(TESTS)
    assert set(signatures.FUNCTIONS) == names(FUNCTIONS)
    assert set(signatures.METHODS) == {
        (of, name) for name, kinds in METHODS.items() for of in kinds
    }
    assert set(signatures.COMPARISONS) <= set(TESTS)
