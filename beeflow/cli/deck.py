"""A folder of recipes as a daemon would load it, for commands that look at all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.check.checking import check_parsed, survey
from beeflow.check.report import make_report
from beeflow.check.together import among
from beeflow.cli.knowledge import facts
from beeflow.drivers.plan.planning import Deck
from beeflow.recipe.folder import load_folder
from beeflow.recipe.parser import Defaults

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.check import Finding
    from beeflow.recipe.document import Source
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.problem import Problem


def read_deck(folder: Path, timezone: str, shown: str | None = None) -> Deck:
    """Read all recipes of a folder; one that is not there is empty.

    `shown` is what messages call the folder.
    """
    if not folder.is_dir():
        return Deck({}, {})
    loaded = load_folder(folder, Defaults(timezone))
    known = among(facts(), loaded.parsed)
    together = survey(loaded.parsed, known)
    name = folder.as_posix() if shown is None else shown
    files: dict[str, str] = {}
    recipes: dict[str, Recipe] = {}
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    for parsed, file in zip(loaded.parsed, loaded.files, strict=True):
        found = check_parsed(parsed, known, together)
        problems += found
        sources |= {source.path: source for source in parsed.sources}
        stem = file.rpartition("/")[2].partition(".")[0]
        recipe_id = parsed.draft.id if parsed.draft else stem
        files[recipe_id] = f"{name}/{file}"
        if parsed.recipe is not None and not any(one.severity == "error" for one in found):
            recipes[recipe_id] = parsed.recipe
    report = make_report(problems, loaded.files, sources)
    findings = tuple(_renamed(one, folder, name) for one in report.findings)
    return Deck(recipes, files, frozenset(files) - frozenset(recipes), findings)


def _renamed(finding: Finding, folder: Path, name: str) -> Finding:
    """Return a finding whose file is named as the reader knows it."""
    inside = finding.file.removeprefix(f"{folder.as_posix()}/")
    return finding if inside == finding.file else replace(finding, file=f"{name}/{inside}")
