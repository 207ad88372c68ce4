"""`missing-secret`: a recipe uses a secret that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.nearness import nearest
from beeflow.check.rule import Rule
from beeflow.check.subject import Found
from beeflow.recipe.problem import Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject
    from beeflow.recipe.model import Recipe


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find secrets that are not there.

    Finds nothing where it is not known which there are.
    """
    if facts.secrets is None:
        return
    told: set[str] = set()
    for use, one in subject.reads:
        if one.path[0] == "secrets" and len(one.path) > 1:
            name = one.path[1]
            if name in facts.secrets:
                continue
            told.add(name)
            span, path = subject.within(use.text, one.offset, one.length)
            yield _problem(name, facts.secrets, Problem("", "", span, path=path))
    for secret, name in sorted(_by_inputs(subject.recipe).items()):
        if secret in facts.secrets or secret in told:
            continue
        span, path = _given(subject, name)
        yield _problem(secret, facts.secrets, Problem("", "", span, path=path))


def _by_inputs(recipe: Recipe) -> dict[str, str]:
    """Return the secrets that inputs name, each with the first such input.

    Others that a recipe mentions, and does not read, stand in what could not be read of it.
    """
    inputs = [one for one in recipe.inputs.values() if one.type == "secret"]
    return {one.value: one.name for one in reversed(inputs) if isinstance(one.value, str)}


def _given(subject: Subject, name: str) -> tuple[Span, str]:
    """Return where an input is given its value: by an instance, or as default."""
    for document, way in (
        (subject.parsed.document, ("with", name)),
        (subject.document, ("inputs", name, "default")),
    ):
        found = Found(document.root, "") if document.root else None
        for key in way:
            found = found.child(key) if found else None
        if found is not None:
            return found.node.span, found.path
    return subject.document.source.span(0, 0), ""


def _problem(name: str, secrets: frozenset[str], at: Problem) -> Problem:
    near = nearest(name, secrets)
    mend = f"did you mean `{near[0]}`? or " if near else ""
    return Problem(
        "missing-secret",
        f"the secret `{name}` is not there",
        at.span,
        help=f"{mend}set BEEFLOW_SECRET_{name} in the environment",
        suggestions=near,
        path=at.path,
        cause=name,
    )


RULE = Rule(
    "missing-secret",
    "A recipe mentions `secrets.NAME`, and there is no such secret. It is looked for only with "
    "`--env FILE`, because secrets are seldom where recipes are written.",
    "# recipe.yaml\n- action: http.request\n  with: {url: '{{ secrets.HOOK }}'}\n"
    "# .env\nBEEFLOW_SECRET_SLACK=https://example.com/slack",
    "# recipe.yaml\n- action: http.request\n  with: {url: '{{ secrets.HOOK }}'}\n"
    "# .env\nBEEFLOW_SECRET_HOOK=https://example.com/hook",
    look,
)
