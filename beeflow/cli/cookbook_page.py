"""The page of the cookbook: what the shipped recipes do, in the words that they say it in.

python -m beeflow.cli.cookbook_page docs/cookbook.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from beeflow.recipe.folder import load_folder
from beeflow.recipe.parser import Defaults
from beeflow.resources import data_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.recipe.model import Recipe

OPENING: Final = """\
# The cookbook

Recipes that organisers use, in [`recipes/`](../recipes/). Copy those that fit into your own folder;
what teams want differently is an input, whose default you change. Each has its tests beside it, run
by `beeflow test recipes`, and `beeflow demo` plays all of them in one webinar's life.

This page is generated (`python -m beeflow.cli.cookbook_page docs/cookbook.md`).
"""


def page() -> str:
    """Return the page, in Markdown."""
    loaded = load_folder(data_folder("recipes"), Defaults())
    recipes = [one.recipe for one in loaded.parsed if one.recipe is not None]
    return "\n".join([OPENING, *(_section(one) for one in sorted(recipes, key=lambda r: r.id))])


def _section(recipe: Recipe) -> str:
    link = f"[`{recipe.id}`](../recipes/{recipe.id}.yaml) · {', '.join(recipe.labels)}"
    about = recipe.description.strip()
    return "\n".join([f"## {recipe.name}", "", link, "", about, "", *_inputs(recipe)])


def _inputs(recipe: Recipe) -> Iterator[str]:
    if not recipe.inputs:
        return
    yield "| input | default | meaning |"
    yield "|---|---|---|"
    for name, one in recipe.inputs.items():
        shown = one.value if isinstance(one.value, str) else json.dumps(one.value)
        yield f"| `{name}` | `{shown}` | {one.description} |"
    yield ""


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
