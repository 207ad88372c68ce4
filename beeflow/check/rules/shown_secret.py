"""`shown-secret`: a secret in a text that people read, or in what a recipe keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.rule import Rule
from beeflow.recipe.model import StateStep
from beeflow.recipe.problem import Problem
from beeflow.recipe.templates import templates_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject
    from beeflow.recipe.model import Recipe, Template
    from beeflow.recipe.templates import Reference

_READ: Final = frozenset(
    {
        "blocks", "body", "desc", "description", "html", "message", "options", "question",
        "subject", "text", "title", "username",
    }
)  # fmt: skip
"""Parameters that hold what people read."""

_ELSEWHERE: Final = frozenset({"http.request", "log.write"})
"""Between machines a secret is at home, and our own log masks it."""

_MASKED: Final = "mask"


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find secrets that a recipe puts where people see them, or where they stay."""
    secret = [(use, one) for use, one in subject.reads if _is_secret(subject.recipe, one)]
    why = {template.span: reason for template, reason in _shown(subject)} if secret else {}
    for use, one in secret:
        reason = why.get(use.text.span)
        if reason is None or _is_masked(use.text.text, one):
            continue
        span, path = subject.within(use.text, one.offset, one.length)
        name = ".".join(one.path)
        yield Problem(
            "shown-secret",
            f"`{name}` is a secret, and {reason}",
            span,
            "warning",
            help=f"leave it out, or show its end only: {{{{ {name} | mask(3) }}}}",
            path=path,
        )


def _shown(subject: Subject) -> Iterator[tuple[Template, str]]:
    """Yield the templates that people read, or that stay, and why it is so."""
    for one in subject.calls:
        for name, value in one.call.args.items():
            if name in _READ and one.call.action not in _ELSEWHERE:
                for template in templates_in(value):
                    yield template, f"`{name}` of {one.call.action} is for people to read"
    for step in subject.steps:
        if isinstance(step, StateStep):
            for name, value in step.assign:
                for template in templates_in(value):
                    yield template, f"`{name}` is kept in the journal as it is"


def _is_masked(text: str, one: Reference) -> bool:
    """Whether the recipe masks it itself: what that leaves is meant to be seen."""
    behind = text[one.offset + one.length :].lstrip()
    return behind.removeprefix("|").lstrip().startswith(_MASKED)


def _is_secret(recipe: Recipe, one: Reference) -> bool:
    if len(one.path) < 2:  # noqa: PLR2004 - a name within `secrets`, or `inputs`
        return False
    store, name = one.path[:2]
    declared = recipe.inputs.get(name) if store == "inputs" else None
    return store == "secrets" or (declared is not None and declared.type == "secret")


RULE = Rule(
    "shown-secret",
    "A secret is put into a text that people read (a message, a mail, a question), or into "
    "`state`, where it stays. Beeflow's own log and records have `***` in its place; in a channel "
    "or a mail anybody can read it.",
    "- action: slack.post\n  with: {channel: '#ops', text: 'key: {{ secrets.CRM_KEY }}'}",
    "- action: slack.post\n  with: {channel: '#ops', text: 'key: {{ secrets.CRM_KEY | mask(3) }}'}",
    look,
    severity="warning",
)
