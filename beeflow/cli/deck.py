"""A folder of recipes as a daemon would load it, for commands that look at all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beeflow.check import check_paths
from beeflow.cli.knowledge import facts
from beeflow.drivers.plan.planning import Deck
from beeflow.recipe.folder import load_folder
from beeflow.recipe.parser import Defaults

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.check import Finding


def read_deck(folder: Path, timezone: str, shown: str | None = None) -> Deck:
    """Read all recipes of a folder; one that is not there is empty.

    `shown` is what messages call the folder.
    """
    if not folder.is_dir():
        return Deck({}, {})
    defaults = Defaults(timezone)
    name = folder.as_posix() if shown is None else shown
    report = check_paths([folder], facts(), defaults)
    findings = tuple(_renamed(one, folder, name) for one in report.findings)
    wrong = {one.recipe for one in findings if one.severity == "error"}
    files: dict[str, str] = {}
    recipes = {}
    loaded = load_folder(folder, defaults)
    for parsed, file in zip(loaded.parsed, loaded.files, strict=True):
        stem = file.rpartition("/")[2].partition(".")[0]
        recipe_id = parsed.draft.id if parsed.draft else stem
        files[recipe_id] = f"{name}/{file}"
        if parsed.recipe is not None and recipe_id not in wrong:
            recipes[recipe_id] = parsed.recipe
    broken = frozenset(files) - frozenset(recipes)
    return Deck(recipes, files, broken, findings)


def _renamed(finding: Finding, folder: Path, name: str) -> Finding:
    """Return a finding whose file is named as the reader knows it."""
    inside = finding.file.removeprefix(f"{folder.as_posix()}/")
    return finding if inside == finding.file else replace(finding, file=f"{name}/{inside}")
