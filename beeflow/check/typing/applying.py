"""Filters, tests, functions and methods: what they are given, and what they give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from jinja2 import nodes

from beeflow.check.typing import items, operators
from beeflow.check.typing.lenient import lenient_type
from beeflow.check.typing.nulls import mind_null, tell_null
from beeflow.check.typing.operators import is_a
from beeflow.check.typing.relations import complaint, misfits, truthy
from beeflow.check.typing.remarks import WrongArgument, WrongWay
from beeflow.recipe.templates.builtins import FILTERS, FUNCTIONS, METHODS, TESTS
from beeflow.recipe.templates.closures import keywords, methods_of
from beeflow.recipe.templates.registry import check_call, is_lenient
from beeflow.recipe.templates.signatures import COMPARISONS, FLAG, Gives, signature_of
from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    Anything,
    ListOf,
    Never,
    Null,
    Number,
    Record,
    Store,
    Text,
    Time,
    Type,
    described,
    members,
    shown,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.check.typing.env import Env
    from beeflow.check.typing.typer import Typer
    from beeflow.recipe.templates.registry import Builtin
    from beeflow.recipe.templates.signatures import Signature

Given = tuple[nodes.Node, Type]
"""An argument and its type."""

_KINDS: Final[Mapping[type, str]] = {
    Null: "null",
    Number: "number",
    Text: "text",
    ListOf: "list",
    Record: "mapping",
    Time: "time",
    Store: "accessible",
}


# --- the four sorts --------------------------------------------------------------------------


def filtered(typer: Typer, node: nodes.Filter, env: Env) -> Type:
    """Return the type of `value | filter(…)`."""
    builtin = FILTERS.get(node.name)
    assert node.node is not None  # noqa: S101 - a block's filter is refused where it is parsed
    inside = brackets(typer, node, env)
    if builtin is None or not inside.fit(builtin):
        return _misapplied(typer, node, node.node, env)
    signature = signature_of(builtin)
    given = inside.given_to(builtin)
    if builtin.lenient:
        _mind_order(typer, node.node, given)
        return _defaulted(lenient_type(typer, node.node, env), given)
    subject = typer.type_of(node.node, env)
    named = f"the filter `{node.name}`"
    if signature.excuse is None or signature.excuse not in given:
        left = taken(typer, node.node, subject, signature.takes, named)
        if left is not subject and left is ANYTHING:
            return ANYTHING  # it does not go in, which is told: nothing comes out
        subject = left
    _arguments_fit(typer, signature, given, named)
    if isinstance(signature.gives, Gives):
        return items.given_by(typer, node, (signature.gives, subject), given)
    items.looked_at(typer, node, subject, given)
    excused = given.get(signature.excuse or "")
    return signature.gives if excused is None else union(signature.gives, excused[1])


def _misapplied(
    typer: Typer, node: nodes.Filter | nodes.Test, subject: nodes.Node, env: Env
) -> Type:
    """Look at what stands before a filter or test that there is not, or not so: that is told."""
    if is_lenient("filter" if isinstance(node, nodes.Filter) else "test", node.name):
        lenient_type(typer, subject, env)
    else:
        typer.type_of(subject, env)
    return ANYTHING


def _mind_order(typer: Typer, subject: nodes.Node, given: Mapping[str, Given]) -> None:
    """Remark on `'text' | default(value)`, which is the wrong way round."""
    other = given["default_value"][0] if "default_value" in given else None
    if isinstance(subject, nodes.Const) and subject.value is not None and other is not None:
        written, there = typer.source(subject), typer.source(other)
        why = f"`{written}` is always there, and never gives way to what `default` has"
        mend = f"write `{there} | default({written})`"
        typer.tell(WrongWay(why, typer.place(subject), mend))


def _defaulted(subject: Type, given: Mapping[str, Given]) -> Type:
    """`default`: what is there, or what is given in its place; with `boolean`, also for null."""
    other = given["default_value"][1] if "default_value" in given else Text(frozenset({""}))
    boolean = given["boolean"][0] if "boolean" in given else None
    if isinstance(boolean, nodes.Const) and boolean.value:
        return union(truthy(subject), other)
    return union(subject, other)


def tested(typer: Typer, node: nodes.Test, env: Env) -> Type:
    """Return the type of `value is test(…)`."""
    builtin = TESTS.get(node.name)
    inside = brackets(typer, node, env)
    if builtin is None or builtin.lenient or not inside.fit(builtin):
        _misapplied(typer, node, node.node, env)
        return BOOLEAN
    given = inside.given_to(builtin)
    subject = typer.type_of(node.node, env)
    op = COMPARISONS.get(builtin.entry.name)
    if op is not None:
        other, type_ = next(iter(given.values()), (node, ANYTHING))
        asked = operators.Asked(op, (node.node, other), (subject, type_), env)
        operators.comparison(typer, asked)
        return BOOLEAN
    signature = signature_of(builtin)
    named = f"the test `{node.name}`"
    taken(typer, node.node, subject, signature.takes, named)
    _arguments_fit(typer, signature, given, named)
    return BOOLEAN


def function(typer: Typer, node: nodes.Call, env: Env) -> Type:
    """Return the type of `function(…)`."""
    inside = brackets(typer, node, env)
    builtin = FUNCTIONS.get(node.node.name) if isinstance(node.node, nodes.Name) else None
    if builtin is None or not isinstance(node.node, nodes.Name) or not inside.fit(builtin):
        return ANYTHING
    signature = signature_of(builtin)
    given = inside.given_to(builtin)
    _arguments_fit(typer, signature, given, f"`{node.node.name}`")
    if isinstance(signature.gives, Gives):
        subject = given["value"][1] if "value" in given else ANYTHING
        return items.given_by(typer, node, (signature.gives, subject), given)
    return signature.gives


def method(typer: Typer, node: nodes.Call, target: nodes.Getattr, env: Env) -> Type:
    """Return the type of `value.method(…)`."""
    choices = METHODS.get(target.attr, {})
    owner, inside = typer.type_of(target.node, env), brackets(typer, node, env)
    if not any(inside.fit(one) for one in choices.values()):
        return ANYTHING  # that is told where the text is read
    chosen = {kind: choices[kind] for kind in map(_kind, members(owner)) if kind in choices}
    if not chosen:
        if not any(_kind(member) is None for member in members(owner)):
            _no_method(typer, node, target, owner)
        elif len(choices) == 1:  # then the owner is of that kind, or this fails
            ((kind, only),) = choices.items()
            return _called(typer, node, (kind, only, ANYTHING), inside)
        return ANYTHING
    mind_null(typer, target.node, owner, f"null has no method `{target.attr}`")
    names = keywords(node)
    wrong = [check_call(one, len(node.args), names) for one in chosen.values()]
    if None not in wrong:
        typer.tell(WrongArgument(wrong[0] or "", typer.place(node)))
        return ANYTHING
    results = [_called(typer, node, (kind, chosen[kind], owner), inside) for kind in chosen]
    return union(*results)


def _called(
    typer: Typer, node: nodes.Call, which: tuple[str, Builtin, Type], inside: Brackets
) -> Type:
    kind, builtin, owner = which
    signature = signature_of(builtin, kind)
    if not inside.fit(builtin):
        return ANYTHING
    given = inside.given_to(builtin)
    _arguments_fit(typer, signature, given, f"`{builtin.entry.name}`")
    if isinstance(signature.gives, Gives):
        own = union(*(member for member in members(owner) if _kind(member) == kind))
        return items.given_by(typer, node, (signature.gives, own), given)
    return signature.gives


def _kind(type_: Type) -> str | None:
    """Return the kind of a value as the registry names it; None where it is not known."""
    if isinstance(type_, Anything | Never):
        return None
    return _KINDS.get(type(type_), "boolean")


def _no_method(typer: Typer, node: nodes.Call, target: nodes.Getattr, owner: Type) -> None:
    place = typer.syntax.name_place(target)
    if isinstance(owner, Null):
        use = f"null has no method `{target.attr}`"
        tell_null(typer, target.node, use)
        return
    why = f"{described(owner)} has no method `{target.attr}`"
    kind = _kind(members(owner)[0]) or ""
    filters = f"write `| {target.attr}`" if target.attr in FILTERS and not node.args else None
    typer.tell(WrongArgument(why, place, filters or methods_of(kind)))


# --- arguments -------------------------------------------------------------------------------


class Brackets(msgspec.Struct, frozen=True):
    """What stands in brackets, each with its type: inferred once, whatever it is given to."""

    listed: tuple[Given, ...]
    named: Mapping[str, Given]

    def fit(self, builtin: Builtin) -> bool:
        """Whether a filter, test, function or method can be given so many, and so named."""
        return check_call(builtin, len(self.listed), tuple(self.named)) is None

    def given_to(self, builtin: Builtin) -> dict[str, Given]:
        """Return the arguments by the names of their parameters; further ones are numbered."""
        given: dict[str, Given] = {}
        bound = builtin.shape.bind_partial(*self.listed, **self.named)
        for name, value in bound.arguments.items():
            kind = builtin.shape.parameters[name].kind
            if kind is kind.VAR_POSITIONAL:
                given |= {f"{name}{at}": one for at, one in enumerate(value)}
            elif kind is kind.VAR_KEYWORD:
                given |= value
            else:
                given[name] = value
        return given


def brackets(typer: Typer, node: nodes.Call | nodes.Filter | nodes.Test, env: Env) -> Brackets:
    """Infer what stands in brackets."""
    named = {
        option.key: (option.value, typer.type_of(option.value, env))
        for option in node.kwargs
        if isinstance(option, nodes.Keyword)
    }
    return Brackets(tuple((one, typer.type_of(one, env)) for one in node.args), named)


def _arguments_fit(
    typer: Typer, signature: Signature, given: Mapping[str, Given], named: str
) -> None:
    for name, (node, type_) in given.items():
        wanted = signature.arguments.get(name)
        if wanted is not None:
            taken(typer, node, type_, wanted, f"`{name}` of {named}")


def taken(typer: Typer, node: nodes.Node, given: Type, wanted: Type, named: str) -> Type:
    """Return what is left of a value that must fit; remarks where it does not."""
    wrong = misfits(wanted, given)
    if not wrong:
        return given
    kept = union(*(member for member in members(given) if member not in wrong))
    if isinstance(kept, Never):
        if isinstance(given, Null):
            tell_null(typer, node, f"{named} takes {described(wanted)}")
        else:
            typer.tell(_misfit(typer, node, given, (wanted, named)))
        return ANYTHING
    mind_null(typer, node, union(*wrong), f"{named} takes {described(wanted)}")
    return kept


def _misfit(typer: Typer, node: nodes.Node, given: Type, asked: tuple[Type, str]) -> WrongArgument:
    wanted, named = asked
    for text in (one for one in members(wanted) if isinstance(one, Text)):
        if isinstance(given, Text) and given.values and text.form:
            value = min(given.values)
            why = complaint(text.form, value) or ""
            return WrongArgument(f"{named}: {why}", typer.place(node))
        if isinstance(given, Text) and text.values:
            why = f"{named} is one of {shown(text.values)}, and not {typer.source(node)}"
            return WrongArgument(why, typer.place(node))
    words = described(wanted)
    why = f"{named} takes {words}; `{typer.source(node)}` {is_a(given)}"
    mend = _mend(given, wanted)
    if wanted is FLAG:
        mend = f"to name a field, write `attribute={typer.source(node)}`"
    return WrongArgument(why, typer.place(node), mend)


def _mend(given: Type, wanted: Type) -> str | None:
    kinds = {type(member) for member in members(wanted)}
    if isinstance(given, Text) and Number in kinds and Text not in kinds:
        return "make a number of the text: `| number`"
    if isinstance(given, ListOf) and Text in kinds and ListOf not in kinds:
        return "make a text of the list: `| join(', ')`"
    if isinstance(given, Record) and Text in kinds and Record not in kinds:
        return "name one of its fields, or write it as JSON: `| json`"
    return None
