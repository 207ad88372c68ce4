"""From the body of a template to functions that write it: text, `{{ }}`, if, for and set.

Names follow Jinja2: what is set within a loop stays in the turn it was set in, what is set within
an if is there behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from jinja2 import nodes

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.access import private
from beeflow.recipe.templates.closures import Evaluate, placed
from beeflow.recipe.templates.operators import refuse_unknown
from beeflow.recipe.templates.unknown import Unknown, UnknownMet
from beeflow.recipe.templates.values import describe, text_of, truth

if TYPE_CHECKING:
    from beeflow.recipe.templates.evaluator import Compiler
    from beeflow.recipe.templates.limits import Frame
    from beeflow.recipe.templates.syntax import Place, Syntax

Write: TypeAlias = "Callable[[Frame], None]"
Bind: TypeAlias = "Callable[[Frame, object], None]"


def assigned(body: Sequence[nodes.Node]) -> frozenset[str]:
    """Return the names that these nodes set anywhere within them."""
    return frozenset(name.name for node in body for name in _names(node) if name.ctx == "store") | (
        {"loop"} if any(_loops(node) for node in body) else set()
    )


def _names(node: nodes.Node) -> list[nodes.Name]:
    found = list(node.find_all(nodes.Name))
    return [node, *found] if isinstance(node, nodes.Name) else found


def _loops(node: nodes.Node) -> bool:
    return isinstance(node, nodes.For) or node.find(nodes.For) is not None


class TemplateCompiler:
    """Turns the statements of one template into closures that write to the frame."""

    def __init__(self, syntax: Syntax, compiler: Compiler) -> None:
        self.syntax = syntax
        self.compiler = compiler
        self.compiler.local = assigned([syntax.node])

    def body(self, statements: Sequence[nodes.Node]) -> Write:
        """Return what writes these statements one after the other."""
        parts = tuple(self._statement(each) for each in statements)

        def write(frame: Frame) -> None:
            for part in parts:
                part(frame)

        return parts[0] if len(parts) == 1 else write

    def _statement(self, node: nodes.Node) -> Write:
        if isinstance(node, nodes.Output):
            return self._output(node)
        if isinstance(node, nodes.If):
            return self._if(node)
        if isinstance(node, nodes.For):
            return self._for(node)
        if isinstance(node, nodes.Assign):
            return self._assign(node)
        if isinstance(node, nodes.AssignBlock):
            return self._assign_block(node)
        raise self.compiler.fail(node, "only if, for and set are statements of a template")

    # --- text --------------------------------------------------------------------------------

    def _output(self, node: nodes.Output) -> Write:
        parts = tuple(self._part(each) for each in node.nodes)

        def write(frame: Frame) -> None:
            for part in parts:
                part(frame)

        return parts[0] if len(parts) == 1 else write

    def _part(self, node: nodes.Expr) -> Write:
        if isinstance(node, nodes.TemplateData):
            text = node.data
            return lambda frame: frame.write(text)
        evaluate, place = self.compiler.shown(node), self.syntax.place(node)

        def write(frame: Frame) -> None:
            value = evaluate(frame)
            try:
                text = value if type(value) is str else text_of(frame, value)
                frame.write(text if frame.escape is None else frame.escape(text))
            except UnknownMet as met:
                _write_unknown(frame, met.unknown)
            except ExpressionError as error:
                raise placed(error, place) from None

        return write

    # --- if ----------------------------------------------------------------------------------

    def _if(self, node: nodes.If) -> Write:
        arms = tuple(
            (self.compiler.condition(arm.test), self.body(arm.body)) for arm in (node, *node.elif_)
        )
        otherwise = self.body(node.else_)
        names = assigned([node])

        def write(frame: Frame) -> None:
            for test, then in arms:
                value = test(frame)
                if type(value) is Unknown:
                    _write_unknown(frame, value)
                    frame.names.update(dict.fromkeys(names, value))
                    return
                if truth(value):
                    then(frame)
                    return
            otherwise(frame)

        return write

    # --- for ---------------------------------------------------------------------------------

    def _for(self, node: nodes.For) -> Write:
        if node.recursive:
            raise self.compiler.fail(node, "`recursive` is not there", self.syntax.place(node))
        bind = self._target(node.target)
        items = self.compiler.bound(node.iter, assigned([node.target]))
        chosen = None if node.test is None else self.compiler.condition(node.test)
        turn, otherwise = self.body(node.body), self.body(node.else_)
        place, cost = self.syntax.place(node.iter), 1 + _count(node)
        counted = any(name.name == "loop" for each in node.body for name in _names(each))

        def write(frame: Frame) -> None:
            value = items(frame)
            kept = frame.names
            selected: list[object] = []
            try:
                selected = list(_selected(frame, value, bind, chosen))
                for index, item in enumerate(selected):
                    frame.charge(cost)
                    frame.names = dict(kept)
                    bind(frame, item)
                    if counted:
                        frame.names["loop"] = _loop(selected, index)
                    turn(frame)
            except UnknownMet as met:
                _write_unknown(frame, met.unknown)
                return
            except ExpressionError as error:
                raise placed(error, place) from None
            finally:
                frame.names = kept
            if not selected:
                otherwise(frame)

        return write

    def _target(self, node: nodes.Node) -> Bind:
        if isinstance(node, nodes.Name):
            name = self._settable(node)

            def bind_one(frame: Frame, value: object) -> None:
                frame.names[name] = value

            return bind_one
        if not isinstance(node, nodes.Tuple):
            raise self.compiler.fail(node, "this cannot be set: write a name")
        parts, place = tuple(self._target(part) for part in node.items), self.syntax.place(node)

        def bind_each(frame: Frame, value: object) -> None:
            if type(value) is Unknown:
                value = [value] * len(parts)
            if not isinstance(value, list | tuple) or len(value) != len(parts):
                error = ExpressionError(
                    f"{describe(value)} does not go into {len(parts)} names: "
                    "for a mapping, write `for key, value in mapping.items()`"
                )
                raise placed(error, place)
            for part, item in zip(parts, value, strict=True):
                part(frame, item)

        return bind_each

    def _settable(self, node: nodes.Name) -> str:
        if node.name.startswith("_"):
            raise placed(private(node.name), self.syntax.place(node))
        if node.name == "loop":
            raise self.compiler.fail(node, "`loop` is taken: it counts the turns of a loop")
        return node.name

    # --- set ---------------------------------------------------------------------------------

    def _assign(self, node: nodes.Assign) -> Write:
        if isinstance(node.target, nodes.NSRef):
            place: Place = self.syntax.place(node.target)
            raise self.compiler.fail(node, "a field cannot be set: set a name", place)
        bind = self._target(node.target)
        evaluate = self.compiler.bound(node.node, assigned([node.target]))
        return lambda frame: bind(frame, evaluate(frame))

    def _assign_block(self, node: nodes.AssignBlock) -> Write:
        if node.filter is not None:
            raise self.compiler.fail(
                node.filter, "no filter can stand here: apply it where the name is used"
            )
        bind, body = self._target(node.target), self.body(node.body)

        return lambda frame: bind(frame, _captured(frame, body))


def _captured(frame: Frame, body: Write) -> object:
    """Return what `body` writes, as a value."""
    out, size, unknown = frame.out, frame.size, frame.unknown
    frame.out, frame.size, frame.unknown = [], 0, None
    try:
        body(frame)
        return written(frame)
    finally:
        frame.out, frame.size, frame.unknown = out, size, unknown


def written(frame: Frame) -> object:
    """Return what has been written: text, or an `Unknown` where some of it is not known."""
    text = "".join(frame.out)
    frame.allow_text(len(text))
    return text if frame.unknown is None else Unknown(frame.unknown.label, text)


def _count(node: nodes.Node) -> int:
    """Count the nodes within `node`: what one turn costs at most."""
    return sum(1 for _ in node.find_all(nodes.Node))


def _write_unknown(frame: Frame, unknown: Unknown) -> None:
    frame.unknown = frame.unknown or unknown
    frame.write(unknown.text)


def _selected(frame: Frame, value: object, bind: Bind, chosen: Evaluate | None) -> Iterator[object]:
    """Yield the items that a loop goes through; raises `UnknownMet` where they are not known."""
    refuse_unknown(value)
    if isinstance(value, Mapping):
        value = list(value)
    if not isinstance(value, list | tuple):
        mend = ": write `| list` for its characters" if isinstance(value, str) else ""
        raise ExpressionError(f"a loop goes through a list, not {describe(value)}{mend}")
    frame.allow_items(len(value))
    if chosen is None:
        yield from value
        return
    kept = frame.names
    for item in value:
        frame.charge(4)
        frame.names = dict(kept)
        bind(frame, item)
        holds = chosen(frame)
        if truth(holds):
            yield item


def _loop(items: Sequence[object], index: int) -> dict[str, object]:
    """Return what `loop` is in one turn."""
    count = len(items)
    about: dict[str, object] = {
        "index": index + 1,
        "index0": index,
        "revindex": count - index,
        "revindex0": count - index - 1,
        "first": index == 0,
        "last": index == count - 1,
        "length": count,
    }
    if index:
        about["previtem"] = items[index - 1]
    if index < count - 1:
        about["nextitem"] = items[index + 1]
    return about
