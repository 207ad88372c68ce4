"""A recipe's file, with the blueprint it uses, as a `Recipe` or as problems."""

from __future__ import annotations

from msgspec.structs import replace

from beeflow.errors import UsageError
from beeflow.recipe.document import Document, MappingNode, Source, read_document
from beeflow.recipe.model import Bundle, Recipe
from beeflow.recipe.parser.assembly import Parts, assembled, sorted_problems
from beeflow.recipe.parser.body import hold_startable, read_body, read_inputs
from beeflow.recipe.parser.fields import open_fields
from beeflow.recipe.parser.head import read_head, read_id
from beeflow.recipe.parser.inputs import override_inputs
from beeflow.recipe.parser.instances import read_instance
from beeflow.recipe.parser.parsed import Defaults, Load, Parsed, Setting, nothing
from beeflow.recipe.parser.place import Place
from beeflow.recipe.parser.reading import Reading
from beeflow.recipe.parser.scope import Scope
from beeflow.recipe.parser.vocabulary import BLUEPRINT, RECIPE
from beeflow.recipe.problem import Problem


def parse_recipe(
    source: Source | str,
    *,
    path: str,
    load: Load = nothing,
    defaults: Defaults | None = None,
    prefix: str = "",
) -> Parsed:
    """Read a recipe. `path` is its path from the recipes folder, `prefix` that folder's.

    Messages name files as `prefix + path`. Never raises for what the text holds.
    """
    return parse_file(source, path, Setting(load, defaults or Defaults(), prefix))


def parse_bundle(bundle: Bundle, defaults: Defaults | None = None) -> Recipe:
    """Read again the recipe that a run began with; raises `UsageError` where it cannot be."""
    files = dict(bundle.files)
    text = files.get(bundle.main, "")
    parsed = parse_recipe(text, path=bundle.main, load=files.get, defaults=defaults)
    if parsed.recipe is None:
        first = parsed.problems[0].message
        raise UsageError(f"the recipe of this run cannot be read any more: {first}")
    return parsed.recipe


def parse_file(source: Source | str, path: str, setting: Setting) -> Parsed:
    """Read a recipe, or a blueprint by itself, in a given setting."""
    text = source if isinstance(source, str) else source.text
    document = read_document(Source(setting.prefix + path, text))
    zone = setting.defaults.timezone
    reading = Reading(document.source, zone, problems=list(document.problems))
    if document.root is None:
        return Parsed(document, problems=sorted_problems(reading.problems or _empty(document)))
    root = Place(document.root)
    if isinstance(root.node, MappingNode) and root.node.entry("use") and not setting.blueprint:
        return read_instance(reading, root, document, path, setting)
    return _read_standing(reading, root, document, path, setting)


def _empty(document: Document) -> list[Problem]:
    message = "the file is empty"
    help_ = "a recipe needs at least `actions`"
    return [Problem("missing-key", message, document.source.span(0, 0), help=help_)]


def _read_standing(
    reading: Reading, root: Place, document: Document, path: str, setting: Setting
) -> Parsed:
    """Read a recipe that stands by itself, or a blueprint without its instance."""
    fields = open_fields(reading, root, BLUEPRINT if setting.blueprint else RECIPE)
    if fields is None:
        return Parsed(document, problems=sorted_problems(reading.problems))
    head = read_head(reading, fields)
    head = replace(head, timezone=head.timezone or reading.timezone)
    reading.timezone = head.timezone or reading.timezone
    scope = Scope()
    reading.inputs = read_inputs(reading, fields, scope)
    override_inputs(reading, setting.defaults.inputs)
    if not setting.blueprint:
        hold_startable(reading, fields, reading.inputs)
    body = read_body(reading, fields, scope)
    parts = Parts(
        *read_id(reading, fields, path),
        head,
        reading.inputs,
        body,
        Bundle(path, ((path, document.source.text),)),
        frozenset(reading.secrets),
    )
    return assembled(parts, reading.as_meant(document), reading.problems)
