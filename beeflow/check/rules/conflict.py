"""`conflict`: recipes that set one thing to different values at the same time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from beeflow.check.causes.sending import begins
from beeflow.check.causes.walking import course
from beeflow.check.logic.constancy import possible
from beeflow.check.logic.patterns import pattern_formulas
from beeflow.check.rule import Rule
from beeflow.recipe.model import ActionStep, Template, WebhookTrigger
from beeflow.recipe.patterns import type_matches
from beeflow.recipe.problem import Note, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beeflow.check.causes.walking import Deed, Doubts
    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject
    from beeflow.recipe.model import Recipe, Value
    from beeflow.recipe.problem import Span
    from beeflow.types import Json

_SAME: Final[Mapping[str, str]] = {
    "events.set_status": "events.update",
    "polls.set_state": "polls.update",
    "chat.moderate": "chat.update",
}
"""Actions that change the same as another."""

_CHANGES: Final = frozenset({"events.update", "polls.update", "chat.update", "videos.update"})

_Key: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...]]
"""The action, the parameter, and what says which thing is changed."""


class _Setting(msgspec.Struct, frozen=True):
    """A recipe sets something, when it begins by one of its triggers."""

    subject: Subject
    trigger: WebhookTrigger
    step: ActionStep
    parameter: str
    value: Json
    doubts: Doubts

    @property
    def recipe(self) -> Recipe:
        return self.subject.recipe


def survey(subjects: Sequence[Subject], facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find recipes that begin by the same and disagree about what they set at once."""
    by_thing: defaultdict[_Key, list[_Setting]] = defaultdict(list)
    for subject in subjects:
        if subject.recipe.enabled and subject.recipe.mode == "live":
            for key, setting in _settings(subject):
                by_thing[key].append(setting)
    told: set[tuple[str, str, str, str]] = set()
    for settings in by_thing.values():
        for at, one in enumerate(settings):
            for other in settings[at + 1 :]:
                pair = (one.recipe.id, one.step.head.path, other.recipe.id, other.step.head.path)
                if pair not in told and _disagree(one, other):
                    told.add(pair)
                    yield _problem(one, other)


def _settings(subject: Subject) -> Iterator[tuple[_Key, _Setting]]:
    for trigger in subject.recipe.triggers:
        if not isinstance(trigger, WebhookTrigger):
            continue
        run = course(subject.recipe, begins(trigger))
        for deed in run.deeds if run is not None else ():
            if isinstance(deed.step, ActionStep) and not deed.waited:
                yield from _set_by(subject, trigger, deed, deed.step)


def _set_by(
    subject: Subject, trigger: WebhookTrigger, deed: Deed, step: ActionStep
) -> Iterator[tuple[_Key, _Setting]]:
    action = _SAME.get(step.call.action, step.call.action)
    if action not in _CHANGES:
        return
    things = tuple(
        (name, _written(value)) for name, value in step.call.args.items() if name.endswith("_ref")
    )
    for name, value in step.call.args.items():
        known = None if name.endswith("_ref") else deed.known.value(value)
        if known is not None and _is_taken(subject.facts, step, name, known[0]):
            setting = _Setting(subject, trigger, step, name, known[0], deed.doubts)
            yield (action, name, things), setting


def _is_taken(facts: Facts, step: ActionStep, name: str, value: Json) -> bool:
    """Whether an action takes a value: one that it does not take is told of, and sets nothing."""
    action = facts.actions.get(step.call.action)
    if action is None:
        return True
    others = set(step.call.args) - {name}
    return not any(f"`{name}`" in message for message in action.check({name: value}, others))


def _written(value: Value) -> str:
    return "".join(value.text.split()) if isinstance(value, Template) else str(value)


def _disagree(one: _Setting, other: _Setting) -> bool:
    """Whether two recipes are sure to set different values; one of them may have its doubts."""
    if one.recipe.id == other.recipe.id or one.value == other.value:
        return False
    if one.doubts and other.doubts and one.doubts != other.doubts:
        return False
    return _meet(one.trigger, other.trigger)


def _meet(one: WebhookTrigger, other: WebhookTrigger) -> bool:
    """Whether one webhook may start both, as far as that can be told."""
    globs = [(mine, theirs) for mine in one.types for theirs in other.types]
    if not any(type_matches(a, b) or type_matches(b, a) for a, b in globs):
        return False
    lines = [[line for _, line in pattern_formulas(trigger.match)] for trigger in (one, other)]
    followed = [len(found) for found in lines] == [len(one.match), len(other.match)]
    return (followed or one.match == other.match) and possible([*lines[0], *lines[1]])


def _problem(one: _Setting, other: _Setting) -> Problem:
    span, path = _place(one)
    there, _ = _place(other)
    return one.subject.own(
        Problem(
            "conflict",
            f"this sets `{one.parameter}` to {_shown(one.value)}, and `{other.recipe.id}` sets it "
            f"to {_shown(other.value)} for the same webhook",
            span,
            "warning",
            help="both begin at once, and whichever is slower wins: narrow one of them by `match`, "
            "let it `wait`, or make one recipe of the two",
            notes=(Note(f"`{other.recipe.id}` sets it here, at the same time", there),),
            path=path,
        )
    )


def _place(one: _Setting) -> tuple[Span, str]:
    path = f"{one.step.head.path}/with/{one.parameter}"
    found = one.subject.at(path)
    return (found.node.span if found else one.step.call.span), path


def _shown(value: Json) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


RULE = Rule(
    "conflict",
    "Two recipes begin by the same webhook and set one thing of the same event, poll or video to "
    "different values, both at once. Recipes run side by side, so chance says which of the two "
    "lasts. What is set only after a wait is in order, and no conflict.",
    "# a.yaml\ntrigger: {webhook: event.created}\nactions:\n  - action: events.set_status\n"
    '    with: {event_ref: "{{ trigger.data.event_ref }}", status: video}\n'
    "# b.yaml\ntrigger: {webhook: event.created}\nactions:\n  - action: events.set_status\n"
    '    with: {event_ref: "{{ trigger.data.event_ref }}", status: done}',
    "# a.yaml\ntrigger: {webhook: event.created}\nactions:\n  - action: events.set_status\n"
    '    with: {event_ref: "{{ trigger.data.event_ref }}", status: video}\n'
    "# b.yaml\ntrigger: {webhook: event.created}\nactions:\n  - wait: 2h\n"
    "  - action: events.set_status\n"
    '    with: {event_ref: "{{ trigger.data.event_ref }}", status: done}',
    severity="warning",
    survey=survey,
)
