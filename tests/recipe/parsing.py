"""Reading recipes in tests: what comes out, and what is said about what is wrong."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beeflow.recipe.parser import Load, Parsed, parse_recipe

if TYPE_CHECKING:
    from beeflow.recipe.model import Recipe


def no_file(_path: str) -> str | None:
    return None


def parse(text: str, load: Load = no_file, path: str = "recipe.yaml") -> Parsed:
    return parse_recipe(textwrap.dedent(text), path=path, load=load)


def recipe(text: str, load: Load = no_file) -> Recipe:
    parsed = parse(text, load)
    assert parsed.problems == ()
    assert parsed.recipe is not None
    return parsed.recipe


def with_actions(text: str) -> str:
    """Return a recipe of keys that are no steps."""
    return f"{textwrap.dedent(text)}\nactions: [{{stop: done}}]\n"


@dataclass(frozen=True, slots=True)
class Said:
    """What is said: rule, the text at fault, the message, the mend, the path."""

    rule: str
    at: str
    message: str
    help: str
    path: str


def said(text: str, load: Load = no_file) -> list[Said]:
    parsed = parse(text, load)
    texts = {source.path: source.text for source in parsed.sources}
    return [
        Said(
            one.rule,
            texts[one.span.file][one.span.start : one.span.end],
            one.message,
            one.help or "",
            one.path,
        )
        for one in parsed.problems
    ]


def only(text: str, load: Load = no_file) -> Said:
    found = said(text, load)
    assert len(found) == 1, found
    return found[0]
