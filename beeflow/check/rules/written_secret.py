"""`written-secret`: a token, key or password stands in the recipe itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from beeflow.check.rule import Rule
from beeflow.check.secrecy import Written, is_placeholder, looks_random, written_secrets
from beeflow.check.subject import walk
from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode, ScalarNode, inner
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Found, Subject
    from beeflow.recipe.document import Source
    from beeflow.recipe.problem import Severity, Span
    from beeflow.types import Json

_PASSWORD: Final = re.compile(
    r"(?i).*(passw(or)?[dt]|passphrase|kennwort|secret(_?access)?(_?key)?|stream_?key)|(.*[_-])?pwd"
)
_KEY: Final = re.compile(
    r"(?i).*(token|api_?key|auth(orization)?|credentials?|signature)|(.*[_-])?key"
)
_OWN: Final = frozenset({"with", "set", "default"})
"""Below these, values and keys are the user's own, and no words of the language."""

_DECLARED: Final = 2
"""Steps of the path to what declares an input: `inputs` and its name."""

_SHORTEST: Final = 6


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:  # noqa: ARG001 - a rule's form
    """Find secrets by their shape anywhere, and by the name of their key in what is sent."""
    parsed = subject.parsed
    told = [one for source in parsed.sources for one in written_secrets(source)]
    for written in told:
        yield _problem(written, "error")
    if len(told) > limits.PROBLEMS:
        return  # no more than these are told
    own = () if parsed.uses is None else walk(parsed.document, scalars=False)
    both = ((parsed.document.source, own), (subject.document.source, subject.holders))
    for source, holders in both:
        for written in _named(source, holders):
            if not any(_overlap(written.span, one.span) for one in told):
                yield _problem(written, "warning")


def _overlap(one: Span, other: Span) -> bool:
    return one.file == other.file and one.start < other.end and other.start < one.end


def _named(source: Source, holders: Iterable[Found]) -> Iterator[Written]:
    """Yield the values whose keys say that they are secrets."""
    for found in holders:
        above = found.path.split("/")
        declared = above[1] if above[0] == "inputs" and len(above) == _DECLARED else ""
        if not isinstance(found.node, MappingNode) or not (declared or _OWN.intersection(above)):
            continue
        for entry in found.node:
            value, name = entry.value, entry.name
            if declared and name == "default":
                name = declared
            if isinstance(value, ScalarNode) and _is_secret(name, value.value):
                span = inner(source, value)
                yield Written(span, span, f"the value of `{name}`", _secret_name(name))


def _is_secret(key: str, value: Json) -> bool:
    if not isinstance(value, str) or "{{" in value or len(value) < _SHORTEST:
        return False
    is_password, is_key = _told_by(key)
    if not (is_password or is_key) or is_placeholder(value):
        return False
    return (is_password and " " not in value.strip()) or (is_key and looks_random(value))


@lru_cache(maxsize=256)
def _told_by(key: str) -> tuple[bool, bool]:
    """Return whether a key says that a password, or that a token or its like stands there."""
    return _PASSWORD.fullmatch(key) is not None, _KEY.fullmatch(key) is not None


def _secret_name(key: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", key.upper()).strip("_") or "NAME"


def _problem(written: Written, severity: Severity) -> Problem:
    name = written.name
    surely = "is written" if severity == "error" else "looks like a secret that is written"
    return Problem(
        "written-secret",
        f"{written.title} {surely} into the recipe",
        written.span,
        severity,
        help=f"write {{{{ secrets.{name} }}}} in its place, set BEEFLOW_SECRET_{name} in the "
        "environment, and have it replaced: whoever can read the file has it",
    )


RULE = Rule(
    "written-secret",
    "A token, a key or a password stands in the recipe. Recipes are kept in git, shown in the "
    "dashboard and read in reviews: what is secret comes from the environment, as `secrets.NAME`. "
    "What has been written down once should be replaced. The value is not repeated in any report. "
    "A warning where only the name of the key says that it is a secret.",
    "- action: http.request\n  with:\n    url: https://crm.example.com/contacts\n"
    "    headers: {Authorization: Bearer 4f9aK2mmQ8zLx01vT7}",
    "- action: http.request\n  with:\n    url: https://crm.example.com/contacts\n"
    '    headers: {Authorization: "Bearer {{ secrets.CRM_TOKEN }}"}',
    look,
)
