from __future__ import annotations

from beeflow.check.typing.nulls import mind_null, tell_null
from beeflow.check.typing.remarks import MaybeNull, Remark
from beeflow.check.typing.typer import Typer
from beeflow.recipe.templates.syntax import parse
from beeflow.recipe.typing import NULL, TEXT, Null, union


def test_only_what_is_null_at_times_is_told() -> None:
    told: list[Remark] = []
    syntax = parse("a.b", "expression")
    typer = Typer(syntax, told.append)
    mind_null(typer, syntax.node, TEXT, "no")
    mind_null(typer, syntax.node, union(TEXT, Null(seldom=True)), "no")
    assert told == []
    mind_null(typer, syntax.node, union(TEXT, NULL), "no")
    tell_null(typer, syntax.node, "never")
    assert told == [
        MaybeNull("a.b", "no", (0, 3), ("a", "b")),
        MaybeNull("a.b", "never", (0, 3), ("a", "b")),
    ]
