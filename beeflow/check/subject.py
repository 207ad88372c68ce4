"""One recipe under the checker's eye: its model, its document, and the way between them."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from beeflow.check.calls import Called, calls
from beeflow.check.facts import Facts
from beeflow.check.logic.holding import Asked, asked
from beeflow.check.steps import all_steps
from beeflow.check.typing.flow import read_recipe
from beeflow.recipe import limits
from beeflow.recipe.document import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    inner,
    locate,
)
from beeflow.recipe.problem import Note, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.check.scopes import Use
    from beeflow.check.typing.reading import Reading
    from beeflow.check.typing.remarks import Told
    from beeflow.recipe.document import Document
    from beeflow.recipe.model import Expr, Recipe, Step, Template
    from beeflow.recipe.parser import Parsed
    from beeflow.recipe.templates import Reference

R = TypeVar("R")


class Found(msgspec.Struct, frozen=True):
    """A node of the document and the path to it."""

    node: Node
    path: str

    def child(self, name: str) -> Found | None:
        """Return what stands under a key."""
        entry = self.node.entry(name) if isinstance(self.node, MappingNode) else None
        return Found(entry.value, f"{self.path}/{name}".lstrip("/")) if entry else None

    def item(self, place: int) -> Found | None:
        """Return an item of a list."""
        items = self.node.items if isinstance(self.node, SequenceNode) else ()
        return Found(items[place], f"{self.path}/{place}") if place < len(items) else None

    def key(self, name: str) -> Found | None:
        """Return the key itself."""
        entry = self.node.entry(name) if isinstance(self.node, MappingNode) else None
        return Found(entry.key, f"{self.path}/{name}".lstrip("/")) if entry else None


class Subject(msgspec.Struct, frozen=True, dict=True):
    """A recipe (`recipe` is what could be read of it) and the document that its spans are in.

    For a recipe that uses a blueprint, that is the blueprint.
    """

    parsed: Parsed
    recipe: Recipe
    facts: Facts = msgspec.field(default_factory=Facts)

    @property
    def document(self) -> Document:
        """Where the recipe's steps stand."""
        return self.parsed.uses or self.parsed.document

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order written, those inside others included."""
        return tuple(all_steps(self.recipe))

    @cached_property
    def calls(self) -> tuple[Called, ...]:
        """All calls, those of `fetch` first."""
        return tuple(calls(self))

    @cached_property
    def reads(self) -> tuple[tuple[Use, Reference], ...]:
        """Every path that an expression or template reads, with what it may see."""
        return tuple((use, one) for use in self.reading.uses for one in use.references())

    @cached_property
    def reading(self) -> Reading:
        """The recipe's texts, read in the order it runs: what they see, and what they give."""
        return read_recipe(self.recipe, self.facts)

    def remarks(self, kind: type[R]) -> Iterator[tuple[R, Told]]:
        """Yield what inference remarked on, of one kind: as much as is told of one file."""
        left = limits.PROBLEMS
        for told in self.reading.remarks.told:
            if left and isinstance(told.remark, kind):
                left -= 1
                yield told.remark, told

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Every condition, with what holds where it is asked."""
        return tuple(asked(self.recipe))

    def place(self, told: Told) -> tuple[Span, str]:
        """Return place and path of the characters that a remark is about."""
        return self.within(told.text, *told.remark.place)

    @cached_property
    def mappings(self) -> dict[Span, Found]:
        """The mappings that call an action, by the place of the action's name."""
        found = {}
        for one in self.having("action"):
            called = one.child("action")
            if called is not None:
                found[called.node.span] = one
        return found

    @cached_property
    def _texts(self) -> dict[Span, Found]:
        source = self.document.source
        return {
            inner(source, one.node): one for one in self.nodes if isinstance(one.node, ScalarNode)
        }

    def at(self, path: str) -> Found | None:
        """Return what stands at a path, such as `actions/2/then/0`."""
        root = self.document.root
        found = Found(root, "") if root is not None else None
        for step in path.split("/"):
            found = found.item(int(step)) if found and step.isdecimal() else found
            found = found.child(step) if found and not step.isdecimal() else found
        return found

    def trigger(self, place: int) -> Found | None:
        """Return a trigger by its place in the list, or the only one."""
        found = self.at("trigger")
        if found is None or not isinstance(found.node, SequenceNode):
            return found
        return found.item(place)

    def having(self, key: str) -> Sequence[Found]:
        """Return the mappings that have a key, outermost first."""
        return self._having.get(key, ())

    @cached_property
    def _having(self) -> dict[str, list[Found]]:
        found: defaultdict[str, list[Found]] = defaultdict(list)
        for one in self.holders:
            for entry in one.node.entries if isinstance(one.node, MappingNode) else ():
                found[entry.key.text].append(one)
        return found

    @cached_property
    def by_path(self) -> dict[str, Found]:
        """The mappings, by their paths."""
        return {one.path: one for one in self.holders if isinstance(one.node, MappingNode)}

    @cached_property
    def holders(self) -> tuple[Found, ...]:
        """All mappings and lists, outermost first."""
        return tuple(walk(self.document, scalars=False))

    @cached_property
    def nodes(self) -> tuple[Found, ...]:
        """All nodes but keys, outermost first."""
        return tuple(walk(self.document))

    def within(self, text: Expr | Template, offset: int, length: int) -> tuple[Span, str]:
        """Return place and path of some characters of an expression or template."""
        one = self._texts.get(text.span)
        if one is None or not isinstance(one.node, ScalarNode):
            return text.span, ""
        return locate(self.document.source, one.node, offset, length), one.path

    def own(self, problem: Problem) -> Problem:
        """Return a problem with whose it is, and for a blueprint who uses it."""
        problem = replace(problem, recipe=self.recipe.id)
        if self.parsed.uses is None or problem.span.file != self.parsed.uses.source.path:
            return problem
        user = self.parsed.document
        use = user.root.entry("use") if isinstance(user.root, MappingNode) else None
        note = Note("the blueprint is used here", use.value.span if use else None)
        return replace(problem, notes=(*problem.notes, note))


def walk(document: Document, *, scalars: bool = True) -> Iterator[Found]:
    """Yield all nodes of a document but keys, outermost first; scalars only where wanted."""
    kinds = (MappingNode, SequenceNode, ScalarNode) if scalars else (MappingNode, SequenceNode)
    root = document.root
    waiting = [Found(root, "")] if isinstance(root, kinds) else []
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(_parts(one, kinds))


def _parts(one: Found, kinds: tuple[type[Node], ...]) -> list[Found]:
    """Return what a mapping or a list holds, of these kinds."""
    node, path = one.node, f"{one.path}/" if one.path else ""
    if isinstance(node, MappingNode):
        held = (entry for entry in node.entries if isinstance(entry.value, kinds))
        return [Found(entry.value, path + entry.key.text) for entry in held]
    if isinstance(node, SequenceNode):
        items = enumerate(node.items)
        return [Found(item, f"{path}{at}") for at, item in items if isinstance(item, kinds)]
    return []
