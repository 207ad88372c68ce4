"""`actions` and every other list of steps: which kind a step is, and what all kinds share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode, ScalarNode
from beeflow.recipe.model import Step, StepHead
from beeflow.recipe.parser import blocks, changes, tasks, waits
from beeflow.recipe.parser.abbreviated import written_out
from beeflow.recipe.parser.fields import Fields, items, open_fields
from beeflow.recipe.parser.foreign import is_action_name, kind_here
from beeflow.recipe.parser.parting import kinds_of, parted, several, single
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

_KNOWN: Final = frozenset(key for one in _VOCABULARIES.values() for key in one.keys)
"""All keys of steps: what is spelt so is not misspelt."""

_ARMS: Final = frozenset({"then", "else"})

_AT_THE_TOP: Final = frozenset({"fetch", "trigger", "inputs"})
"""What somebody may take for a step, and is none."""


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
        for part in parted(reading, item):
            if not reading.count_step(part):
                return tuple(read)
            step = _step(stepping, part)
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
        inner = single(stepping.reading, place)
        if inner is not None:
            return _step(stepping, inner)
        example = "`action: NAME`, with its `with:` below"
        if isinstance(place.node, ScalarNode) and is_action_name(place.node):
            example = f"- action: {place.node.text}"
        stepping.reading.wrong_type(place, "a step: a mapping", example)
        return None
    node = written_out(stepping.reading, place, place.node)
    if node is None:
        stepping.declare(_name(place, place.node))
        return None
    place = replace(place, node=node)
    if _of_the_top(stepping, place, node):
        return None
    kind = _kind(stepping.reading, place, node)
    fields = open_fields(stepping.reading, place, _VOCABULARIES[kind]) if kind else None
    if fields is None:
        stepping.declare(_name(place, node))
        return None
    return _READERS[kind](stepping, fields, _head(stepping.reading, fields, kind))


def _of_the_top(stepping: Stepping, place: Place, node: MappingNode) -> bool:
    """Whether a step is what stands at a recipe's top (reported)."""
    first = node.entries[0] if node.entries else None
    if first is None or first.name not in _AT_THE_TOP or kinds_of(node):
        return False
    at = place.child(first.name, first.key)
    help_ = f"`{first.name}` stands at the top of the recipe, beside `actions`"
    stepping.reading.report(
        at, Finding("unknown-key", f"`{first.name}` is not a step", f"{help_}: move it there")
    )
    return True


def _name(place: Place, node: MappingNode) -> Place | None:
    """Return where a step that cannot be read gives a name, which is read further down."""
    entry = node.entry("as")
    return place.child("as", entry.value) if entry else None


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
    kinds = kinds_of(node)
    if len(kinds) > 1:
        several(reading, place, node, kinds)
        return ""
    return kinds[0] if kinds else _meant(reading, place, node)


def _meant(reading: Reading, place: Place, node: MappingNode) -> str:
    """Guess a misspelt kind (whoever opens the fields reports the key), or report that none is."""
    names = [entry.name for entry in node]
    if "if" in names and not _ARMS.isdisjoint(names):
        return "if"
    for entry in node:
        if entry.name in _KNOWN and not (entry.name == "do" and is_action_name(entry.value)):
            continue
        if kind := kind_here(entry):
            return kind
        if near := nearest(entry.name, STEPS):
            return near[0]
    if "if" in names:
        return "if"
    reading.report(
        place,
        Finding(
            "missing-key",
            "this step does not say what to do",
            _said(node, names),
        ),
        place.top,
    )
    return ""


def _said(node: MappingNode, names: list[str]) -> str:
    """Say what a step lacks that has only these keys."""
    told = next((STEP.elsewhere[name] for name in names if name in STEP.elsewhere), None)
    if told is not None:
        return told
    named = next((one.value for one in node if is_action_name(one.value)), None)
    if isinstance(named, ScalarNode):
        return f"add what it does: write action: {named.text}"
    if _KNOWN.issuperset(names):
        return (
            "add what it does, as `action: NAME`; if the next line begins with `- ` by mistake, "
            "take that away"
        )
    return did_you_mean((), ("if", *STEPS))
