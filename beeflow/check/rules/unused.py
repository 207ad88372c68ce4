"""`unused-name` and `unused-input`: what is read, named or declared, and never used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beeflow.check.rule import Rule
from beeflow.recipe.model import (
    ActionStep,
    ForEachStep,
    SetStep,
    WatchTrigger,
)
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Found, Subject
    from beeflow.recipe.model import Step


def names(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find names that get a value which nobody reads.

    What a recipe `set` is its result for whoever runs it: only one that no recipe runs, and that
    starts by itself, is held to it.
    """
    if facts.called is None or _is_misread(subject):
        return
    recipe = subject.recipe
    keeps_result = recipe.id in facts.called or not recipe.triggers
    read = {reference.path[0] for _, reference in subject.reads}
    for name, found, what, mend in _given(subject, results=not keeps_result):
        if name not in read and found is not None:
            yield _problem(name, found, what, mend)


def _is_misread(subject: Subject) -> bool:
    """Whether a name is used that there is not, or something could not be read.

    What seems unused is then most likely what was meant there.
    """
    if any(problem.severity == "error" for problem in subject.parsed.problems):
        return True
    inputs_ = subject.recipe.inputs
    return any(
        one.path[0] not in use.names
        or (one.path[0] == "inputs" and len(one.path) > 1 and one.path[1] not in inputs_)
        for use, one in subject.reads
    )


def _problem(name: str, found: Found, what: str, mend: str) -> Problem:
    return Problem(
        "unused-name",
        f"`{name}` is {what}, and nothing reads it",
        found.node.span,
        "warning",
        help=mend,
        path=found.path,
    )


def _given(subject: Subject, *, results: bool) -> Iterator[tuple[str, Found | None, str, str]]:
    """Yield the names that are given, with the place, what gives them, and the mend."""
    root = subject.at("fetch")
    for fetch in subject.recipe.fetch:
        found = root.key(fetch.name) if root else None
        mend = "leave it out: it costs a request for every webhook"
        yield fetch.name, found, f"read by {fetch.call.action}", mend
    for place, trigger in enumerate(subject.recipe.triggers):
        if isinstance(trigger, WatchTrigger):
            found_trigger = subject.trigger(place)
            watch = found_trigger.child("watch") if found_trigger else None
            watch = watch.child("fetch") if watch else None
            for fetch in trigger.fetch:
                found = watch.key(fetch.name) if watch else None
                mend = "leave it out: it costs a request at every look"
                yield fetch.name, found, f"read by {fetch.call.action}", mend
    for step in subject.steps:
        yield from _of_step(subject, step, results=results)


def _of_step(
    subject: Subject, step: Step, *, results: bool
) -> Iterator[tuple[str, Found | None, str, str]]:
    path = step.head.path
    if isinstance(step, SetStep) and results:
        values = subject.at(f"{path}/set")
        for name, _ in step.values:
            yield name, values.key(name) if values else None, "set here", "leave it out"
    elif isinstance(step, ForEachStep) and step.into is not None:
        yield step.into, subject.at(f"{path}/into"), "collected here", "leave `into` out"
    elif isinstance(step, ActionStep) and step.into is not None:
        # A write is called by its `as` in errors, and its answer need not be read.
        action = subject.facts.actions.get(step.call.action)
        if action is not None and action.effect == "read":
            what = f"read by {step.call.action}"
            yield step.into, subject.at(f"{path}/as"), what, "leave the step out"


def inputs(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find inputs that nothing in the file mentions."""
    if not subject.recipe.inputs or _is_misread(subject):
        return
    text = subject.document.source.text
    declared = subject.at("inputs")
    if re.search(r"\binputs\b(?!\s*(?:\.|\[|:))", text):
        return  # all of them are used at once
    for name in subject.recipe.inputs:
        key = declared.key(name) if declared else None
        if key is None or re.search(rf"\binputs\s*(?:\.\s*{name}\b|\[\s*['\"]{name}['\"])", text):
            continue
        yield Problem(
            "unused-input",
            f"the input `{name}` is declared, and nothing reads it",
            key.node.span,
            "warning",
            help=f"write {{{{ inputs.{name} }}}} where it is meant, or leave it out",
            path=key.path,
        )


NAMES = Rule(
    "unused-name",
    "Something is read, named or set, and nothing reads it. A read in `fetch` is made for every "
    "webhook that matches; a name that is not used is often a slip where it was meant.",
    "trigger: {webhook: event.created}\nfetch:\n  log:\n    action: events.log\n"
    '    with: {event_ref: "{{ trigger.data.event_ref }}"}\nactions:\n'
    "  - action: slack.post\n    with: {text: A new event}",
    "trigger: {webhook: event.created}\nactions:\n  - action: slack.post\n"
    "    with: {text: A new event}",
    names,
    "warning",
)
INPUTS = Rule(
    "unused-input",
    "An input is declared, and nothing reads it: whoever sets it waits for an effect in vain.",
    'inputs:\n  channel: {type: string, default: "#events"}\nactions:\n  - action: slack.post\n'
    '    with: {channel: "#crew", text: hello}',
    'inputs:\n  channel: {type: string, default: "#events"}\nactions:\n  - action: slack.post\n'
    '    with: {channel: "{{ inputs.channel }}", text: hello}',
    inputs,
    "warning",
)
