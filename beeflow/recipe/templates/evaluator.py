"""From the nodes of an expression to functions that evaluate it.

This is the allow-list: a kind of node without a method here does not exist for recipes. Each node
becomes a closure that takes a `Frame`; nothing is generated, and nothing asks Python for an
attribute by a name that came from a recipe. An error is given its place by the innermost node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from jinja2 import nodes

from beeflow.errors import ExpressionError
from beeflow.recipe.templates import operators
from beeflow.recipe.templates.access import (
    attribute_path,
    field,
    item,
    missing_field,
    missing_name,
    private,
)
from beeflow.recipe.templates.builtins.sequences import NothingThere
from beeflow.recipe.templates.closures import (
    Evaluate,
    attempt,
    chain,
    equality,
    guarded,
    keywords,
    methods_of,
    no_field,
    operation,
    placed,
    sliced,
)
from beeflow.recipe.templates.registry import (
    ELSEWHERE,
    Builtin,
    check_call,
    find,
    find_method,
)
from beeflow.recipe.templates.shortcuts import names_of, straight
from beeflow.recipe.templates.unknown import Unknown
from beeflow.recipe.templates.values import UNDEFINED, describe, kind_of, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.recipe.templates.limits import Frame
    from beeflow.recipe.templates.syntax import Place, Syntax

_Found = TypeVar("_Found")

_ATTRIBUTE_FIRST = {"selectattr", "rejectattr", "groupby"}
_KEYS = (str, int, float, bool, type(None))


class Compiler:
    """Turns the nodes of one syntax tree into closures. `local` are the names set within it."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.local: frozenset[str] = frozenset()
        self._table: Mapping[type[nodes.Node], Callable[..., Evaluate]] = {
            nodes.Name: self._name,
            nodes.Const: self._const,
            nodes.List: self._list,
            nodes.Tuple: self._list,
            nodes.Dict: self._dict,
            nodes.Getattr: self._getattr,
            nodes.Getitem: self._getitem,
            nodes.Call: self._call,
            nodes.Filter: self._filter,
            nodes.Test: self._test,
            nodes.Concat: self._concat,
            nodes.Compare: self._compare,
            nodes.CondExpr: self._conditional,
            nodes.And: self._and,
            nodes.Or: self._or,
            nodes.Not: self._not,
            nodes.Neg: self._unary,
            nodes.Pos: self._unary,
            **dict.fromkeys(
                (
                    nodes.Add,
                    nodes.Sub,
                    nodes.Mul,
                    nodes.Div,
                    nodes.FloorDiv,
                    nodes.Mod,
                    nodes.Pow,
                ),
                self._arithmetic,
            ),
        }

    def compile(self, node: nodes.Node) -> Evaluate:
        """Return what evaluates `node`; raises `ExpressionError` for what is not allowed."""
        make = self._table.get(type(node))
        if make is None:
            raise self.fail(node, f"`{self.syntax.source(node)}` cannot be used here")
        return make(node)

    def lenient(self, node: nodes.Node) -> Evaluate:
        """Return what evaluates `node`, giving `UNDEFINED` where something is missing."""
        if isinstance(node, nodes.Name):
            return self._lenient_name(node.name)
        if isinstance(node, nodes.Getattr):
            return self._lenient_field(node)
        if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Slice):
            return self._lenient_item(node)
        inner = self.compile(node)
        if not isinstance(node, nodes.Filter):
            return inner

        def try_inner(frame: Frame) -> object:
            try:
                return inner(frame)
            except NothingThere:
                return UNDEFINED

        return try_inner

    def condition(self, node: nodes.Node) -> Evaluate:
        """Return what evaluates a condition: what it decides goes on, its value does not."""
        return self.compile(node)

    def shown(self, node: nodes.Node) -> Evaluate:
        """Return what evaluates a value that is written."""
        return self.compile(node)

    def bound(self, node: nodes.Node, _names: frozenset[str]) -> Evaluate:
        """Return what evaluates a value that names are set to."""
        return self.compile(node)

    def fail(self, node: nodes.Node, message: str, place: Place | None = None) -> ExpressionError:
        """Return an error at `node`, or at `place`."""
        return placed(ExpressionError(message), place or self.syntax.place(node))

    # --- names and literals ------------------------------------------------------------------

    def _name(self, node: nodes.Name) -> Evaluate:
        name, place = node.name, self.syntax.place(node)
        if name.startswith("_"):
            raise placed(private(name), place)
        if name in self.local:
            return self._local_name(name, place)

        def load(frame: Frame) -> object:
            try:
                return frame.scope[name]
            except KeyError:
                raise placed(missing_name(name, frame.scope), place) from None

        return load

    def _local_name(self, name: str, place: Place) -> Evaluate:
        def load(frame: Frame) -> object:
            found = frame.names.get(name, UNDEFINED)
            if found is UNDEFINED:
                found = frame.scope.get(name, UNDEFINED)
            if found is UNDEFINED:
                raise placed(missing_name(name, {**frame.scope, **frame.names}), place)
            return found

        return load

    @staticmethod
    def _lenient_name(name: str) -> Evaluate:
        def load(frame: Frame) -> object:
            found = frame.names.get(name, UNDEFINED)
            return frame.scope.get(name, UNDEFINED) if found is UNDEFINED else found

        return load

    @staticmethod
    def _const(node: nodes.Const) -> Evaluate:
        value = node.value
        return lambda _: value

    def _list(self, node: nodes.List | nodes.Tuple) -> Evaluate:
        parts = tuple(self.compile(part) for part in node.items)
        return lambda frame: [part(frame) for part in parts]

    def _dict(self, node: nodes.Dict) -> Evaluate:
        pairs = tuple((self.compile(pair.key), self.compile(pair.value)) for pair in node.items)
        place = self.syntax.place(node)

        def build(frame: Frame) -> object:
            built: dict[object, object] = {}
            for make_key, make_value in pairs:
                key = make_key(frame)
                if type(key) is Unknown:
                    return key
                if not isinstance(key, _KEYS):
                    raise placed(ExpressionError(f"a key is text, not {describe(key)}"), place)
                built[key] = make_value(frame)
            return built

        return build

    # --- fields and items --------------------------------------------------------------------

    def _getattr(self, node: nodes.Getattr) -> Evaluate:
        names = names_of(node)
        careful = self._step(node)
        return careful if names is None or names[0] in self.local else straight(names, careful)

    def _step(self, node: nodes.Getattr) -> Evaluate:
        """Return what looks for one field, and says what is there where it is missing."""
        inner, name = node.node, node.attr
        owner = self._step(inner) if isinstance(inner, nodes.Getattr) else self.compile(inner)
        place, whose = self.syntax.name_place(node), self.syntax.source(node.node)
        if name.startswith("_"):
            raise placed(private(name), place)

        def get(frame: Frame) -> object:
            value = owner(frame)
            if type(value) is dict:
                try:
                    return value[name]
                except KeyError:
                    pass
            found = field(value, name)
            if found is UNDEFINED:
                raise placed(no_field(value, name, whose), place)
            return found

        return get

    def _lenient_field(self, node: nodes.Getattr) -> Evaluate:
        names = names_of(node)
        careful = self._lenient_step(node)
        return careful if names is None or names[0] in self.local else straight(names, careful)

    def _lenient_step(self, node: nodes.Getattr) -> Evaluate:
        inner, name = node.node, node.attr
        step = self._lenient_step if isinstance(inner, nodes.Getattr) else self.lenient
        owner = step(inner)  # type: ignore[arg-type]  # each takes what it is chosen for
        if name.startswith("_"):
            raise placed(private(name), self.syntax.name_place(node))

        def get(frame: Frame) -> object:
            value = owner(frame)
            return value if value is UNDEFINED else field(value, name)

        return get

    def _getitem(self, node: nodes.Getitem) -> Evaluate:
        if isinstance(node.arg, nodes.Slice):
            return self._slice(node, node.arg)
        owner, make_key = self.compile(node.node), self.compile(node.arg)
        place, whose = self.syntax.name_place(node), self.syntax.source(node.node)

        def get(frame: Frame) -> object:
            value, key = owner(frame), make_key(frame)
            if type(key) is Unknown:
                return Unknown(f"{whose}[{key.label}]")
            found = item(value, key)
            if found is UNDEFINED:
                shown = key if isinstance(key, str | int) else describe(key)
                raise placed(missing_field(value, shown, whose), place)
            return found

        return get

    def _lenient_item(self, node: nodes.Getitem) -> Evaluate:
        owner, make_key = self.lenient(node.node), self.compile(node.arg)

        def get(frame: Frame) -> object:
            value, key = owner(frame), make_key(frame)
            if type(key) is Unknown:
                return key
            return value if value is UNDEFINED else item(value, key)

        return get

    def _slice(self, node: nodes.Getitem, bounds: nodes.Slice) -> Evaluate:
        parts = tuple(
            self.compile(part) if part is not None else self._const(nodes.Const(None))
            for part in (bounds.start, bounds.stop, bounds.step)
        )
        return operation(sliced, (self.compile(node.node), *parts), self.syntax.place(node))

    # --- calls -------------------------------------------------------------------------------

    def _call(self, node: nodes.Call) -> Evaluate:
        if isinstance(node.node, nodes.Getattr):
            return self._method(node, node.node)
        if not isinstance(node.node, nodes.Name):
            raise self.fail(node, f"`{self.syntax.source(node.node)}` cannot be called")
        name = node.node.name
        if name == "now":
            raise self.fail(node, ELSEWHERE[name])
        builtin = self._found(lambda: find("function", name), self.syntax.place(node.node))
        return self._apply(node, (builtin,), builtin.function, ())

    def _method(self, node: nodes.Call, target: nodes.Getattr) -> Evaluate:
        place = self.syntax.name_place(target)
        if target.attr.startswith("_"):
            raise placed(private(target.attr), place)
        choices = self._found(lambda: find_method(target.attr), place)
        name, names = target.attr, keywords(node)
        wrong = {kind: check_call(one, len(node.args), names) for kind, one in choices.items()}

        def call(frame: Frame, value: object, *args: object, **options: object) -> object:
            kind = kind_of(value)
            builtin = choices.get(kind)
            if builtin is None:
                operators.refuse_unknown(value)
                raise ExpressionError(
                    f"{describe(value)} has no method `{name}` ({methods_of(kind)})"
                )
            if (mistake := wrong[kind]) is not None:
                raise ExpressionError(mistake)
            return builtin.function(frame, value, *args, **options)

        return self._apply(node, tuple(choices.values()), call, (self.compile(target.node),))

    def _apply(
        self,
        node: nodes.Call | nodes.Filter | nodes.Test,
        choices: tuple[Builtin, ...],
        function: Callable[..., object],
        subject: tuple[Evaluate, ...],
    ) -> Evaluate:
        """Return what calls `function` with the arguments of `node`, checked against `choices`."""
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            raise self.fail(node, "* and ** cannot stand in brackets here: write each value")
        names = keywords(node)
        wrong = [check_call(choice, len(node.args), names) for choice in choices]
        if None not in wrong or len(set(names)) < len(names):
            raise self.fail(node, wrong[0] or "a name stands twice in the brackets")
        args = tuple(self.compile(argument) for argument in node.args)
        options = tuple(self.compile(option.value) for option in node.kwargs)
        place, given = self.syntax.place(node), len(subject) + len(args)
        whole = guarded(function, names, given, lenient=choices[0].lenient)
        return operation(whole, (*subject, *args, *options), place)

    def _found(self, look: Callable[[], _Found], place: Place) -> _Found:
        try:
            return look()
        except ExpressionError as error:
            raise placed(error, place) from None

    def _filter(self, node: nodes.Filter) -> Evaluate:
        builtin = self._found(lambda: find("filter", node.name), self.syntax.name_place(node))
        assert node.node is not None  # noqa: S101 - for the type checker
        self._check_attributes(node)
        subject = self.lenient(node.node) if builtin.lenient else self.compile(node.node)
        return self._apply(node, (builtin,), builtin.function, (subject,))

    def _check_attributes(self, node: nodes.Filter) -> None:
        """Refuse private names where a filter takes the name of a field."""
        given = [option.value for option in node.kwargs if option.key == "attribute"]
        if node.name in _ATTRIBUTE_FIRST:
            given += node.args[:1]
        for value in given:
            if isinstance(value, nodes.Const) and value.value is not None:
                for name in str(value.value).split(","):
                    self._found(lambda name=name: attribute_path(name), self.syntax.place(value))  # type: ignore[misc]  # mypy cannot infer a lambda with a default

    def _test(self, node: nodes.Test) -> Evaluate:
        builtin = self._found(lambda: find("test", node.name), self.syntax.name_place(node))
        if builtin.lenient and isinstance(node.node, nodes.Name) and not node.args:
            return self._defined_name(node.node.name, wanted=node.name == "defined")
        subject = self.lenient(node.node) if builtin.lenient else self.compile(node.node)
        return self._apply(node, (builtin,), builtin.function, (subject,))

    def _defined_name(self, name: str, *, wanted: bool) -> Evaluate:
        """Ask for a name: one in scope is defined, also where its value is not known yet."""
        load = self._lenient_name(name)
        return lambda frame: (load(frame) is not UNDEFINED) is wanted

    # --- operators ---------------------------------------------------------------------------

    def _arithmetic(self, node: nodes.BinExpr) -> Evaluate:
        function = operators.ARITHMETIC[node.operator]
        parts = (self.compile(node.left), self.compile(node.right))
        return operation(function, parts, self.syntax.place(node))

    def _unary(self, node: nodes.UnaryExpr) -> Evaluate:
        function = operators.negate if isinstance(node, nodes.Neg) else operators.affirm
        return operation(function, (self.compile(node.node),), self.syntax.place(node))

    def _concat(self, node: nodes.Concat) -> Evaluate:
        parts = tuple(self.compile(part) for part in node.nodes)
        return operation(operators.concatenate, parts, self.syntax.place(node))

    def _compare(self, node: nodes.Compare) -> Evaluate:
        place = self.syntax.place(node)
        if len(node.ops) == 1:
            left, right = self.compile(node.expr), self.compile(node.ops[0].expr)
            if node.ops[0].op in {"eq", "ne"}:
                return equality(left, right, place, wanted=node.ops[0].op == "eq")
            return operation(operators.COMPARISON[node.ops[0].op], (left, right), place)
        steps = [(operators.COMPARISON[step.op], self.compile(step.expr)) for step in node.ops]
        return chain(self.compile(node.expr), steps, place)

    def _not(self, node: nodes.Not) -> Evaluate:
        inner, label = self.compile(node.node), self.syntax.source(node)

        def negate(frame: Frame) -> object:
            value = inner(frame)
            return Unknown(label) if type(value) is Unknown else not value

        return negate

    def _and(self, node: nodes.And) -> Evaluate:
        return self._either(node, decides=False)

    def _or(self, node: nodes.Or) -> Evaluate:
        return self._either(node, decides=True)

    def _either(self, node: nodes.BinExpr, *, decides: bool) -> Evaluate:
        """`and` and `or`: the value that decides, else the last one."""
        left, right = self.compile(node.left), self.compile(node.right)
        label = self.syntax.source(node)

        def choose(frame: Frame) -> object:
            value = left(frame)
            if type(value) is not Unknown:
                return value if bool(value) is decides else right(frame)
            other = attempt(right, frame)
            if type(other) is Unknown or bool(other) is not decides:
                return Unknown(label)
            return other

        return choose

    def _conditional(self, node: nodes.CondExpr) -> Evaluate:
        if node.expr2 is None:
            raise self.fail(node, "this needs an else: write `a if condition else b`")
        test, label = self.condition(node.test), self.syntax.source(node)
        yes, no = self.compile(node.expr1), self.compile(node.expr2)

        def choose(frame: Frame) -> object:
            value = test(frame)
            if type(value) is Unknown:
                return Unknown(label)
            return yes(frame) if truth(value) else no(frame)

        return choose
