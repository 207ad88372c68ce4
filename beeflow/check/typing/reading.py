"""Texts read in the order of the walk: what each may see, what it gives, what is remarkable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from jinja2 import nodes

from beeflow.check.scopes import Scope, Use
from beeflow.check.typing import statements
from beeflow.check.typing.narrowing import narrowed
from beeflow.check.typing.relations import misfits
from beeflow.check.typing.remarks import MaybeNull, Remarks, WrongValue
from beeflow.check.typing.typer import Typer
from beeflow.recipe.templates import salvage
from beeflow.recipe.templates.references import path_of
from beeflow.recipe.typing import (
    ANYTHING,
    NUMBER,
    TEXT,
    TIME,
    Boolean,
    ListOf,
    Null,
    Number,
    Record,
    Text,
    Time,
    Type,
    described,
    members,
    union,
)
from beeflow.remembering import by_identity

if TYPE_CHECKING:
    from beeflow.check.scopes import Name
    from beeflow.check.typing.env import Path
    from beeflow.check.typing.remarks import Remark
    from beeflow.recipe.model import Expr, Template
    from beeflow.recipe.problem import Span
    from beeflow.recipe.templates import Syntax


def _expression(text: str) -> Syntax:
    """Return the tree of an expression: one that has none is not in the model."""
    syntax = salvage(text, "expression").syntax
    assert syntax is not None  # noqa: S101 - as said
    return syntax


class Wanted(msgspec.Struct, frozen=True):
    """What a value goes into: how it is called, what it takes, how that is said.

    A `parameter` of an action also takes other spellings of what it is documented to take.
    """

    where: str
    type: Type
    words: str = ""
    parameter: bool = False
    name: str = ""

    @property
    def said(self) -> str:
        """What it takes, in words."""
        return self.words or described(self.type)


class Reading(msgspec.Struct):
    """Reads texts. `types` are what they gave, by their places.

    `given` are all names that the recipe gives anywhere, each where it does so first.
    """

    remarks: Remarks = msgspec.field(default_factory=Remarks)
    uses: list[Use] = msgspec.field(default_factory=list)
    types: dict[Span, Type] = msgspec.field(default_factory=dict)
    given: dict[str, Name] = msgspec.field(default_factory=dict)

    def expression(self, expr: Expr, scope: Scope) -> tuple[Typer, nodes.Node, Type]:
        """Read an expression whose value is used."""
        typer = self._typer(expr, _expression(expr.text), scope)
        node = typer.syntax.node
        type_ = typer.type_of(node, scope.env)
        self.types[expr.span] = type_
        return typer, node, type_

    def condition(self, expr: Expr | None, scope: Scope) -> None:
        """Read an expression that is asked whether it holds."""
        if expr is not None:
            typer = self._typer(expr, _expression(expr.text), scope)
            typer.condition(typer.syntax.node, scope.env)

    def value_of(self, expr: Expr, scope: Scope, wanted: Wanted) -> None:
        """Read an expression whose value must fit where it goes."""
        typer, node, type_ = self.expression(expr, scope)
        _fit(typer, node, type_, wanted)

    def template(self, template: Template, scope: Scope, wanted: Wanted | None = None) -> Type:
        """Read a template: the type of its one expression, or text."""
        read = salvage(template.text, "template")
        syntax = read.syntax
        assert syntax is not None  # noqa: S101 - what has no tree is not in the model
        typer = self._typer(template, syntax, scope)
        env = scope.env.binding(dict.fromkeys(read.loose, ANYTHING)) if read.loose else scope.env
        only = read.only
        if only is None:
            assert isinstance(syntax.node, nodes.Template)  # noqa: S101 - for the type checker
            statements.body(typer, syntax.node.body, env)
            type_: Type = TEXT
        else:
            type_ = typer.written(only, env)
        if read.faults:
            type_ = ANYTHING
        self.types[template.span] = type_
        if wanted is not None:
            _fit(typer, only or syntax.node, type_, wanted)
        return type_

    def _typer(self, text: Expr | Template, syntax: Syntax, scope: Scope) -> Typer:
        names = scope.names
        self.uses.append(Use(text, names, scope.given, scope.facts))

        def tell(remark: Remark) -> None:
            self.remarks.add(text, remark, names)

        return Typer(syntax, tell)


def proved(expr: Expr | None, scope: Scope, *, holds: bool) -> dict[Path, Type]:
    """Return what is known once an expression holds, or does not."""
    if expr is None:
        return {}
    return narrowed(_expression(expr.text).node, scope.env, holds=holds)


def _fit(typer: Typer, node: nodes.Node, given: Type, wanted: Wanted) -> None:
    """Remark on a value that does not fit where it goes."""
    wrong = misfits(_lenient(wanted.type) if wanted.parameter else wanted.type, given)
    if not wrong:
        return
    whole = isinstance(node, nodes.Template)
    place = (0, len(typer.syntax.text)) if whole else typer.place(node)
    if len(wrong) < len(members(given)) or isinstance(given, Null):
        if any(isinstance(one, Null) and not one.seldom for one in wrong):
            use = f"{wanted.where} takes {wanted.said}"
            typer.tell(MaybeNull(typer.source(node), use, place, path_of(node)))
        return
    mend = _mend("" if whole else typer.source(node), given, wanted)
    typer.tell(
        WrongValue(wanted.where, wanted.said, given, place, mend, path_of(node), wanted.type)
    )


@by_identity(1024)
def _lenient(wanted: Type) -> Type:
    """Return what is taken in truth: flags, whole numbers and times have other spellings."""
    more: list[Type] = []
    for member in members(wanted):
        if isinstance(member, Boolean):
            more += [NUMBER, TEXT]
        elif isinstance(member, Number) and member.whole:
            more.append(TEXT)
        elif isinstance(member, Text):
            more.append(TIME)
    return union(wanted, *more) if more else wanted


def _mend(written: str, given: Type, wanted: Wanted) -> str | None:
    """Say what to write instead; `written` is what gives the value."""
    kinds = {type(one) for one in members(wanted.type)}
    alternatives = members(given)
    if Time in kinds and all(isinstance(one, Boolean) for one in alternatives):
        return "give a time, such as `now | plus('1h')`; `repeat` with `until` waits for what holds"
    if (
        Text in kinds
        and Time not in kinds
        and all(isinstance(one, Number | Boolean) for one in alternatives)
    ):
        return "make a text of it: `| string`"
    if all(isinstance(one, Record) for one in alternatives) and written:
        there = all(isinstance(one, Record) and wanted.name in one.fields for one in alternatives)
        return f"name its field: `{written}.{wanted.name}`" if there else "name one of its fields"
    if kinds == {ListOf} and all(isinstance(one, Text) for one in alternatives):
        return "write a list, or cut the text: `.split(',')`"
    return None
