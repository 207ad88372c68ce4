"""From the parts that were read to a recipe and its problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from beeflow.recipe.document import without_echoes
from beeflow.recipe.model import Bundle, Input, Recipe
from beeflow.recipe.parser.parsed import Parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beeflow.recipe.document import Document
    from beeflow.recipe.parser.body import Body
    from beeflow.recipe.parser.head import Head
    from beeflow.recipe.problem import Problem, Span


_NO_SECRETS: Final[frozenset[str]] = frozenset()
"""One for all recipes that have none: each empty set made anew takes 200 bytes."""


class Parts(msgspec.Struct, frozen=True):
    """All that makes a recipe."""

    id: str
    id_span: Span
    head: Head
    inputs: Mapping[str, Input]
    body: Body
    bundle: Bundle
    secrets: frozenset[str]


def assembled(
    parts: Parts, document: Document, problems: list[Problem], uses: Document | None = None
) -> Parsed:
    """Return what became of a file; its problems are told whose they are, and sorted."""
    draft = _recipe(parts)
    for one in (document, uses) if uses else (document,):
        problems = without_echoes(one, problems)
    named = sorted_problems(replace(problem, recipe=parts.id) for problem in problems)
    failed = any(problem.severity == "error" for problem in named)
    return Parsed(
        document,
        recipe=None if failed else draft,
        draft=draft,
        problems=named,
        uses=uses,
        id_span=parts.id_span,
    )


def sorted_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in the order of their places, each place's same problem once."""
    once = {(problem.span, problem.rule, problem.message): problem for problem in problems}
    return tuple(
        sorted(once.values(), key=lambda problem: (problem.span, problem.rule, problem.message))
    )


def _recipe(parts: Parts) -> Recipe:
    head, body, policy = parts.head, parts.body, parts.body.policy
    return Recipe(
        id=parts.id,
        hash=parts.bundle.digest,
        bundle=parts.bundle,
        name=head.name or "",
        description=head.description or "",
        labels=head.labels or (),
        enabled=head.enabled is not False,
        mode=head.mode or "live",
        timezone=head.timezone or "UTC",
        inputs=parts.inputs,
        triggers=body.triggers,
        fetch=body.fetch,
        conditions=body.conditions,
        actions=body.actions,
        on_error=body.on_error,
        concurrency=policy.concurrency,
        throttle=policy.throttle,
        debounce=policy.debounce,
        batch=policy.batch,
        cancel_on=policy.cancel_on,
        timeout=policy.timeout,
        secrets=parts.secrets | _secrets_given(parts.inputs) or _NO_SECRETS,
    )


def _secrets_given(inputs: Mapping[str, Input]) -> frozenset[str]:
    return frozenset(
        one.value for one in inputs.values() if one.type == "secret" and isinstance(one.value, str)
    )
