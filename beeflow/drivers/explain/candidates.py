"""What could be changed in an event so that a clause turns out otherwise: places, and values.

Nothing here decides anything: these are guesses, read off the pattern or the expression, and
whoever makes one lets the interpreter say whether it is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from jinja2 import nodes

from beeflow.errors import ExpressionError
from beeflow.recipe.patterns import compile_pattern
from beeflow.recipe.patterns.paths import MISSING, resolve
from beeflow.recipe.templates import parse_expression, parse_template, templates_in

if TYPE_CHECKING:
    from beeflow.engine.commands import Clause
    from beeflow.recipe.model import Fetch
    from beeflow.recipe.templates import Reference
    from beeflow.types import Json

Path: TypeAlias = tuple[str, ...]


class _Removed(Enum):
    TOKEN = 0


REMOVED: Final = _Removed.TOKEN
"""In the place of a value: the field is taken out."""

Value: TypeAlias = "Json | _Removed"
Candidates: TypeAlias = "dict[Path, list[Value]]"

_ENVELOPE: Final = frozenset({"type", "id", "timestamp", "data"})
_OWN: Final = frozenset({"kind", "name", "received_at", "items"})
"""Parts of `trigger` that do not stand in the event."""

_NO_VALUES: Final = ("(", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}")
"""How an operand begins that is no value: `(undefined)`, or not known yet."""

_LONGEST: Final = 20
"""Items of a list that is made up."""

_MOST: Final = 24
"""Values that are tried at one place."""


# --- of a pattern ----------------------------------------------------------------------------


def of_pattern(match: Mapping[str, Any], payload: Mapping[str, Json]) -> Candidates | None:
    """Return what would make the first line that does not hold do so; None where all hold."""
    for clause in compile_pattern(match).explain(payload):
        if not clause.holds:
            values = list(_expected(clause.expected, clause.actual))
            return {tuple(clause.path.split(".")): values}
    return None


def _expected(expected: Any, actual: Any) -> Iterator[Value]:
    """Yield values that the right side of a pattern takes."""
    if isinstance(expected, Mapping):
        for operator, operand in expected.items():
            yield from _operator(str(operator), operand, actual)
    elif isinstance(expected, Sequence) and not isinstance(expected, str):
        for item in expected:
            yield from _expected(item, actual)
    else:
        yield expected


def _operator(operator: str, operand: Any, actual: Any) -> Iterator[Value]:
    match operator:
        case "in":
            yield from _expected(operand, actual)
        case "prefix" | "suffix" | "gte" | "lte":
            yield operand
        case "contains":
            yield [*actual, operand] if isinstance(actual, list) else operand
            yield [operand]
        case "gt":
            yield operand + 1
        case "lt":
            yield operand - 1
        case "exists":
            yield from (True, "x") if operand else (REMOVED,)
        case "not":
            yield from (REMOVED, None, "other", 0, 1)
        case "regex":
            yield str(operand).strip("^$")


# --- of expressions --------------------------------------------------------------------------


def of_expressions(
    texts: Iterable[str], clauses: Sequence[Clause], payload: Mapping[str, Json]
) -> Candidates:
    """Return what could be changed in the parts of `trigger` that expressions read."""
    found: Candidates = {}
    operands = [
        value
        for clause in clauses
        for _, value in clause.operands
        if not (isinstance(value, str) and value.startswith(_NO_VALUES))
    ]
    for text in texts:
        try:
            expression = parse_expression(text)
        except ExpressionError:
            continue
        constants = [*_constants(expression.syntax.node), *operands]
        for reference in expression.references:
            path = _in_payload(reference.path)
            if path is not None:
                actual = resolve(payload, path)
                known = found.setdefault(path, [])
                known += [one for one in _values(actual, constants) if one not in known]
    return {path: values[:_MOST] for path, values in found.items()}


def of_reads(fetches: Iterable[Fetch], payload: Mapping[str, Json]) -> Candidates:
    """Return what is missing in the event that its reads are made with."""
    references = [
        reference
        for wanted in fetches
        for template in templates_in(wanted.call.args)
        for reference in _references(template.text)
    ]
    paths = (_in_payload(one.path) for one in references)
    return {
        path: ["other", 1]
        for path in paths
        if path is not None and resolve(payload, path) is MISSING
    }


def beyond(texts: Iterable[str]) -> tuple[str, ...]:
    """Return what expressions read that does not stand in the event, in order."""
    found: dict[str, None] = {}
    for text in texts:
        try:
            references = parse_expression(text).references
        except ExpressionError:
            continue
        found |= {".".join(one.path): None for one in references if one.path[0] != "trigger"}
    return tuple(found)


def _references(text: str) -> tuple[Reference, ...]:
    try:
        return parse_template(text).references
    except ExpressionError:
        return ()


def of_key(text: str) -> Candidates:
    """Return what could be changed so that a throttle's key is another one."""
    try:
        references = parse_expression(text).references
    except ExpressionError:
        return {}
    paths = (_in_payload(one.path) for one in references)
    return {path: ["another"] for path in paths if path is not None}


def _in_payload(path: Sequence[str]) -> Path | None:
    """Return where in the event stands what an expression reads; None for what does not."""
    if len(path) < 2 or path[0] != "trigger" or path[1] in _OWN:  # noqa: PLR2004 - a field of it
        return None
    return tuple(path[1:]) if path[1] != "data" or len(path) > 2 else None  # noqa: PLR2004 - the same


def _constants(node: nodes.Node) -> list[Any]:
    found = [one.value for one in node.find_all(nodes.Const)]
    if isinstance(node, nodes.Const):
        found.append(node.value)
    return found


def _values(actual: object, constants: Sequence[Any]) -> Iterator[Value]:
    """Yield what could stand at a place, the likeliest first."""
    if isinstance(actual, bool):
        yield not actual
    for constant in constants:
        yield from _near(actual, constant)
    yield from _others(actual)


def _near(actual: object, constant: Any) -> Iterator[Value]:
    """Yield values made with a constant of the expression: it, and what just passes it."""
    if isinstance(actual, list):
        yield from _lists(actual, constant)
    yield "other" if isinstance(actual, str) and actual == constant else constant
    if isinstance(constant, int | float) and not isinstance(constant, bool):
        yield from (constant + 1, constant - 1)
    elif isinstance(constant, str) and isinstance(actual, str) and actual:
        yield from (constant + actual, actual + constant)
        if constant and constant in actual:
            yield actual.replace(constant, "").strip() or "other"
    if actual is MISSING and constant is not None:
        yield [constant]


def _lists(actual: list[Any], constant: Any) -> Iterator[Value]:
    """Yield lists with a constant in them, without it, and just longer than it."""
    yield [*actual, constant]
    yield [one for one in actual if one != constant]
    if isinstance(constant, int) and not isinstance(constant, bool) and constant < _LONGEST:
        yield [*actual, *["other"] * max(constant + 1 - len(actual), 0)]


def _others(actual: object) -> Iterator[Value]:
    """Yield values that have nothing to do with what was there."""
    if isinstance(actual, str) or actual is MISSING or actual is None:
        yield from ("other", "other@example.com", 1, True)
    elif isinstance(actual, int | float) and not isinstance(actual, bool):
        yield from (actual + 1, actual - 1, 0, 1)
    elif isinstance(actual, list):
        yield from ([], [*actual, "other"])
    if actual is not MISSING:
        yield from (REMOVED, None)
