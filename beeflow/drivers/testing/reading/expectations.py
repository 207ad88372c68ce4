"""`expect`: what must come of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from beeflow.drivers.testing import vocabulary as terms
from beeflow.drivers.testing.comparing import is_operators
from beeflow.drivers.testing.model import Wanted, WantedCall
from beeflow.drivers.testing.reading import literals
from beeflow.drivers.testing.reading.mocks import hold_parameters, holds_action, key_of
from beeflow.errors import ErrorKind
from beeflow.recipe.document import MappingNode, Node, ScalarNode, SequenceNode
from beeflow.recipe.parser.fields import Fields, items, open_fields
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.patterns import check_pattern

if TYPE_CHECKING:
    from beeflow.drivers.testing.reading.known import Known
    from beeflow.recipe.parser.place import Place

_EXAMPLE: Final = "[slack.post: {text: Hello}]"
_MOST_RUNS: Final = 100_000


def expectations(reading: Reading, place: Place, known: Known) -> Wanted:
    """Read `expect`."""
    fields = open_fields(reading, place, terms.EXPECT)
    if fields is None:
        return Wanted()
    if not fields.entries:
        message = "`expect` expects nothing"
        help_ = f"add one of {', '.join(terms.EXPECT.keys)}"
        reading.report(place, Finding("missing-key", message, help_))
    runs, because, calls, error = (fields.get(key) for key in ("runs", "because", "calls", "error"))
    return Wanted(
        runs=literals.whole_number(reading, runs, 0, _MOST_RUNS) if runs else None,
        outcome=_outcome(reading, fields),
        error=_error(reading, error) if error else None,
        because=literals.text(reading, because) if because else None,
        calls=_calls(reading, calls, known) if calls else None,
        places={name: entry.value.span for name, entry in fields.entries.items()},
    )


def _outcome(reading: Reading, fields: Fields) -> str | tuple[str, ...] | None:
    place = fields.get("outcome")
    if place is None:
        return None
    if isinstance(place.node, SequenceNode):
        listed = [_one_outcome(reading, item) for item in items(reading, place, "", "")]
        return tuple(one for one in listed if one is not None)
    return _one_outcome(reading, place)


def _one_outcome(reading: Reading, place: Place) -> str | None:
    node = place.node
    if isinstance(node, ScalarNode) and node.value == "skipped":
        message = "a run whose conditions do not hold is not counted as a run"
        help_ = "write runs: 0 in place of the outcome, and `because` for the reason"
        reading.report(place, Finding("bad-value", message, help_))
        return None
    return literals.word(reading, place, terms.OUTCOMES)


def _error(reading: Reading, place: Place) -> dict[str, str] | None:
    fields = open_fields(reading, place, terms.ERROR)
    if fields is None:
        return None
    wanted: dict[str, str] = {}
    for name in fields.entries:
        part = fields.get(name)
        if part is None:
            continue
        kinds = get_args(ErrorKind)
        read = literals.word(reading, part, kinds) if name == "kind" else _text(reading, part)
        if read is not None:
            wanted[name] = read
    return wanted


def _text(reading: Reading, place: Place) -> str | None:
    return literals.text(reading, place)


# --- calls -----------------------------------------------------------------------------------


def _calls(reading: Reading, place: Place, known: Known) -> tuple[WantedCall, ...]:
    listed = (_call(reading, item, known) for item in items(reading, place, "calls", _EXAMPLE))
    return tuple(call for call in listed if call is not None)


def _call(reading: Reading, place: Place, known: Known) -> WantedCall | None:
    node = place.node
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        if not _is_write(reading, place, node.value, known):
            return None
        return WantedCall(node.value, node, node.span)
    if isinstance(node, MappingNode):
        return _call_with(reading, place, node, known)
    reading.wrong_type(place, "the name of an action, or an action with arguments", _EXAMPLE)
    return None


def _call_with(
    reading: Reading, place: Place, node: MappingNode, known: Known
) -> WantedCall | None:
    named = [entry for entry in node if entry.name != "at"]
    if len(named) != 1:
        message = f"a call is one action, and here are {len(named)}"
        names = ", ".join(f"`{entry.name}`" for entry in named)
        help_ = f"make a list item of each: {names}" if named else f"write {_EXAMPLE}"
        reading.report(place, Finding("conflicting-keys", message, help_), place.top)
        return None
    (entry,) = named
    action = entry.name
    if not _is_write(reading, key_of(place, action), action, known):
        return None
    inner = place.child(action, entry.value)
    at = node.entry("at")
    when = literals.duration(reading, place.child("at", at.value)) if at else None
    return WantedCall(
        action,
        node,
        entry.key.span,
        _arguments(reading, inner, action, known),
        when,
        at.value.span if at else None,
    )


def _arguments(reading: Reading, place: Place, action: str, known: Known) -> Node | None:
    if place.is_null:
        return None
    given = literals.mapping(reading, place, "a mapping of arguments", "{text: Hello}")
    hold_parameters(reading, place, action, given, known)
    _hold_operators(reading, place)
    node = place.node
    if not isinstance(node, MappingNode):
        return None
    kinds = {one.name: one.schema.get("type") for one in known.facts.actions[action].parameters}
    for entry in node:
        if isinstance(entry.value, MappingNode) and not _takes_mapping(kinds.get(entry.name)):
            _hold_pattern(reading, place.child(entry.name, entry.value))
    return node


def _takes_mapping(kinds: object) -> bool:
    """Whether a mapping can be an argument of these types, and is not meant for operators."""
    return kinds is None or kinds == "object" or (isinstance(kinds, list) and "object" in kinds)


def _hold_pattern(reading: Reading, place: Place) -> None:
    for problem in check_pattern({"value": place.node.plain()}, templates=False):
        reading.report(place, Finding("pattern", problem.message, problem.help))


def _hold_operators(reading: Reading, place: Place) -> None:
    """Report operators that are used wrongly, wherever in the arguments they stand."""
    node = place.node
    if isinstance(node, MappingNode):
        if is_operators(node):
            _hold_pattern(reading, place)
            return
        for entry in node:
            _hold_operators(reading, place.child(entry.name, entry.value))
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.items):
            _hold_operators(reading, place.child(number, item))


def _is_write(reading: Reading, place: Place, action: str, known: Known) -> bool:
    """Whether an action exists and writes: only writes are listed in `calls`."""
    if not holds_action(reading, place, action, known):
        return False
    if known.facts.actions[action].effect != "read":
        return True
    message = f"`{action}` reads, and `calls` lists what is written"
    help_ = "remove it: reads need not be expected; what they answer is told by `mocks`"
    reading.report(place, Finding("bad-value", message, help_))
    return False
