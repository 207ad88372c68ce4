"""`conflict`: recipes that set one thing to different values at the same time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from beeflow.check.causes.meeting import meet
from beeflow.check.causes.sending import started
from beeflow.check.causes.walking import course
from beeflow.check.logic.constancy import Tries
from beeflow.check.rule import Rule
from beeflow.check.steps import all_steps
from beeflow.recipe.model import ActionStep, SetStep, Template, WebhookTrigger
from beeflow.recipe.problem import Note, Problem
from beeflow.recipe.templates import salvage
from beeflow.recipe.templates.references import path_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from beeflow.check.causes.walking import Deed, Doubts
    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject
    from beeflow.recipe.model import Recipe, Step, Trigger, Value
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
    trigger: Trigger
    step: ActionStep
    parameter: str
    value: Json
    doubts: Doubts

    @property
    def recipe(self) -> Recipe:
        return self.subject.recipe

    @property
    def key(self) -> tuple[str, str]:
        """Which step of which recipe it is."""
        return self.recipe.id, self.step.head.path


def survey(subjects: Sequence[Subject], facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find recipes that begin by the same and disagree about what they set at once."""
    by_thing: defaultdict[_Key, list[_Setting]] = defaultdict(list)
    for subject in subjects:
        if subject.recipe.enabled and subject.recipe.mode == "live":
            for key, setting in _settings(subject):
                by_thing[key].append(setting)
    tries = Tries(_TRIES)
    for settings in by_thing.values():
        yield from _fights(settings, tries)


_TRIES: Final = 500_000
"""Comparisons of patterns and times that are made, at most: a bound for hostile folders."""

_SHOWN: Final = 5


def _fights(settings: Sequence[_Setting], tries: Tries) -> Iterator[Problem]:
    """Find who disagrees; of many who do, all are told of with the first."""
    told: set[tuple[str, str]] = set()
    for at, one in enumerate(settings):
        rivals: dict[tuple[str, str], tuple[_Setting, str]] = {}
        for other in settings[at + 1 :]:
            if one.key in told and other.key in told:
                continue
            why = _disagree(one, other, tries)
            if why is not None:
                rivals.setdefault(other.key, (other, why))
        if rivals:
            told |= {one.key, *rivals}
            yield _problem(one, [*rivals.values()])


def _settings(subject: Subject) -> Iterator[tuple[_Key, _Setting]]:
    steps = tuple(all_steps(subject.recipe))
    known = {"trigger", "inputs"}
    known.update(name for one in steps if isinstance(one, SetStep) for name, _ in one.values)
    if not any(_tells_which(step, known) for step in steps):
        return
    for trigger in subject.recipe.triggers:
        run = course(subject.recipe, started(trigger))
        for deed in run.deeds if run is not None else ():
            if isinstance(deed.step, ActionStep) and not deed.waited:
                yield from _set_by(subject, trigger, deed, deed.step)


def _tells_which(step: Step, known: Collection[str]) -> bool:
    """Whether a step changes something, and it may be known before it runs which thing that is.

    `known` are the names of which anything is known then.
    """
    if not isinstance(step, ActionStep) or _action(step) not in _CHANGES:
        return False
    refs = (value for name, value in step.call.args.items() if name.endswith("_ref"))
    paths = (_path(value) for value in refs)
    return not any(path is not None and path[0] not in known for path in paths)


def _path(value: Value) -> tuple[str, ...] | None:
    """Return the path that a value is, where it is nothing else."""
    only = salvage(value.text, "template").only if isinstance(value, Template) else None
    return None if only is None else path_of(only)


def _action(step: ActionStep) -> str:
    return _SAME.get(step.call.action, step.call.action)


def _set_by(
    subject: Subject, trigger: Trigger, deed: Deed, step: ActionStep
) -> Iterator[tuple[_Key, _Setting]]:
    action = _action(step)
    refs = {name: value for name, value in step.call.args.items() if name.endswith("_ref")}
    which = {name: _which(deed, value) for name, value in sorted(refs.items())}
    things = tuple((name, thing) for name, thing in which.items() if thing is not None)
    if action not in _CHANGES or len(things) < len(refs):
        return
    for name, value in step.call.args.items():
        known = None if name in refs else deed.known.value(value)
        if known is not None and _is_taken(subject.facts, step, name, known[0]):
            setting = _Setting(subject, trigger, step, name, known[0], deed.doubts)
            yield (action, name, things), setting


def _which(deed: Deed, value: Value) -> str | None:
    """Return a text for which thing is meant, the same in all recipes; None: that is not sure."""
    if isinstance(value, Template):
        roots = {one.path[0] for one in salvage(value.text, "template").references}
        if roots == {"trigger"}:
            written = "".join(value.text.split())
            return written.replace("trigger.event.event_ref", "trigger.data.event_ref")
    known = deed.known.value(value)
    return None if known is None else str(known[0])


def _is_taken(facts: Facts, step: ActionStep, name: str, value: Json) -> bool:
    """Whether an action takes a value: one that it does not take is told of, and sets nothing."""
    action = facts.actions.get(step.call.action)
    if action is None:
        return True
    others = set(step.call.args) - {name}
    return not any(f"`{name}`" in message for message in action.check({name: value}, others))


def _disagree(one: _Setting, other: _Setting, tries: Tries) -> str | None:
    """Return by what two recipes are sure to begin and set different values.

    One of them may have its doubts.
    """
    if one.recipe.id == other.recipe.id or one.value == other.value:
        return None
    if one.doubts and other.doubts and one.doubts != other.doubts:
        return None
    return meet(one.trigger, other.trigger, tries)


def _problem(one: _Setting, rivals: Sequence[tuple[_Setting, str]]) -> Problem:
    span, path = _place(one)
    other, why = rivals[0]
    more = f" (and so do {len(rivals) - 1} more)" if len(rivals) > 1 else ""
    narrow = "narrow one of them by `match`, " if isinstance(one.trigger, WebhookTrigger) else ""
    return one.subject.own(
        Problem(
            "conflict",
            f"this sets `{one.parameter}` to {_shown(one.value)}, and `{other.recipe.id}` sets it "
            f"to {_shown(other.value)} {why}{more}",
            span,
            "warning",
            help=f"both begin at once, and whichever is slower wins: {narrow}"
            "let it `wait`, or make one recipe of the two",
            notes=tuple(
                Note(f"`{rival.recipe.id}` sets it here, at the same time", _place(rival)[0])
                for rival, _ in rivals[:_SHOWN]
            ),
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
    "Two recipes begin by the same webhook, at the same moment of an event, at the same time or at "
    "the end of the same run, and set one thing of the same event, poll or video to "
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
