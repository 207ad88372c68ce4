"""`mocks`: what actions answer, held against what they are documented to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.check.answers import problems_of
from beeflow.drivers.overlay import answer_over
from beeflow.drivers.testing import vocabulary as terms
from beeflow.drivers.testing.faults import failure_of
from beeflow.drivers.testing.model import Answer, Conditional, Mock
from beeflow.drivers.testing.reading import literals
from beeflow.recipe.document import MappingNode, SequenceNode
from beeflow.recipe.parser.fields import entries, open_fields
from beeflow.recipe.parser.place import Place
from beeflow.recipe.parser.reading import Finding, Reading, did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.drivers.testing.reading.known import Known
    from beeflow.errors import Failure
    from beeflow.types import Json

_EXAMPLE: Final = "events.get: {event_title: Launch}"


def mocks(reading: Reading, place: Place, known: Known) -> dict[str, Mock]:
    """Read what actions answer, by action."""
    if place.is_null:
        return {}
    read: dict[str, Mock] = {}
    what = "a mapping of actions to what they answer"
    for name, part in entries(reading, place, what, _EXAMPLE):
        if holds_action(reading, key_of(place, name), name, known):
            read[name] = _Reader(reading, known, name).mock(part)
    return read


def key_of(place: Place, name: str) -> Place:
    """Return the place of a key of the mapping at a place."""
    entry = place.node.entry(name) if isinstance(place.node, MappingNode) else None
    return place.child(name, entry.key) if entry else place


def holds_action(reading: Reading, place: Place, name: str, known: Known) -> bool:
    """Whether there is an action of this name; reported at the place where there is none."""
    if known.actions.get(name) is not None:
        return True
    names = known.actions.names()
    near = nearest(name, names)
    group = [one for one in names if one.startswith(f"{name.partition('.')[0]}.")]
    help_ = did_you_mean(near) if near else f"there are: {', '.join(group or names)}"
    reading.report(place, Finding("unknown-action", f"there is no action `{name}`", help_, near))
    return False


class _Reader(msgspec.Struct, frozen=True):
    """Reads the mock of one action."""

    reading: Reading
    known: Known
    action: str

    def mock(self, place: Place) -> Mock:
        parts = _listed(self.reading, place)
        plain = [part for part in parts if not _is_case(part)]
        cases = [case for part in parts if _is_case(part) for case in self._case(part)]
        return Mock(self.action, self._answers(plain), tuple(cases))

    def _answers(self, parts: Iterable[Place]) -> tuple[Answer, ...]:
        return tuple(self._answer(part) for part in parts)

    def _case(self, place: Place) -> Iterable[Conditional]:
        fields = open_fields(self.reading, place, terms.ANSWER)
        when = fields.get("when") if fields else None
        answer = fields.get("answer") if fields else None
        inner = open_fields(self.reading, when, terms.WHEN) if when else None
        given = inner.get("with") if inner else None
        if given is None or answer is None:
            return
        wanted = literals.mapping(self.reading, given, "a mapping of arguments", "{page: 2}")
        self._hold_parameters(given, wanted)
        yield Conditional(given.node, self._answers(_listed(self.reading, answer)))

    def _hold_parameters(self, place: Place, wanted: dict[str, Json]) -> None:
        hold_parameters(self.reading, place, self.action, wanted, self.known)

    def _answer(self, place: Place) -> Answer:
        fault = self._fault(place)
        if fault is not None:
            return fault
        action = self.known.facts.actions[self.action]
        for problem in problems_of(place.node, action.answer):
            self.reading.report(
                Place(problem.node, place.path),
                Finding(problem.rule, problem.message, problem.help, problem.suggestions),
            )
        found = self.known.actions.get(self.action)
        return answer_over(found.sample if found else None, place.node.plain())

    def _fault(self, place: Place) -> Failure | None:
        """Return the failure that is answered; None where it is an ordinary answer."""
        node = place.node
        only = node.entries[0] if isinstance(node, MappingNode) and len(node.entries) == 1 else None
        if only is None or only.name != "error" or self._has_field("error"):
            return None
        inner = place.child("error", only.value)
        fields = open_fields(self.reading, inner, terms.FAULT)
        if fields is None:
            return failure_of(self.action, None, None, {})
        status, kind, headers = (fields.get(key) for key in ("status", "kind", "headers"))
        if (status is None) == (kind is None):
            message = "an `error` is either an HTTP `status` or a `kind`"
            help_ = "write error: {status: 503}, or error: {kind: timeout}"
            self.reading.report(inner, Finding("conflicting-keys", message, help_))
        read = literals.whole_number(self.reading, status, 300, 599) if status else None
        named = literals.word(self.reading, kind, terms.FAULTS) if kind else None
        what, example = "a mapping of names to values", "{Retry-After: 30}"
        given = literals.mapping(self.reading, headers, what, example) if headers else {}
        return failure_of(self.action, read, named, given)

    def _has_field(self, name: str) -> bool:
        """Whether the documented answer has a field of this name."""
        return name in (self.known.facts.actions[self.action].answer.get("properties") or {})


def hold_parameters(
    reading: Reading, place: Place, action: str, given: dict[str, Json], known: Known
) -> None:
    """Report arguments that an action does not take."""
    about = known.facts.actions[action]
    if about.open_ended:
        return
    names = [parameter.name for parameter in about.parameters]
    for name in given:
        if name in names:
            continue
        near = nearest(name, names)
        message = f"`{action}` has no parameter `{name}`"
        help_ = did_you_mean(near, names) if names else "it takes none"
        if name == "at":
            help_ = "`at` stands beside the action, not among its arguments"
        reading.report(key_of(place, name), Finding("unknown-parameter", message, help_, near))


def _listed(reading: Reading, place: Place) -> list[Place]:
    """Return the answers of a sequence, or the only one."""
    if not isinstance(place.node, SequenceNode):
        return [place]
    if not place.node.items:
        message = f"{place.title} is an empty list: it is a list of answers, and has none"
        help_ = "where the answer is an empty list, write [[]]"
        reading.report(place, Finding("bad-value", message, help_))
    return [place.child(number, node) for number, node in enumerate(place.node.items)]


def _is_case(place: Place) -> bool:
    return isinstance(place.node, MappingNode) and place.node.entry("when") is not None
