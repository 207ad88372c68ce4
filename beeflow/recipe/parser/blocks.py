"""Steps that hold other steps: `if`, `choose`, `for_each`, `repeat`, `parallel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode, ScalarNode, SequenceNode
from beeflow.recipe.model import (
    ChooseStep,
    Expr,
    ForEachStep,
    IfStep,
    ParallelStep,
    RepeatStep,
    Step,
    StepHead,
)
from beeflow.recipe.parser.fields import Fields, items, open_fields
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.scalars import duration, integer, text, word
from beeflow.recipe.parser.texts import expression
from beeflow.recipe.parser.vocabulary import ARM, REPEAT_HOW
from beeflow.recipe.parser.words import ON_ERROR

if TYPE_CHECKING:
    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.parser.scope import Scope
    from beeflow.recipe.parser.stepping import Stepping
    from beeflow.recipe.problem import Span


def unread(span: Span) -> Expr:
    """Return what stands for an expression that could not be read, which is reported.

    So the steps that hang on it are read and checked all the same; it may have any value.
    """
    return Expr("state.get('unread')", span)


def branch(stepping: Stepping, fields: Fields, head: StepHead) -> IfStep:
    """Read an `if` step with `then` and `else`."""
    place = fields.get("if")
    condition = expression(stepping.reading, place) if place else None
    yes, no = stepping.scope.branch(), stepping.scope.branch()
    then = stepping.inside(fields.get("then"), yes)
    otherwise = stepping.inside(fields.get("else"), no)
    stepping.scope.merge([yes, no])
    return IfStep(head, condition or unread(head.span), then, otherwise)


def choose(stepping: Stepping, fields: Fields, head: StepHead) -> ChooseStep:
    """Read a `choose` step."""
    reading = stepping.reading
    arms: list[tuple[Expr, tuple[Step, ...]]] = []
    scopes: list[Scope] = []
    place = fields.get("choose")
    if place is not None:
        for item in items(reading, place, "arms", "- {when: expression, then: [steps]}"):
            scopes.append(stepping.scope.branch())
            arm = _arm(stepping, item, scopes[-1])
            arms.extend([arm] if arm else [])
        if len(scopes) > limits.ARMS:
            reading.over_limit(place, limits.ARMS, "arms")
    scopes.append(stepping.scope.branch())
    otherwise = stepping.inside(fields.get("else"), scopes[-1])
    stepping.scope.merge(scopes)
    return ChooseStep(head, tuple(arms), otherwise)


def _arm(stepping: Stepping, place: Place, scope: Scope) -> tuple[Expr, tuple[Step, ...]] | None:
    fields = open_fields(stepping.reading, place, ARM)
    if fields is None:
        return None
    when = fields.get("when")
    condition = expression(stepping.reading, when) if when else None
    then = stepping.inside(fields.get("then"), scope)
    return (condition or unread(place.node.span), then)


def for_each(stepping: Stepping, fields: Fields, head: StepHead) -> ForEachStep:
    """Read a `for_each` step; what is set inside stays inside."""
    reading = stepping.reading
    place, many, policy = (fields.get(key) for key in ("for_each", "parallel", "on_error"))
    over = expression(reading, place) if place else None
    scope = stepping.scope.branch()
    item = _item(reading, fields, scope)
    do = stepping.inside(fields.get("do"), scope)
    at_once = integer(reading, many, 1, limits.FOR_EACH_PARALLEL) if many else None
    on_error = word(reading, policy, ON_ERROR) if policy else None
    into = stepping.declare(fields.get("into"))
    over = over or unread(head.span)
    return ForEachStep(head, over, do, item, at_once or 1, into, on_error or "fail")


def _item(reading: Reading, fields: Fields, scope: Scope) -> str:
    """Read the name of the item, `item` by default, and make it visible inside."""
    place = fields.get("as")
    if place is not None:
        name = text(reading, place)
        return name if name and scope.declare(reading, place, name) else "item"
    before = len(reading.problems)
    if not scope.declare(reading, fields.key("for_each"), "item") and before < len(
        reading.problems
    ):
        problem = reading.problems.pop()
        reading.report(
            fields.key("for_each"),
            Finding(
                problem.rule,
                "`item` already has a value here, and is this loop's variable, too",
                "give this loop's variable a name of its own, with `as`",
                notes=problem.notes,
            ),
        )
    return "item"


def repeat(stepping: Stepping, fields: Fields, head: StepHead) -> RepeatStep | None:
    """Read a `repeat` step; what is set inside stays inside, and `until` sees it."""
    reading = stepping.reading
    pause, most = fields.get("every"), fields.get("max")
    do = stepping.inside(fields.get("do"), stepping.scope.branch())
    every = duration(reading, pause) if pause else None
    turns = integer(reading, most, 1, limits.TURNS) if most else None
    place = fields.get("repeat")
    how = open_fields(reading, place, REPEAT_HOW) if place else None
    if how is None or not _one_way(reading, how, fields):
        return None
    until, times = how.get("until"), how.get("times")
    if until is not None:
        condition = expression(reading, until)
        if condition is None:
            return None
        return RepeatStep(head, do, condition, None, every or 0.0, turns)
    count = _times(reading, times) if times else None
    return None if count is None else RepeatStep(head, do, None, count, every or 0.0, turns)


def _one_way(reading: Reading, how: Fields, fields: Fields) -> bool:
    if how.has("until") and how.has("times"):
        message = "`repeat` has either `until` or `times`"
        reading.report(how.key("times"), Finding("conflicting-keys", message, "remove one"))
    elif not how.entries:
        help_ = "write `repeat: {times: 3}`, or `repeat: {until: expression}` with `max`"
        message = "`repeat` needs `until` or `times`"
        reading.report(how.place, Finding("missing-key", message, help_))
        return False
    elif how.has("until") and not fields.has("max"):
        message = "`repeat` with `until` needs `max`"
        help_ = "add `max: 100` beside `repeat`: the step fails when that many turns did not do"
        reading.report(fields.key("repeat"), Finding("missing-key", message, help_))
    return True


def _times(reading: Reading, place: Place) -> int | Expr | None:
    node = place.node
    if isinstance(node, ScalarNode) and isinstance(node.value, int | float):
        return integer(reading, place, 0, limits.TURNS)
    return expression(reading, place)


def parallel(stepping: Stepping, fields: Fields, head: StepHead) -> ParallelStep:
    """Read a `parallel` step; what a branch sets stays in it."""
    place = fields.get("parallel")
    example = "a list of lists: begin each branch with `- `, and each of its steps, too"
    branches: list[tuple[Step, ...]] = []
    if place is not None:
        place = _branches(stepping.reading, place)
        branches.extend(
            stepping.inside(item, stepping.scope.branch())
            for item in items(stepping.reading, place, "branches", example)
        )
        if len(branches) > limits.PARALLEL_BRANCHES:
            stepping.reading.over_limit(place, limits.PARALLEL_BRANCHES, "branches")
    return ParallelStep(head, tuple(branches))


def _branches(reading: Reading, place: Place) -> Place:
    """Return the branches of `parallel`; steps in their place (reported) are one each."""
    node = place.node
    if not isinstance(node, SequenceNode) or not node.items:
        return place
    if not all(isinstance(one, MappingNode) for one in node.items):
        return place
    first = place.child(0, node.items[0])
    line, _ = reading.source.position(first.top.start)
    write = f"- {reading.source.line(line).strip()}"
    flow = reading.source.text.startswith(("[", "{"), node.span.start)
    mend = "put each into [ ]" if flow else f"begin each with two dashes: write {write}"
    message = "an item of `parallel` must be a list of steps, and this is a mapping"
    reading.report(first, Finding("wrong-type", message, mend), None if flow else first.top)
    branches = tuple(
        SequenceNode(one.span, (one,), one.size + 1, one.height + 1) for one in node.items
    )
    return replace(place, node=replace(node, items=branches))
