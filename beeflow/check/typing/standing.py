"""The types of the names that the language gives itself, and of what steps come to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from beeflow.check.steps import all_steps
from beeflow.check.typing.triggers import OUTCOMES, webhook_type
from beeflow.recipe.model import ActionStep, StateStep, Template
from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    LIST,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    WHOLE,
    Boolean,
    ListOf,
    Null,
    Number,
    Record,
    Store,
    Text,
    Type,
    items_of,
    listing,
    literal,
    members,
    type_of_schema,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.check.facts import Facts
    from beeflow.recipe.model import (
        ActionCall,
        ForEachStep,
        Input,
        Recipe,
        RunStep,
        Value,
        WaitForStep,
    )

RUN: Final = Record(
    {"id": TEXT, "recipe": TEXT, "started_at": TIME, "attempt": WHOLE},
    required=frozenset({"id", "recipe", "started_at", "attempt"}),
)
"""`run`."""

_INPUTS: Final[Mapping[str, Type]] = {
    "string": TEXT,
    "integer": WHOLE,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "duration": Text(form="duration"),
    "datetime": Text(form="time"),
    "list": LIST,
    "secret": TEXT,
}


def standing_types(recipe: Recipe, trigger: Type) -> dict[str, Type]:
    """Return the types of the names that are always there."""
    return {
        "trigger": trigger,
        "inputs": _inputs(recipe.inputs),
        "secrets": Store(TEXT),
        "state": state_type(recipe),
        "run": RUN,
        "now": TIME,
    }


def _inputs(declared: Mapping[str, Input]) -> Type:
    # What is not declared is told of by `unknown-input`: here it is anything.
    return Record({name: _input(one) for name, one in declared.items()}, "open")


def _input(declared: Input) -> Type:
    if declared.type == "choice":
        return union(*(literal(option) for option in declared.options))
    return _INPUTS[declared.type]


def loop_type(*, counted: bool) -> Record:
    """Return `loop` of a step; `counted` where the number of turns is known beforehand."""
    fields: dict[str, Type] = {"index": WHOLE, "index0": WHOLE, "first": BOOLEAN}
    if counted:
        fields |= {"length": WHOLE, "last": BOOLEAN}
    return Record(fields, required=frozenset(fields))


def answer_type(call: ActionCall, facts: Facts) -> Type:
    """Return the type of an action's answer as a recipe sees it."""
    action = facts.actions.get(call.action)
    if action is None:
        return ANYTHING
    type_ = type_of_schema(action.answer)
    if call.pages is not None and not isinstance(type_, ListOf):
        return ANYTHING
    return type_


def ran_type(step: RunStep, facts: Facts) -> Type:
    """Return what `as` of a `run` step holds; of a run that nobody waits for, not much is known."""
    fields: dict[str, Type] = {
        "outcome": union(Text(OUTCOMES), Null(seldom=True)),
        "run_id": union(TEXT, Null(seldom=True)),
        "result": facts.results.get(step.recipe, ANYTHING),
    }
    if step.detach:
        fields |= {"outcome": NULL, "result": NULL}
    return Record(fields, required=frozenset(fields))


def state_type(recipe: Recipe) -> Store:
    """Return the type of `state`: what the recipe's own steps keep in it.

    What they set it to by a template, or an earlier text of the recipe set, is not known.
    """
    kept: defaultdict[str, list[Type]] = defaultdict(list)
    for step in all_steps(recipe):
        if isinstance(step, StateStep):
            for name, value in step.assign:
                kept[name].append(value_type(value, lambda _: ANYTHING, exact=False))
            for name, _ in step.increment:
                kept[name].append(NUMBER)
            for name in step.delete:
                kept[name].append(NULL)
    # What is set to null is to be forgotten: what it was before that, is not told by it.
    fields = {name: ANYTHING if NULL in types else union(*types) for name, types in kept.items()}
    return Store(ANYTHING, fields)


def waited_type(step: WaitForStep, facts: Facts) -> Type:
    """Return what `as` of a `wait_for` holds: a webhook, or only that it timed out."""
    came = [
        Record(
            {**one.fields, "timed_out": literal(False)},
            one.extent,
            one.rest,
            one.required | {"timed_out"},
            one.title,
        )
        if isinstance(one, Record)
        else one
        for one in webhook_type(step.types, step.match, facts)
    ]
    if step.on_timeout == "fail":
        return union(*came)
    late = Record(
        {"timed_out": literal(True)}, required=frozenset({"timed_out"}), title="a timeout"
    )
    return union(*came, late)


def collected_type(step: ForEachStep, facts: Facts) -> Type:
    """Return what `into` of a `for_each` holds: what each turn's last action came to."""
    last = step.do[-1] if step.do else None
    plain = isinstance(last, ActionStep) and last.head.guard is None and last.once is None
    if not plain or not isinstance(last, ActionStep) or last.on_error != "fail":
        return LIST
    item = answer_type(last.call, facts)
    return ListOf(item if step.on_error == "fail" else union(item, NULL))


TURN: Final = "a field of a mapping"
"""What a turn of `for_each` over a mapping is called."""


def turn_type(type_: Type) -> Type:
    """Return what a `for_each` goes through: of a mapping, each `key` and `value`."""
    parts: list[Type] = []
    for member in members(type_):
        if isinstance(member, Record):
            value = union(*member.fields.values()) if member.extent == "closed" else ANYTHING
            parts.append(Record({"key": TEXT, "value": value}, title=TURN))
        else:
            parts.append(items_of(member).type)
    return union(*parts)


def value_type(value: Value, of_template: Callable[[Template], Type], *, exact: bool) -> Type:
    """Return the type of JSON in which texts may be templates.

    Without `exact`, a text or number that is written out counts as any: a `set` at the top of a
    recipe is a switch that people turn by hand.
    """
    if isinstance(value, Template):
        return of_template(value)
    if isinstance(value, dict):
        fields = {key: value_type(one, of_template, exact=exact) for key, one in value.items()}
        return Record(fields, required=frozenset(fields))
    if isinstance(value, list | tuple):
        return listing(tuple(value_type(one, of_template, exact=exact) for one in value))
    return literal(value) if exact else widened(literal(value))


def widened(type_: Type) -> Type:
    """Return a type without its closed set of values."""
    match type_:
        case Text():
            return TEXT
        case Number():
            return WHOLE if type_.whole else NUMBER
        case Boolean():
            return BOOLEAN
        case _:
            return type_
