"""`run-inputs`: what a `run` step gives another recipe is not what that recipe takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.check.calls import known_value
from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.check.steps import all_steps
from beeflow.recipe.inputs import EXAMPLES, accept
from beeflow.recipe.model import RunStep
from beeflow.recipe.problem import Note, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Found, Subject


def survey(subjects: Sequence[Subject], facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Hold what `run` steps give against the inputs of the recipe that is run."""
    # One that is broken may lack an input only because that could not be read.
    sound = {one.recipe.id: one for one in subjects if one.parsed.recipe is not None}
    for subject in subjects:
        for step in all_steps(subject.recipe):
            if isinstance(step, RunStep) and step.recipe in sound:
                called = sound[step.recipe]
                for problem in _problems(subject, step, called):
                    yield subject.own(replace(problem, notes=(_there(called),)))


def _problems(subject: Subject, step: RunStep, called: Subject) -> Iterator[Problem]:
    inputs = called.recipe.inputs
    here = subject.at(step.head.path)
    given = here.child("with") if here else None
    slips: set[str] = set()
    for name in step.args:
        if name not in inputs:
            near = nearest(name, inputs)
            slips.update(near[:1])
            mend = did_you_mean(near, tuple(inputs), "inputs") or "it takes none"
            message = f"`{step.recipe}` has no input `{name}`"
            yield _problem(step, given.key(name) if given else None, message, mend, near)
    for name, declared in inputs.items():
        if name not in step.args and declared.required and name not in slips:
            run = here.child("run") if here else None
            mend = f"add `{name}` below `with`: {EXAMPLES[declared.type]}"
            yield _problem(step, run, f"`{step.recipe}` needs the input `{name}`", mend)
    yield from _values(step, called, given)


def _values(step: RunStep, called: Subject, given: Found | None) -> Iterator[Problem]:
    for name, value in step.args.items():
        declared, known = called.recipe.inputs.get(name), known_value(value)
        if declared is None or known is None:
            continue
        try:
            accept(declared, known[0])
        except ValueError as error:
            message = f"the input `{name}` of `{step.recipe}`: {error}"
            mend = f"give {EXAMPLES[declared.type]}"
            if declared.type == "choice":
                mend = f"allowed: {', '.join(map(str, declared.options))}"
            yield _problem(step, given.child(name) if given else None, message, mend)


def _problem(
    step: RunStep, at: Found | None, message: str, mend: str, near: tuple[str, ...] = ()
) -> Problem:
    return Problem(
        "run-inputs",
        message,
        at.node.span if at else step.head.span,
        help=mend,
        suggestions=near,
        path=at.path if at else step.head.path,
    )


def _there(called: Subject) -> Note:
    """Return where the recipe that is run says what it takes."""
    declared, name = called.at("inputs"), called.recipe.id
    if declared is not None:
        return Note(f"the inputs of `{name}` are here", declared.node.span)
    actions = called.at("actions")
    return Note(f"`{name}` is here", actions.node.span if actions else None)


RULE = Rule(
    "run-inputs",
    "A `run` step gives another recipe an input that it does not have, or a value that it does "
    "not take, or leaves out one that it needs: the step would fail. Templates are known when "
    "they run. Looked for where both recipes are checked.",
    "# go-live.yaml\nactions:\n  - run: notify\n    with: {chanel: '#crew'}\n"
    "# notify.yaml\ninputs: {channel: {type: string}}\nactions:\n"
    "  - action: slack.post\n    with: {channel: '{{ inputs.channel }}', text: hi}",
    "# go-live.yaml\nactions:\n  - run: notify\n    with: {channel: '#crew'}\n"
    "# notify.yaml\ninputs: {channel: {type: string}}\nactions:\n"
    "  - action: slack.post\n    with: {channel: '{{ inputs.channel }}', text: hi}",
    survey=survey,
)
