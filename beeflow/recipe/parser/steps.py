"""`actions` and every other list of steps: which kind a step is, and what all kinds share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode
from beeflow.recipe.model import Step, StepHead
from beeflow.recipe.parser import blocks, changes, tasks, waits
from beeflow.recipe.parser.fields import Fields, items, open_fields
from beeflow.recipe.parser.reading import Finding, Reading, did_you_mean, nearest
from beeflow.recipe.parser.scalars import text
from beeflow.recipe.parser.stepping import Stepping
from beeflow.recipe.parser.texts import expression
from beeflow.recipe.parser.vocabulary import IF, STEP, STEPS, Vocabulary

if TYPE_CHECKING:
    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.parser.scope import Scope

_Read = Callable[[Stepping, Fields, StepHead], Step | None]

_READERS: Final[Mapping[str, _Read]] = {
    "action": tasks.action,
    "if": blocks.branch,
    "choose": blocks.choose,
    "for_each": blocks.for_each,
    "repeat": blocks.repeat,
    "parallel": blocks.parallel,
    "wait": waits.wait,
    "wait_for": waits.wait_for,
    "set": changes.set_names,
    "state": changes.change_state,
    "run": tasks.run,
    "stop": tasks.stop,
}

_VOCABULARIES: Final[Mapping[str, Vocabulary]] = {"if": IF, **STEPS}

_OTHER_WORDS: Final = {
    "delay": "wait",
    "sleep": "wait",
    "service": "action",
    "uses": "action",
    "call": "action",
    "wait_for_trigger": "wait_for",
    "variables": "set",
    "loop": "for_each",
    "foreach": "for_each",
    "while": "repeat",
    "switch": "choose",
    "recipe": "run",
    "exit": "stop",
}
"""What other tools call some kinds of steps."""

_ARMS: Final = frozenset({"then", "else"})

_BESIDE: Final[Mapping[str, frozenset[str]]] = {
    "for_each": frozenset({"parallel"}),
}
"""Keys that make a step of their own, but belong to another step when they stand beside it."""


def steps(reading: Reading, place: Place, scope: Scope) -> tuple[Step, ...]:
    """Read a list of steps; the names they give are added to `scope`."""
    return _sequence(Stepping(reading, scope, 1, _sequence), place)


def _sequence(stepping: Stepping, place: Place) -> tuple[Step, ...]:
    reading = stepping.reading
    if stepping.depth > limits.NESTING:
        reading.over_limit(place, limits.NESTING, "steps inside one another")
        return ()
    read: list[Step] = []
    for item in _items(reading, place):
        if not reading.count_step(item):
            break
        step = _step(stepping, item)
        if step is not None:
            read.append(step)
    return tuple(read)


def _items(reading: Reading, place: Place) -> Iterable[Place]:
    """Return the places of steps; a single step without its dash (reported) is one."""
    node = place.node
    if not isinstance(node, MappingNode) or not node.entries:
        return items(reading, place, "steps", "a list: begin each step with `- `")
    glued = [entry for entry in node if entry.name.startswith("-")]
    for entry in glued:
        key = place.child(entry.name, entry.key)
        line, _ = reading.source.position(entry.key.span.start)
        mend = f"write - {reading.source.line(line).strip().removeprefix('-')}"
        message = "a `-` that begins an item needs a space"
        reading.report(key, Finding("wrong-type", message, mend))
    if glued:
        return ()
    text = reading.source.text[node.span.start : node.span.end]
    line, _ = reading.source.position(node.span.start)
    flow = text.startswith("{")
    shown = f"[{text}]" if flow else f"- {reading.source.line(line).strip()}"
    mend = "put it into [ ]" if flow else "begin each step with `- `"
    message = f"{place.title} must be a list of steps, and this is a mapping"
    finding = Finding("wrong-type", message, f"{mend}: write {shown}")
    reading.report(place, finding, None if flow else place.top)
    return [place.child(0, node)]


def _step(stepping: Stepping, place: Place) -> Step | None:
    if not isinstance(place.node, MappingNode):
        example = "`action: NAME`, with its `with:` below"
        stepping.reading.wrong_type(place, "a step: a mapping", example)
        return None
    kind = _kind(stepping.reading, place, place.node)
    fields = open_fields(stepping.reading, place, _VOCABULARIES[kind]) if kind else None
    if fields is None:
        name = place.node.entry("as")
        stepping.declare(place.child("as", name.value) if name else None)
        return None
    return _READERS[kind](stepping, fields, _head(stepping.reading, fields, kind))


def _head(reading: Reading, fields: Fields, kind: str) -> StepHead:
    name = fields.get("name")
    guard = None if kind == "if" else fields.get("if")
    return StepHead(
        path=fields.place.path,
        span=fields.place.node.span,
        name=text(reading, name, most=limits.TEXT) if name else None,
        guard=expression(reading, guard) if guard else None,
    )


def _kind(reading: Reading, place: Place, node: MappingNode) -> str:
    """Return the key that says what a step does; "" (reported) where none or several do."""
    names = [entry.name for entry in node]
    kinds = [name for name in names if name in STEPS]
    if "then" in names and "if" in names:
        kinds.append("if")
    if len(kinds) > 1:
        kinds = [
            kind for kind in kinds if not any(kind in _BESIDE.get(other, ()) for other in kinds)
        ]
    if len(kinds) > 1:
        _several(reading, place, node, kinds)
        return ""
    return kinds[0] if kinds else _meant(reading, place, names)


def _several(reading: Reading, place: Place, node: MappingNode, kinds: list[str]) -> None:
    entry = node.entry(kinds[1])
    reading.report(
        place,
        Finding(
            "conflicting-keys",
            f"a step does one thing, and this one has `{kinds[0]}` and `{kinds[1]}`",
            "make two steps of it, each beginning with `- `",
        ),
        entry.key.span if entry else None,
    )


def _meant(reading: Reading, place: Place, names: list[str]) -> str:
    """Guess a misspelt kind (whoever opens the fields reports the key), or report that none is."""
    if "if" in names and not _ARMS.isdisjoint(names):
        return "if"
    for name in names:
        if name not in STEP.keys and (near := nearest(name, STEPS)):
            return near[0]
    if "if" in names:
        return "if"
    other = next((_OTHER_WORDS[name] for name in names if name in _OTHER_WORDS), None)
    dotted = next((name for name in names if "." in name), None)
    help_ = f"write `action: {dotted}`, and its parameters below `with:`" if dotted else None
    if dotted is None and other is None and STEP.keys.keys() >= set(names):
        help_ = (
            "add what it does, as `action: NAME`; if the next line begins with `- ` by mistake, "
            "take that away"
        )
    allowed = did_you_mean((other,) if other else (), ("if", *STEPS))
    reading.report(
        place,
        Finding(
            "missing-key",
            "this step does not say what to do",
            help_ or allowed,
            (other,) if other else (),
        ),
        place.top,
    )
    return ""
