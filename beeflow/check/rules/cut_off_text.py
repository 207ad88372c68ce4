"""`cut-off-text`: a # that was meant as part of a text begins a comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.check.rule import Rule
from beeflow.recipe.document import ScalarNode
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Found, Subject

_TAG: Final = re.compile(r" (#[^\W_][^\r\n]*)")
_PROSE: Final = frozenset({"name", "description", "stop"})


def look(subject: Subject, _facts: Facts) -> Iterator[Problem]:
    """Find texts without quotes that a word with # follows, as in `Post in #events`.

    Comments are written with a space behind the #.
    """
    source = subject.document.source
    if _TAG.search(source.text) is None:
        return
    for one in subject.nodes:
        found = _TAG.match(source.text, one.node.span.end) if _is_text(one) else None
        if found is None:
            continue
        whole = source.text[one.node.span.start : found.end(1)].rstrip()
        yield Problem(
            "cut-off-text",
            f"the text ends before `{found[1].split()[0]}`: a # behind a space begins a comment",
            source.span(found.start(1), found.end(1)),
            severity="warning",
            help=f'put it in quotes: write "{whole}"; a comment is written with a space, as # so',
            path=one.path,
        )


def _is_text(one: Found) -> bool:
    node = one.node
    if not isinstance(node, ScalarNode) or node.style != "plain" or not isinstance(node.value, str):
        return False
    parts = one.path.split("/")
    return "with" in parts or "set" in parts or parts[-1] in _PROSE


RULE = Rule(
    "cut-off-text",
    "A ` #` within a text without quotes begins a comment, and what follows is not in the text.",
    "- action: log.write\n  with:\n    message: Questions are welcome in #questions",
    '- action: log.write\n  with:\n    message: "Questions are welcome in #questions"',
    look,
    "warning",
)
