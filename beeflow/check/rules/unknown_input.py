"""`unknown-input`: an input is read that the recipe does not declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject


def look(subject: Subject, _facts: Facts) -> Iterator[Problem]:
    """Find `inputs.NAME` where there is no such input; no `default` makes it one."""
    declared = tuple(subject.recipe.inputs)
    for use, one in subject.reads:
        if one.path[0] != "inputs" or len(one.path) == 1:
            continue
        name = one.path[1]
        if name in declared:
            continue
        offset, length = _bare(use.text.text, one.places[1])
        span, path = subject.within(use.text, offset, length)
        near = nearest(name, declared)
        yield Problem(
            "unknown-input",
            f"there is no input `{name}`",
            span,
            help=did_you_mean(near, declared, "inputs") or "declare it under `inputs`",
            suggestions=near,
            path=path,
            cause=name,
        )


def _bare(text: str, place: tuple[int, int]) -> tuple[int, int]:
    """Return where a name stands, without the quotes of `inputs['name']`."""
    offset, length = place
    return (offset + 1, length - 2) if text[offset] in "'\"" else place


RULE = Rule(
    "unknown-input",
    "An input is read that `inputs` does not declare, or given to a blueprint that has no such "
    "input.",
    "inputs: {channel: {type: string}}\nactions:\n"
    "  - action: slack.post\n    with: {channel: '{{ inputs.chanel }}', text: hi}",
    "inputs: {channel: {type: string}}\nactions:\n"
    "  - action: slack.post\n    with: {channel: '{{ inputs.channel }}', text: hi}",
    look,
)
