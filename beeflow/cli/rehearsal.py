"""`validate --dry-run`: each recipe that is sound, dry-run on the sample of its first trigger."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from beeflow.check import Finding, Point, Range, Report
from beeflow.cli.knowledge import actions, check_arguments
from beeflow.cli.recipe_files import read_recipe
from beeflow.cli.samples import samples
from beeflow.config import Config, open_secrets
from beeflow.drivers.account import Account, Called, Decided, Ended, Step
from beeflow.drivers.dryrun import Rehearsal, dry_run
from beeflow.drivers.occasion import Occasion, from_sample
from beeflow.errors import UsageError
from beeflow.recipe.parser import Defaults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.config.secrets import Secrets
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.parser import Parsed
    from beeflow.types import Json

RULE = "dry-run"
"""The rule that findings of a dry run have."""


@dataclass(frozen=True, slots=True)
class _Rehearsed:
    """What came of one recipe: a line to tell, and what is wrong."""

    line: str
    finding: Finding | None = None


def rehearsed(report: Report, folders: Sequence[Path], config: Config) -> tuple[Report, str]:
    """Dry-run what the report found no error in; `folders` are the folders that were checked.

    Returns the report with what that found, and a line for each recipe.
    """
    broken = {finding.file for finding in report.findings if finding.severity == "error"}
    secrets = open_secrets(config, os.environ)
    sound = [file for file in report.files if file not in broken and Path(file).is_file()]
    done = [
        _rehearse(file, read_recipe(Path(file), folders, Defaults(config.timezone)), secrets)
        for file in sound
    ]
    found = [one.finding for one in done if one.finding is not None]
    findings = sorted((*report.findings, *found), key=lambda one: (one.file, one.range.start.line))
    told = "".join(f"{one.line}\n" for one in done)
    return replace(report, findings=tuple(findings)), told


def _rehearse(file: str, parsed: Parsed, secrets: Secrets) -> _Rehearsed:
    recipe = parsed.recipe
    if recipe is None:
        return _Rehearsed(f"{file}: not dry-run: {parsed.problems[0].message}")
    try:
        occasion = from_sample(recipe, samples(), time.time())
        account = asyncio.run(dry_run(_rehearsal(recipe, occasion, secrets)))
    except UsageError as error:
        return _Rehearsed(f"{file}: not dry-run: {error}")
    failure = next((step for step in account.steps if _fails(step)), None)
    finding = None if failure is None else _finding(file, recipe, failure)
    return _Rehearsed(f"{file}: {_summary(account)}", finding)


def _rehearsal(recipe: Recipe, occasion: Occasion, secrets: Secrets) -> Rehearsal:
    return Rehearsal(
        recipe=recipe,
        occasion=occasion,
        actions=actions(),
        secrets=secrets,
        check=check_arguments,
        inputs=_placeholders(recipe),
    )


def _placeholders(recipe: Recipe) -> dict[str, Json]:
    """Return something for the inputs that only whoever starts the recipe can give."""
    examples: dict[str, Json] = {
        "string": "text",
        "integer": 1,
        "number": 1.5,
        "boolean": True,
        "duration": "10m",
        "datetime": "2026-12-01 09:00",
        "list": [],
        "secret": "NAME",
    }
    return {
        name: one.options[0] if one.type == "choice" else examples[one.type]
        for name, one in recipe.inputs.items()
        if one.required
    }


def _fails(step: Step) -> bool:
    return isinstance(step.what, Ended) and step.what.outcome == "failed" and bool(step.what.error)


def counted(count: int, thing: str) -> str:
    """Return `1 call`, `2 calls`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _summary(account: Account) -> str:
    calls = sum(isinstance(step.what, Called) for step in account.steps)
    unknown = sum(
        isinstance(step.what, Decided) and step.what.value == "unknown" for step in account.steps
    )
    outcomes = " or ".join(sorted({ending.outcome for ending in account.endings}))
    doubt = f", {counted(unknown, 'decision')} known after apply" if unknown else ""
    return f"{account.trigger}: {counted(calls, 'call')}{doubt}, {outcomes or 'not started'}"


def _finding(file: str, recipe: Recipe, step: Step) -> Finding:
    ended = step.what
    assert isinstance(ended, Ended)  # noqa: S101 - chosen so
    assert ended.error is not None  # noqa: S101 - chosen so
    point = Point(step.line or 1, 1, 0)
    return Finding(
        rule=RULE,
        severity="error",
        message=f"a dry run on {recipe.id}'s sample fails: {ended.error.message}",
        file=file,
        range=Range(point, point),
        recipe=recipe.id,
        path=step.path,
        help=f"see it step by step: beeflow dry-run {file}",
    )
