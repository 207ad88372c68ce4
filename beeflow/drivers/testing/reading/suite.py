"""A test file as a suite: its tests, and all that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from beeflow.drivers.testing import vocabulary as terms
from beeflow.drivers.testing.model import Case, Mock, Suite, Wanted
from beeflow.drivers.testing.reading import literals
from beeflow.drivers.testing.reading.expectations import expectations
from beeflow.drivers.testing.reading.happenings import happenings
from beeflow.drivers.testing.reading.mocks import mocks
from beeflow.recipe.document import (
    Document,
    MappingNode,
    SequenceNode,
    Source,
    read_document,
    without_echoes,
)
from beeflow.recipe.parser.assembly import sorted_problems
from beeflow.recipe.parser.fields import Fields, items, open_fields
from beeflow.recipe.parser.place import Place, found
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.problem import Note, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beeflow.drivers.testing.reading.known import Known
    from beeflow.recipe.problem import Span
    from beeflow.types import Json

_SHORTEST_SECRET: Final = 4
"""Characters that a secret needs so that it is masked wherever it appears."""


def read_suite(source: Source, known: Known) -> Suite:
    """Read a test file. Never raises for what the text holds."""
    document = read_document(source)
    reading = Reading(document.source, problems=list(document.problems))
    root = document.root
    if not isinstance(root, MappingNode):
        return Suite(document, problems=_not_a_file(document, reading))
    fields = open_fields(reading, Place(root), terms.FILE)
    suite = Suite(document) if fields is None else _read(reading, fields, document, known)
    return replace(suite, problems=sorted_problems(without_echoes(document, reading.problems)))


def _not_a_file(document: Document, reading: Reading) -> tuple[Problem, ...]:
    if reading.problems:
        return sorted_problems(reading.problems)
    span = document.source.span(0, 0) if document.root is None else document.root.span
    what = "empty" if document.root is None else found(document.root)
    message = f"a test file is a mapping of keys to values, and this is {what}"
    return (Problem("wrong-type", message, span, help="it needs `recipe` and `tests`"),)


def _read(reading: Reading, fields: Fields, document: Document, known: Known) -> Suite:
    recipe, also, tests = (fields.get(key) for key in ("recipe", "also", "tests"))
    shared = _shared(reading, fields, known)
    listed = list(_ids(reading, also)) if also else []
    return Suite(
        document,
        (literals.text(reading, recipe) if recipe else None) or "",
        tuple(name for name, _ in listed),
        _cases(reading, tests, shared, known) if tests else (),
        recipe_span=recipe.node.span if recipe else None,
        also_spans=tuple(span for _, span in listed),
    )


def _ids(reading: Reading, place: Place) -> Iterator[tuple[str, Span]]:
    for item in items(reading, place, "ids", "[other]"):
        name = literals.text(reading, item)
        if name is not None:
            yield name, item.node.span


class _Shared(msgspec.Struct, frozen=True):
    """What `defaults` say for all tests of a file, or a test for itself."""

    now: float | None
    mocks: Mapping[str, Mock]
    secrets: Mapping[str, str]
    inputs: Mapping[str, Json]
    inputs_span: Span | None


_NOTHING: Final = _Shared(None, {}, {}, {}, None)


def _shared(reading: Reading, fields: Fields, known: Known) -> _Shared:
    place = fields.get("defaults")
    if place is None or place.is_null:
        return _NOTHING
    inner = open_fields(reading, place, terms.DEFAULTS)
    return _NOTHING if inner is None else _own(reading, inner, _NOTHING, known)


def _own(reading: Reading, fields: Fields, below: _Shared, known: Known) -> _Shared:
    """Read the keys that `defaults` and tests share; a test's stand over those of the file."""
    now, answers, given = (fields.get(key) for key in ("now", "mocks", "inputs"))
    read = literals.moment(reading, now) if now else None
    inputs = literals.mapping(reading, given, "a mapping of inputs", "{}") if given else {}
    return _Shared(
        below.now if read is None else read,
        {**below.mocks, **(mocks(reading, answers, known) if answers else {})},
        {**below.secrets, **_secrets(reading, fields)},
        {**below.inputs, **inputs},
        given.node.span if given else below.inputs_span,
    )


def _secrets(reading: Reading, fields: Fields) -> dict[str, str]:
    place = fields.get("secrets")
    if place is None or not isinstance(place.node, MappingNode):
        if place is not None and not place.is_null:
            reading.wrong_type(place, "a mapping of names to values", "{SLACK_URL: a-value}")
        return {}
    read: dict[str, str] = {}
    for entry in place.node:
        part = place.child(entry.name, entry.value)
        value = literals.text(reading, part)
        if value is not None and len(value.strip()) < _SHORTEST_SECRET:
            message = f"a secret of fewer than {_SHORTEST_SECRET} characters is not masked"
            help_ = "give it a longer value: it is made up anyway"
            reading.report(part, Finding("bad-value", message, help_))
        if value is not None:
            read[entry.name] = value
    return read


def _cases(reading: Reading, place: Place, shared: _Shared, known: Known) -> tuple[Case, ...]:
    if isinstance(place.node, SequenceNode) and not place.node.items:
        reading.report(place, Finding("bad-value", "there are no tests", "add one, with a `name`"))
    names: dict[str, Span] = {}
    cases: list[Case] = []
    for item in items(reading, place, "tests", "- name: …"):
        case = _case(reading, item, shared, known)
        if case is not None:
            _hold_name(reading, item, case, names)
            cases.append(case)
    return tuple(cases)


def _hold_name(reading: Reading, place: Place, case: Case, names: dict[str, Span]) -> None:
    first = names.setdefault(case.name, case.span)
    if first != case.span:
        message = f"there is another test called `{case.name}`"
        notes = (Note("the first one is here", first),)
        help_ = "say in the name what is different in this one"
        finding = Finding("duplicate-name", message, help_, notes=notes)
        reading.report(place, finding, case.span)


def _case(reading: Reading, place: Place, shared: _Shared, known: Known) -> Case | None:
    fields = open_fields(reading, place, terms.TEST)
    if fields is None:
        return None
    name, kept, expect = (fields.get(key) for key in ("name", "state", "expect"))
    own = _own(reading, fields, shared, known)
    state = literals.mapping(reading, kept, "a mapping of kept values", "{}") if kept else {}
    return Case(
        name=(literals.text(reading, name) if name else None) or "",
        span=name.node.span if name else place.top,
        entries=happenings(reading, fields, known),
        wanted=expectations(reading, expect, known) if expect else Wanted(),
        now=own.now,
        mocks=own.mocks,
        state=state,
        secrets=own.secrets,
        inputs=own.inputs,
        inputs_span=own.inputs_span,
        expect_node=expect.node if expect else None,
    )
