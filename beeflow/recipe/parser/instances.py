"""A recipe that uses a blueprint: `use` and `with`."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from beeflow.recipe.document import Document, ScalarNode, Source, read_document
from beeflow.recipe.model import Bundle
from beeflow.recipe.parser.assembly import Parts, assembled, sorted_problems
from beeflow.recipe.parser.body import read_body, read_inputs
from beeflow.recipe.parser.fields import Fields, open_fields
from beeflow.recipe.parser.head import Head, read_head, read_id
from beeflow.recipe.parser.inputs import give_inputs, override_inputs
from beeflow.recipe.parser.parsed import Parsed, Setting
from beeflow.recipe.parser.place import Place, shortened
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.scope import Scope
from beeflow.recipe.parser.vocabulary import BLUEPRINT, INSTANCE
from beeflow.recipe.problem import Note, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Instance(msgspec.Struct, frozen=True):
    """A file with `use`, opened."""

    reading: Reading
    document: Document
    path: str
    fields: Fields
    use: Place
    head: Head

    @property
    def note(self) -> Note:
        return Note("the blueprint is used here", self.use.node.span)

    def refused(self, problems: Iterable[Problem] = (), uses: Document | None = None) -> Parsed:
        noted = (replace(problem, notes=(*problem.notes, self.note)) for problem in problems)
        found = sorted_problems((*self.reading.problems, *noted))
        return Parsed(self.document, problems=found, uses=uses)


def read_instance(
    reading: Reading, root: Place, document: Document, path: str, setting: Setting
) -> Parsed:
    """Read a recipe that uses a blueprint."""
    fields = open_fields(reading, root, INSTANCE)
    use = fields.get("use") if fields else None
    if fields is None or use is None:
        return Parsed(document, problems=sorted_problems(reading.problems))
    instance = _Instance(reading, document, path, fields, use, read_head(reading, fields))
    name = _blueprint_path(instance)
    if name is None:
        return instance.refused()
    text = setting.load(name)
    if text is None:
        _missing(instance, f"there is no blueprint `{shortened(setting.prefix + name)}`")
        return instance.refused()
    return _fill(instance, name, read_document(Source(setting.prefix + name, text)), setting)


def _blueprint_path(instance: _Instance) -> str | None:
    node = instance.use.node
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
        example = "use: blueprints/name.yaml"
        instance.reading.wrong_type(instance.use, "the path of a blueprint", example)
        return None
    here = posixpath.dirname(instance.path)
    path = posixpath.normpath(posixpath.join(here, node.value))
    if path == instance.path:
        _missing(instance, f"`{shortened(node.value)}` is this file itself")
        return None
    if path.startswith(("../", "/")) or path in {".", ".."} or "\\" in path:
        _missing(instance, f"`{shortened(node.value)}` lies outside the recipes folder")
        return None
    return path


def _missing(instance: _Instance, message: str) -> None:
    help_ = "`use` is relative to this file, as in blueprints/name.yaml"
    instance.reading.report(instance.use, Finding("missing-blueprint", message, help_))


def _fill(instance: _Instance, name: str, uses: Document, setting: Setting) -> Parsed:
    """Read a blueprint with the values of its instance."""
    mine = instance.reading
    zone = instance.head.timezone or setting.defaults.timezone
    theirs = Reading(uses.source, zone, problems=list(uses.problems))
    if uses.root is None and not uses.problems:
        message = "the blueprint is empty"
        theirs.problems.append(Problem("missing-key", message, uses.source.span(0, 0)))
    fields = open_fields(theirs, Place(uses.root), BLUEPRINT) if uses.root else None
    if fields is None:
        return instance.refused(theirs.problems, uses)
    default = read_head(theirs, fields)
    head = replace(instance.head, timezone=instance.head.timezone or default.timezone or zone)
    theirs.timezone = head.timezone or zone
    scope = Scope()
    theirs.inputs = read_inputs(theirs, fields, scope)
    where = instance.fields.get("with") or instance.use
    give_inputs(mine, where, theirs, Note("the blueprint is here", uses.source.span(0, 0)))
    override_inputs(theirs, setting.defaults.inputs)
    body = read_body(theirs, fields, scope)
    parts = Parts(
        *read_id(mine, instance.fields, instance.path),
        head.over(default),
        theirs.inputs,
        body,
        _bundle(instance, name, uses),
        frozenset(theirs.secrets),
    )
    noted = (replace(one, notes=(*one.notes, instance.note)) for one in theirs.problems)
    problems = [*mine.problems, *noted]
    return assembled(parts, mine.as_meant(instance.document), problems, theirs.as_meant(uses))


def _bundle(instance: _Instance, name: str, uses: Document) -> Bundle:
    mine = (instance.path, instance.document.source.text)
    return Bundle(instance.path, tuple(sorted((mine, (name, uses.source.text)))))
