"""`loop`: recipes whose actions cause what starts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.causes import find_loops, trace
from beeflow.check.rule import Rule
from beeflow.recipe.model import ActionStep
from beeflow.recipe.problem import Note, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beeflow.check.causes import Link, Loop
    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject

_COURSES: Final = {
    "endless": "it never ends",
    "open": "it ends only when nothing changes any more",
    "settles": "the second round finds nothing to change, and is the last",
}


def survey(subjects: Sequence[Subject], facts: Facts) -> Iterator[Problem]:
    """Find recipes that start themselves, directly or through others."""
    known = {one.recipe.id: one for one in subjects}
    for loop in find_loops(trace((one.recipe for one in known.values()), facts.actions)):
        yield _problem(loop, known)


def _problem(loop: Loop, known: Mapping[str, Subject]) -> Problem:
    first = loop.links[0]
    span, path = _cause(first, known)
    surely = loop.course == "endless" and loop.sure
    others = [note for link in loop.links[1:] for note in _notes(link, known)]
    problem = Problem(
        "loop",
        _message(loop),
        span,
        "error" if surely else "warning",
        help=f"{_COURSES[loop.course]}; {_mend(loop)}",
        notes=(*_listening(first, known), *others),
        path=path,
    )
    return known[first.source].own(problem)


def _message(loop: Loop) -> str:
    first = loop.links[0]
    target = "this recipe" if len(loop.links) == 1 else f"`{first.target}`"
    again = " again" if len(loop.links) == 1 else ", and that starts this recipe again"
    if isinstance(first.step, ActionStep):
        return f"{first.step.call.action} causes {first.by}, which starts {target}{again}"
    if first.step is not None:
        return f"this runs {target}{again}"
    return f"the end of a run of this recipe starts {target}{again}"


def _mend(loop: Loop) -> str:
    """Say what would break the circle."""
    link = loop.links[0]
    status = link.changes.get("status")
    if len(loop.links) > 1:
        return "let one of the recipes leave out what the others do, by `match` or a condition"
    if link.by == "run":
        return "put what is to happen again into a `repeat`"
    if link.by == "event.updated.status" and status is not None:
        return f"let the trigger `match: {{data.status: {{not: {status[0]}}}}}`"
    if link.by in {"event.updated", "video.updated"}:
        return "let the trigger `match: {keys_updated: {contains: …}}` what is meant"
    return "add a condition that does not hold for what this recipe makes, or `once`"


def _notes(link: Link, known: Mapping[str, Subject]) -> Iterator[Note]:
    """Say where a further link begins, and where it arrives."""
    span, _ = _cause(link, known)
    if isinstance(link.step, ActionStep):
        yield Note(f"{link.step.call.action} here causes {link.by}", span)
    elif link.step is not None:
        yield Note(f"`{link.target}` is run here", span)
    yield from _listening(link, known)


def _listening(link: Link, known: Mapping[str, Subject]) -> Iterator[Note]:
    trigger = None if link.trigger is None else known[link.target].trigger(link.trigger)
    if trigger is not None:
        yield Note(f"`{link.target}` is started here", trigger.node.span)


def _cause(link: Link, known: Mapping[str, Subject]) -> tuple[Span, str]:
    """Return the place of what causes a link; for the end of a run that of the trigger."""
    if isinstance(link.step, ActionStep):
        return link.step.call.span, f"{link.step.head.path}/action"
    if link.step is not None:
        found = known[link.source].at(f"{link.step.head.path}/run")
        return (found.node.span, found.path) if found else (link.step.head.span, "")
    found = known[link.target].trigger(link.trigger or 0)
    source = known[link.target].document.source
    return (found.node.span, found.path) if found else (source.span(0, 0), "")


RULE = Rule(
    "loop",
    "What a recipe does starts it again, directly or by way of other recipes: a change causes a "
    "webhook that triggers it. BeeStreamed's webhooks carry no trace of who caused them, so such a "
    "circle goes on until somebody stops it; only recipes that run each other are cut, after eight "
    "runs. Patterns, conditions and guards are taken into account. It is an error where nothing "
    "ends the circle, else a warning.",
    "trigger: {webhook: poll.created}\nactions:\n  - action: polls.create\n    with:\n"
    '      event_ref: "{{ trigger.data.poll_event_ref }}"\n'
    "      question: How is the sound?\n      options: [Good, Bad]",
    "trigger: {webhook: poll.created}\nconditions:\n"
    "  - trigger.data.poll_data.question != 'How is the sound?'\nactions:\n"
    '  - action: polls.create\n    with:\n      event_ref: "{{ trigger.data.poll_event_ref }}"\n'
    "      question: How is the sound?\n      options: [Good, Bad]",
    survey=survey,
)
